// Databricks, with an identity that reads the tables of the lake.

param location string
param tags object
param base string
param lakeAccount string
param workspaceId string

var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'

resource connector 'Microsoft.Databricks/accessConnectors@2023-05-01' = {
  name: 'dbac-${base}'
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {}
}

resource workspace 'Microsoft.Databricks/workspaces@2023-02-01' = {
  name: 'dbw-${base}'
  location: location
  tags: tags
  sku: { name: 'premium' }
  properties: {
    managedResourceGroupId: '${subscription().id}/resourceGroups/${resourceGroup().name}-databricks'
    publicNetworkAccess: 'Enabled'
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = {
  name: 'to-logs'
  scope: workspace
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'accounts', enabled: true }
      { category: 'clusters', enabled: true }
      { category: 'jobs', enabled: true }
      { category: 'secrets', enabled: true }
      { category: 'unityCatalog', enabled: true }
      { category: 'workspace', enabled: true }
    ]
  }
}

resource lake 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: lakeAccount
}

resource role 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(lake.id, connector.id, blobDataReader)
  scope: lake
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataReader)
    principalId: connector.identity.principalId
    principalType: 'ServicePrincipal'
  }
}
