// Azure Machine Learning: workspace, compute, datastores, registry, and the endpoint that scores. Deployments behind the endpoint, and how
// requests are shared between them, are made by promote.sh: a deployment of this template must not undo a promotion.

param location string
param tags object
param base string
param unique string
param compact string
param workspaceName string
param registryId string
param insightsId string
param logWorkspaceId string
param lakeAccount string
param computeVmSize string
param computeMostNodes int
param scorer object
param worker object
param createEndpoint bool

var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var endpointName = 'score-${take(base, 18)}-${unique}'
var datastores = [
  { name: 'raw_dbn', container: 'raw-dbn', role: blobDataReader }
  { name: 'lake', container: 'lake', role: blobDataReader }
  { name: 'ml_artifacts', container: 'ml-artifacts', role: blobDataContributor }
]

// The workspace's own storage: it may not have a hierarchical namespace.
resource files 'Microsoft.Storage/storageAccounts@2024-01-01' = {
  name: '${take(compact, 15)}mls${unique}'
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: 'Standard_LRS' }
  properties: {
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowBlobPublicAccess: false
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = {
  parent: files
  name: 'default'
  properties: {}
}

// And a vault of its own, apart from the secrets of the product.
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: 'kv-${take(compact, 11)}ml-${unique}'
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    // The workspace gives itself what it needs of it.
    accessPolicies: []
    enableSoftDelete: true
    enablePurgeProtection: true
  }
}

resource workspace 'Microsoft.MachineLearningServices/workspaces@2022-10-01' = {
  name: workspaceName
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  sku: { name: 'Basic', tier: 'Basic' }
  properties: {
    friendlyName: 'Spymaster'
    storageAccount: files.id
    keyVault: vault.id
    applicationInsights: insightsId
    containerRegistry: registryId
    publicNetworkAccess: 'Enabled'
  }
}

resource compute 'Microsoft.MachineLearningServices/workspaces/computes@2022-10-01' = {
  parent: workspace
  name: 'cpu-cluster'
  location: location
  tags: tags
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${worker.id}': {} } }
  properties: {
    computeType: 'AmlCompute'
    properties: {
      osType: 'Linux'
      vmSize: computeVmSize
      vmPriority: 'Dedicated'
      scaleSettings: { minNodeCount: 0, maxNodeCount: computeMostNodes, nodeIdleTimeBeforeScaleDown: 'PT10M' }
    }
  }
}

resource stores 'Microsoft.MachineLearningServices/workspaces/datastores@2022-10-01' = [
  for store in datastores: {
    parent: workspace
    name: store.name
    properties: {
      datastoreType: 'AzureDataLakeGen2'
      accountName: lakeAccount
      filesystem: store.container
      endpoint: environment().suffixes.storage
      protocol: 'https'
      credentials: { credentialsType: 'None' }
      serviceDataAccessAuthIdentity: 'WorkspaceSystemAssignedIdentity'
    }
  }
]

// Environments and models that several workspaces share.
resource registry 'Microsoft.MachineLearningServices/registries@2023-04-01' = {
  name: 'mlr-${base}-${unique}'
  location: location
  tags: tags
  identity: { type: 'SystemAssigned' }
  properties: {
    publicNetworkAccess: 'Enabled'
    regionDetails: [
      {
        location: location
        acrDetails: [{ systemCreatedAcrAccount: { acrAccountSku: 'Premium' } }]
        storageAccountDetails: [
          { systemCreatedStorageAccount: { storageAccountHnsEnabled: false, storageAccountType: 'Standard_LRS' } }
        ]
      }
    ]
  }
}

resource endpoint 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2022-10-01' = if (createEndpoint) {
  parent: workspace
  name: endpointName
  location: location
  tags: tags
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${scorer.id}': {} } }
  properties: { authMode: 'AADToken', publicNetworkAccess: 'Enabled' }
}

resource lake 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: lakeAccount
}

resource lakeBlobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' existing = {
  parent: lake
  name: 'default'
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' existing = [
  for store in datastores: {
    parent: lakeBlobs
    name: store.container
  }
]

// What is trained writes to the lake as the worker that trains.
resource workspaceRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (store, k) in datastores: {
    name: guid(containers[k].id, workspace.id, store.role)
    scope: containers[k]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', store.role)
      principalId: workspace.identity.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = {
  name: 'to-logs'
  scope: workspace
  properties: {
    workspaceId: logWorkspaceId
    logs: [
      { category: 'AmlComputeJobEvent', enabled: true }
      { category: 'AmlRunStatusChangedEvent', enabled: true }
    ]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource endpointDiagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = if (createEndpoint) {
  name: 'to-logs'
  scope: endpoint
  properties: {
    workspaceId: logWorkspaceId
    logs: [
      { category: 'AmlOnlineEndpointTrafficLog', enabled: true }
      { category: 'AmlOnlineEndpointConsoleLog', enabled: true }
    ]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource filesDiagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = {
  name: 'to-logs'
  scope: blobs
  properties: {
    workspaceId: logWorkspaceId
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource vaultDiagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = {
  name: 'to-logs'
  scope: vault
  properties: {
    workspaceId: logWorkspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource registryDiagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = {
  name: 'to-logs'
  scope: registry
  properties: {
    workspaceId: logWorkspaceId
    logs: [{ category: 'RegistryAssetWriteEvent', enabled: true }]
  }
}

output endpoint string = endpointName
output registry string = registry.name
