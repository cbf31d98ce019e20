// A capacity of Microsoft Fabric. What runs in it, such as the eventhouse, is no resource of Azure: deploy.sh brings it there.

param location string
param tags object
param name string
param sku string
param administrators string[]

resource capacity 'Microsoft.Fabric/capacities@2023-11-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku, tier: 'Fabric' }
  properties: { administration: { members: administrators } }
}

output name string = capacity.name
