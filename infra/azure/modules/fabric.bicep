// A capacity of Microsoft Fabric. What runs in it, such as the eventhouse, is no resource of Azure: see the README.

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
