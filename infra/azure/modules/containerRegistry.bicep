// Where the image of the processes is kept, and who may pull it.

param location string
param tags object
param name string
param sku string
param workspaceId string
param pullers array

var pull = '7f951dda-4ed3-4680-a7ca-43fe172d538d'

resource registry 'Microsoft.ContainerRegistry/registries@2022-12-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku }
  // Images are built in it, by machines of Azure: it stays reachable for those who may push.
  properties: { adminUserEnabled: false, publicNetworkAccess: 'Enabled' }
}

resource pullRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in pullers: {
    name: guid(registry.id, principal, pull)
    scope: registry
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', pull)
      principalId: principal
      principalType: 'ServicePrincipal'
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = {
  name: 'to-logs'
  scope: registry
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'ContainerRegistryLoginEvents', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = registry.id
output name string = registry.name
output server string = '${registry.name}${environment().suffixes.acrLoginServer}'
