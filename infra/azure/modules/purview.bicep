// Purview, with an identity that reads the lake in order to scan it.

param location string
param tags object
param name string
param lakeAccount string
param workspaceId string

var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'

resource account 'Microsoft.Purview/accounts@2021-07-01' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    managedResourceGroupName: '${resourceGroup().name}-purview'
    publicNetworkAccess: 'Enabled'
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = {
  name: 'to-logs'
  scope: account
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'ScanStatusLogEvent', enabled: true }
      { category: 'Security', enabled: true }
    ]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource lake 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: lakeAccount
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(lake.id, account.id, blobDataReader)
  scope: lake
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataReader)
    principalId: account.identity.principalId
    principalType: 'ServicePrincipal'
  }
}
