// Spymaster in a resource group. `deploy.sh` runs it twice: first without an image, for the registry, the vault and the lake; then with
// the image that was pushed to that registry, for the processes.

targetScope = 'resourceGroup'

@description('Begins every name: lower-case letters, digits and hyphens.')
@minLength(3)
@maxLength(12)
param namePrefix string = 'spymaster'

@description('Which of several systems of a subscription this is, such as dev or prod.')
@minLength(2)
@maxLength(6)
param environment string

param location string = resourceGroup().location

@description('Image of all processes, as NAME:TAG in the registry of the group. Empty: no process is deployed.')
param image string = ''

@description('Id of the lake, as `lake.json` in it says: task queues are named by it. deploy.sh writes that file where there is none.')
param lakeId string = '${namePrefix}-${environment}'

@description('What is followed and built.')
param product string = 'ES'

@description('Takes live data from Databento; the vault then has to hold databento-api-key.')
param liveFeed bool = true

@description('Where workflows are kept: in Temporal Cloud, entered by an API key or a client certificate, or in this group.')
@allowed(['cloud-api-key', 'cloud-mtls', 'self-hosted'])
param temporal string = 'cloud-api-key'

@description('Of Temporal Cloud, HOST:PORT; in this group its address is known.')
param temporalAddress string = ''

param temporalNamespace string = 'spymaster'

@description('What workflows say to each other is encrypted before it leaves a process, by the key payload-key of the vault.')
param encryptPayloads bool = temporal != 'self-hosted'

@description('Application (client) id of a registration in Entra ID, by which people and programs sign in at the gateway. Empty: its token alone.')
param gatewayClientId string = ''

@description('Directory of that registration.')
param gatewayTenantId string = tenant().tenantId

@description('Roles of the registration, one of which is needed: it says which users and groups have them. None: everybody whom it lets sign in.')
param gatewayRoles string[] = []

@description('Most batch workers at once. There are none while nothing is queued.')
@minValue(1)
@maxValue(100)
param batchWorkers int = 4

@description('CPUs of a batch worker; it has twice as many GiB of memory.')
@allowed(['1.0', '2.0', '4.0'])
param batchCpu string = '2.0'

@allowed(['Standard', 'Premium'])
param eventHubsSku string = 'Standard'

@description('Throughput units of Standard (1 MB/s in, 2 MB/s out), processing units of Premium.')
param eventHubsCapacity int = 1

@description('Standard: as many throughput units as the namespace may take by itself. 0: it stays as it is.')
param eventHubsMostCapacity int = 4

@description('For how long hubs keep events; Standard has 168 hours at most.')
@minValue(1)
@maxValue(2160)
param eventHubsRetentionHours int = 168

@description('Redundancy of the lake.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS'])
param storageSku string = 'Standard_LRS'

@description('Private endpoints in a virtual network; nothing but the gateway is then reached from outside.')
param privateNetwork bool = false

@description('Azure Machine Learning: workspace, compute, datastores, registry and the scoring endpoint.')
param machineLearning bool = true

@description('The scoring endpoint is there. It is then left alone: whom it sends requests to is not decided here.')
param scoringEndpointExists bool = false

param computeVmSize string = 'Standard_D4s_v3'

@minValue(0)
param computeMostNodes int = 2

@description('Capacity of Microsoft Fabric, for an eventhouse over the hubs.')
param fabric bool = false

param fabricSku string = 'F2'

@description('Who administers the capacity beside the operator: names of users, object ids of service principals.')
param fabricAdministrators string[] = []

@description('Databricks beside the lake. Nothing here needs it: it reads the tables.')
param databricks bool = false

@description('Purview, which scans the lake. Nothing here needs it.')
param purview bool = false

@description('Object id of the person or group that writes secrets, imports files and looks into the lake; of whoever deploys.')
param operatorObjectId string = ''

@description('Name of the operator, a user; of a service principal its object id again.')
param operatorName string = ''

@description('Address from which the operator reaches vault and lake of a private network; empty: from within it alone.')
param operatorAddress string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
param operatorType string = 'User'

@description('Who is told of alerts and of the budget.')
param alertEmails string[] = []

@description('A month, in the currency of the subscription.')
@minValue(1)
param budget int = 500

@description('First day of the month from which the budget holds.')
param budgetStart string

param logRetentionDays int = 30

var compact = toLower(replace('${namePrefix}${environment}', '-', ''))
var base = toLower('${namePrefix}-${environment}')
var unique = take(uniqueString(resourceGroup().id), 6)
var deployApps = !empty(image)
var selfHosted = temporal == 'self-hosted'
var gatewaySecrets = union(['gateway-token'], empty(gatewayClientId) ? [] : ['gateway-client-secret'])
var workspaceName = 'mlw-${base}'
var tags = { application: 'spymaster', environment: environment }

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    location: location
    tags: tags
    base: base
    retentionDays: logRetentionDays
    alertEmails: alertEmails
    budget: budget
    budgetStart: budgetStart
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  params: { location: location, tags: tags, base: base }
}

module identities 'modules/identities.bicep' = {
  name: 'identities'
  params: { location: location, tags: tags, base: base }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    location: location
    tags: tags
    name: '${take(compact, 14)}lake${unique}'
    sku: storageSku
    publicAccess: !privateNetwork
    operatorAddress: operatorAddress
    workspaceId: monitoring.outputs.workspaceId
    contributors: [
      identities.outputs.live.principalId
      identities.outputs.worker.principalId
      identities.outputs.gateway.principalId
    ]
    readers: [identities.outputs.scorer.principalId]
    checkpointWriters: [identities.outputs.live.principalId]
    operatorObjectId: operatorObjectId
    operatorType: operatorType
  }
}

module eventHubs 'modules/eventHubs.bicep' = {
  name: 'event-hubs'
  params: {
    location: location
    tags: tags
    name: 'evh-${base}-${unique}'
    sku: eventHubsSku
    capacity: eventHubsCapacity
    mostCapacity: eventHubsMostCapacity
    retentionHours: eventHubsRetentionHours
    publicAccess: !privateNetwork
    workspaceId: monitoring.outputs.workspaceId
    feed: identities.outputs.feed.principalId
    live: identities.outputs.live.principalId
    gateway: identities.outputs.gateway.principalId
  }
}

module vault 'modules/keyVault.bicep' = {
  name: 'key-vault'
  params: {
    location: location
    tags: tags
    name: 'kv-${take(compact, 13)}-${unique}'
    publicAccess: !privateNetwork
    operatorAddress: operatorAddress
    workspaceId: monitoring.outputs.workspaceId
    readers: union(
      [{ secrets: gatewaySecrets, principalId: identities.outputs.gateway.principalId }],
      liveFeed ? [{ secrets: ['databento-api-key'], principalId: identities.outputs.feed.principalId }] : [],
      [
        { secrets: workflowSecrets, principalId: identities.outputs.live.principalId }
        { secrets: workflowSecrets, principalId: identities.outputs.worker.principalId }
        { secrets: workflowSecrets, principalId: identities.outputs.gateway.principalId }
      ]
    )
    // Azure refuses a role on a secret that is not there yet: they are given with the processes.
    giveRoles: deployApps
    operatorObjectId: operatorObjectId
    operatorType: operatorType
  }
}

var temporalSecrets = temporal == 'cloud-api-key'
  ? ['temporal-api-key']
  : temporal == 'cloud-mtls' ? ['temporal-client-cert', 'temporal-client-key'] : []

var workflowSecrets = union(temporalSecrets, encryptPayloads ? ['payload-key'] : [])

module registry 'modules/containerRegistry.bicep' = {
  name: 'container-registry'
  params: {
    location: location
    tags: tags
    name: 'acr${compact}${unique}'
    sku: privateNetwork ? 'Premium' : 'Basic'
    workspaceId: monitoring.outputs.workspaceId
    pullers: [
      identities.outputs.feed.principalId
      identities.outputs.live.principalId
      identities.outputs.worker.principalId
      identities.outputs.gateway.principalId
      identities.outputs.scorer.principalId
    ]
  }
}

module endpoints 'modules/privateEndpoints.bicep' = if (privateNetwork) {
  name: 'private-endpoints'
  params: {
    location: location
    tags: tags
    base: base
    networkId: network!.outputs.networkId
    subnetId: network!.outputs.endpointsSubnetId
    targets: [
      { name: 'dfs', id: storage.outputs.id, zone: 'privatelink.dfs.core.windows.net' }
      { name: 'blob', id: storage.outputs.id, zone: 'privatelink.blob.core.windows.net' }
      { name: 'namespace', id: eventHubs.outputs.id, zone: 'privatelink.servicebus.windows.net' }
      { name: 'vault', id: vault.outputs.id, zone: 'privatelink.vaultcore.azure.net' }
      { name: 'registry', id: registry.outputs.id, zone: 'privatelink.azurecr.io' }
    ]
  }
}

module containers 'modules/containerEnvironment.bicep' = {
  name: 'container-environment'
  params: {
    location: location
    tags: tags
    name: 'cae-${base}'
    workspaceId: monitoring.outputs.workspaceId
    subnetId: privateNetwork ? network!.outputs.appsSubnetId : ''
  }
}

resource secrets 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: 'kv-${take(compact, 13)}-${unique}'
}

module temporalServer 'modules/temporal.bicep' = if (deployApps && selfHosted) {
  name: 'temporal'
  params: {
    location: location
    tags: tags
    base: base
    unique: unique
    environmentId: containers.outputs.id
    domain: containers.outputs.domain
    namespace: temporalNamespace
    workspaceId: monitoring.outputs.workspaceId
    password: secrets.getSecret('temporal-database-password')
    networkId: privateNetwork ? network!.outputs.networkId : ''
    subnetId: privateNetwork ? network!.outputs.databaseSubnetId : ''
  }
}

module apps 'modules/apps.bicep' = if (deployApps) {
  name: 'apps'
  params: {
    location: location
    tags: tags
    base: base
    environmentId: containers.outputs.id
    domain: containers.outputs.domain
    image: '${registry.outputs.server}/${image}'
    registryServer: registry.outputs.server
    lake: storage.outputs.lake
    lakeId: lakeId
    insightsConnection: monitoring.outputs.insightsConnection
    eventHubsHost: eventHubs.outputs.host
    checkpoints: storage.outputs.checkpoints
    gatewayClientId: gatewayClientId
    gatewayTenantId: gatewayTenantId
    gatewayRoles: gatewayRoles
    vaultUri: vault.outputs.uri
    product: product
    liveFeed: liveFeed
    temporal: temporal
    temporalAddress: selfHosted ? temporalServer!.outputs.address : temporalAddress
    temporalNamespace: temporalNamespace
    encryptPayloads: encryptPayloads
    batchWorkers: batchWorkers
    batchCpu: batchCpu
    feed: identities.outputs.feed
    live: identities.outputs.live
    worker: identities.outputs.worker
    gateway: identities.outputs.gateway
    scorer: identities.outputs.scorer
  }
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    tags: tags
    base: base
    actionGroupId: monitoring.outputs.actionGroupId
    eventHubsId: eventHubs.outputs.id
    storageId: storage.outputs.id
    vaultId: vault.outputs.id
    restarting: deployApps ? apps!.outputs.ids : []
  }
}

module processAlerts 'modules/processAlerts.bicep' = {
  name: 'process-alerts'
  params: {
    location: location
    tags: tags
    base: base
    actionGroupId: monitoring.outputs.actionGroupId
    workspaceId: monitoring.outputs.workspaceId
    insightsId: monitoring.outputs.insightsId
  }
}

module learning 'modules/machineLearning.bicep' = if (machineLearning) {
  name: 'machine-learning'
  params: {
    location: location
    tags: tags
    base: base
    unique: unique
    compact: compact
    workspaceName: workspaceName
    registryId: registry.outputs.id
    insightsId: monitoring.outputs.insightsId
    logWorkspaceId: monitoring.outputs.workspaceId
    lakeAccount: storage.outputs.name
    computeVmSize: computeVmSize
    computeMostNodes: computeMostNodes
    scorer: identities.outputs.scorer
    worker: identities.outputs.worker
    createEndpoint: !scoringEndpointExists
  }
}

module fabricCapacity 'modules/fabric.bicep' = if (fabric) {
  name: 'fabric'
  params: {
    location: location
    tags: tags
    name: 'fabric${compact}'
    sku: fabricSku
    administrators: union(fabricAdministrators, empty(operatorName) ? [] : [operatorName])
  }
}

module databricksWorkspace 'modules/databricks.bicep' = if (databricks) {
  name: 'databricks'
  params: {
    location: location
    tags: tags
    base: base
    lakeAccount: storage.outputs.name
    workspaceId: monitoring.outputs.workspaceId
  }
}

module catalog 'modules/purview.bicep' = if (purview) {
  name: 'purview'
  params: {
    location: location
    tags: tags
    name: 'pview-${base}-${unique}'
    lakeAccount: storage.outputs.name
    workspaceId: monitoring.outputs.workspaceId
  }
}

output storageAccount string = storage.outputs.name
output lake string = storage.outputs.lake
output lakeId string = lakeId
output eventHubsHost string = eventHubs.outputs.host
output vault string = vault.outputs.name
output vaultUri string = vault.outputs.uri
output registry string = registry.outputs.name
output registryServer string = registry.outputs.server
output secretsNeeded array = union(
  gatewaySecrets,
  liveFeed ? ['databento-api-key'] : [],
  workflowSecrets,
  selfHosted ? ['temporal-database-password'] : []
)
output apps array = deployApps
  ? union(apps!.outputs.names, selfHosted ? [temporalServer!.outputs.name] : [])
  : []
output setupJob string = deployApps ? apps!.outputs.setupJob : ''
output gatewayClientId string = gatewayClientId
output gatewayUrl string = deployApps ? apps!.outputs.gatewayUrl : ''
output temporalAddress string = deployApps && selfHosted ? temporalServer!.outputs.address : temporalAddress
output machineLearningWorkspace string = machineLearning ? workspaceName : ''
output scoringEndpoint string = machineLearning ? learning!.outputs.endpoint : ''
output modelRegistry string = machineLearning ? learning!.outputs.registry : ''
output fabricCapacity string = fabric ? fabricCapacity!.outputs.name : ''
output scorerIdentity string = identities.outputs.scorer.id
output scorerClientId string = identities.outputs.scorer.clientId
