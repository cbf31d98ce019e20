// The lake: a storage account with directories that are renamed whole (hierarchical namespace), without keys.

param location string
param tags object
param name string
param sku string
param publicAccess bool

@description('From where the operator reaches it all the same; empty: from nowhere.')
param operatorAddress string
param workspaceId string

@description('Principals that read and write the lake.')
param contributors array

@description('Principals that only read it.')
param readers array

@description('Principals that tell how far they have taken the hubs.')
param checkpointWriters array

param operatorObjectId string
param operatorType string

var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    isHnsEnabled: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    publicNetworkAccess: publicAccess || !empty(operatorAddress) ? 'Enabled' : 'Disabled'
    networkAcls: {
      defaultAction: publicAccess ? 'Allow' : 'Deny'
      bypass: 'AzureServices'
      ipRules: publicAccess || empty(operatorAddress) ? [] : [{ value: operatorAddress }]
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: 7 }
    containerDeleteRetentionPolicy: { enabled: true, days: 7 }
  }
}

resource rawContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'raw-dbn'
  properties: { publicAccess: 'None' }
}

resource lakeContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'lake'
  properties: { publicAccess: 'None' }
}

resource artifactsContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'ml-artifacts'
  properties: { publicAccess: 'None' }
}

resource checkpointsContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs
  name: 'checkpoints'
  properties: { publicAccess: 'None' }
}

// Raw files are read when a date is built, and hardly ever again. Tables stay hot: an old date is read by every search for precedents.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'raw-files-cool-down'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['raw-dbn/', 'lake/raw/'] }
            actions: {
              baseBlob: {
                tierToCool: { daysAfterModificationGreaterThan: 30 }
                tierToCold: { daysAfterModificationGreaterThan: 180 }
              }
            }
          }
        }
        {
          name: 'old-artifacts-go'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: { blobTypes: ['blockBlob'], prefixMatch: ['ml-artifacts/'] }
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 365 } } }
          }
        }
      ]
    }
  }
}

resource contributorRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in contributors: {
    name: guid(lakeContainer.id, principal, blobDataContributor)
    scope: lakeContainer
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
      principalId: principal
      principalType: 'ServicePrincipal'
    }
  }
]

resource readerRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in readers: {
    name: guid(lakeContainer.id, principal, blobDataReader)
    scope: lakeContainer
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataReader)
      principalId: principal
      principalType: 'ServicePrincipal'
    }
  }
]

resource checkpointRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for principal in checkpointWriters: {
    name: guid(checkpointsContainer.id, principal, blobDataContributor)
    scope: checkpointsContainer
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
      principalId: principal
      principalType: 'ServicePrincipal'
    }
  }
]

resource operatorRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorObjectId)) {
  name: guid(account.id, operatorObjectId, blobDataContributor)
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
    principalId: operatorObjectId
    principalType: operatorType
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = {
  name: 'to-logs'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

output id string = account.id
output name string = account.name
output lake string = 'abfss://${lakeContainer.name}@${account.name}.dfs.${environment().suffixes.storage}'
output checkpoints string = 'https://${account.name}.blob.${environment().suffixes.storage}/${checkpointsContainer.name}'
