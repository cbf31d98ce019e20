// The processes: feed, live worker, control and batch workers, gateway, scorer. One image, one configuration, an identity each.
// Workers are of no version: a revision takes the place of the one before, which has a minute to end, and what that one has begun is replayed by
// the code of the new one.

param location string
param tags object
param base string
param environmentId string
param domain string
param image string
param registryServer string
param lake string
param lakeId string
param insightsConnection string
param eventHubsHost string

@description('Container in which the live worker tells how far it has taken the hubs.')
param checkpoints string

@description('Of the registration in Entra ID; empty: there is none.')
param gatewayClientId string
param gatewayTenantId string
param gatewayRoles string[]
param vaultUri string
param product string
param liveFeed bool
param temporal string
param temporalAddress string
param temporalNamespace string
param encryptPayloads bool
param batchWorkers int
param batchCpu string

@description('Identities, each with `id` and `clientId`.')
param feed object
param live object
param worker object
param gateway object
param scorer object

var gatewayName = '${base}-gateway'
var gatewayHost = '${gatewayName}.${domain}'

var signIn = empty(gatewayClientId)
  ? {}
  : {
      entra: {
        issuer: '${environment().authentication.loginEndpoint}${gatewayTenantId}/v2.0'
        clientId: gatewayClientId
        clientSecret: 'vault:gateway-client-secret'
        roles: gatewayRoles
      }
    }

// Of the product's configuration, which is YAML: JSON is YAML. The scratch folder has 2 GiB with half a CPU, 4 with one, 8 with more.
var shared = {
  lake: lake
  vault: vaultUri
  eventHubs: { namespace: eventHubsHost, checkpoints: checkpoints }
  gateway: union({ token: 'vault:gateway-token', names: [gatewayHost] }, signIn)
  metrics: { host: '0.0.0.0' }
  duckdb: { spillFolder: '/scratch' }
}
var configuration = string(union(shared, { cache: { folder: '/scratch/cache', size: '1GB' } }))
var largerConfiguration = string(union(shared, { cache: { folder: '/scratch/cache', size: '2GB' } }))

var vaultSecret = '${vaultUri}/secrets'
var byKey = temporal == 'cloud-api-key'
var byCertificate = temporal == 'cloud-mtls'
var temporalSecrets = byKey
  ? [{ name: 'temporal-api-key', url: '${vaultSecret}/temporal-api-key' }]
  : byCertificate
      ? [
          { name: 'temporal-client-cert', url: '${vaultSecret}/temporal-client-cert' }
          { name: 'temporal-client-key', url: '${vaultSecret}/temporal-client-key' }
        ]
      : []
var temporalFiles = byCertificate ? ['temporal-client-cert', 'temporal-client-key'] : []
var temporalEnv = union(
  [
    { name: 'TEMPORAL_ADDRESS', value: temporalAddress }
    { name: 'TEMPORAL_NAMESPACE', value: temporalNamespace }
  ],
  encryptPayloads ? [{ name: 'SPYMASTER_PAYLOAD_KEY', value: 'vault:payload-key' }] : [],
  byKey ? [{ name: 'TEMPORAL_API_KEY', secretRef: 'temporal-api-key' }] : [],
  byCertificate
    ? [
        { name: 'TEMPORAL_TLS_CLIENT_CERT_PATH', value: '/etc/temporal/temporal-client-cert.pem' }
        { name: 'TEMPORAL_TLS_CLIENT_KEY_PATH', value: '/etc/temporal/temporal-client-key.pem' }
      ]
    : []
)

module feedApp 'app.bicep' = if (liveFeed) {
  name: 'feed'
  params: {
    location: location
    tags: tags
    name: '${base}-feed'
    environmentId: environmentId
    image: image
    registryServer: registryServer
    insightsConnection: insightsConnection
    identity: feed
    args: ['feed', '--symbol', product, '--metrics-port', '9466']
    configuration: configuration
    vaultSecrets: [{ name: 'databento-api-key', url: '${vaultSecret}/databento-api-key' }]
    env: [{ name: 'DATABENTO_API_KEY', secretRef: 'databento-api-key' }]
    probes: [{ type: 'Liveness', httpGet: { path: '/metrics', port: 9466 }, periodSeconds: 30, timeoutSeconds: 10 }]
    // One: two would send everything twice.
    cpu: '0.5'
    memory: '1Gi'
  }
}

module liveApp 'app.bicep' = {
  name: 'live'
  params: {
    location: location
    tags: tags
    name: '${base}-live'
    environmentId: environmentId
    image: image
    registryServer: registryServer
    insightsConnection: insightsConnection
    identity: live
    args: ['worker', '--role', 'live', '--metrics-port', '9464']
    configuration: largerConfiguration
    vaultSecrets: temporalSecrets
    secretFiles: temporalFiles
    env: temporalEnv
    probes: [{ type: 'Liveness', httpGet: { path: '/metrics', port: 9464 }, periodSeconds: 30, timeoutSeconds: 10 }]
    cpu: '1.0'
    memory: '2Gi'
  }
}

module controlApp 'app.bicep' = {
  name: 'control'
  params: {
    location: location
    tags: tags
    name: '${base}-control'
    environmentId: environmentId
    image: image
    registryServer: registryServer
    insightsConnection: insightsConnection
    identity: worker
    args: ['worker', '--role', 'control', '--metrics-port', '9464']
    configuration: configuration
    vaultSecrets: temporalSecrets
    secretFiles: temporalFiles
    env: temporalEnv
    probes: [{ type: 'Liveness', httpGet: { path: '/metrics', port: 9464 }, periodSeconds: 30, timeoutSeconds: 10 }]
    cpu: '0.5'
    memory: '1Gi'
  }
}

module batchApp 'app.bicep' = {
  name: 'batch'
  params: {
    location: location
    tags: tags
    name: '${base}-batch'
    environmentId: environmentId
    image: image
    registryServer: registryServer
    insightsConnection: insightsConnection
    identity: worker
    args: ['worker', '--role', 'cpu', '--metrics-port', '9464']
    configuration: largerConfiguration
    vaultSecrets: temporalSecrets
    secretFiles: temporalFiles
    env: temporalEnv
    probes: [{ type: 'Liveness', httpGet: { path: '/metrics', port: 9464 }, periodSeconds: 30, timeoutSeconds: 10 }]
    cpu: batchCpu
    memory: '${2 * int(split(batchCpu, '.')[0])}Gi'
    // Nothing promises that the scaler reaches a server within the group: one worker stays beside that.
    minReplicas: temporal == 'self-hosted' ? 1 : 0
    maxReplicas: batchWorkers
    rules: [
      {
        name: 'backlog'
        custom: {
          type: 'temporal'
          metadata: {
            endpoint: temporalAddress
            namespace: temporalNamespace
            taskQueue: '${lakeId}.spymaster-cpu'
            queueTypes: 'activity'
            targetQueueSize: '2'
            activationTargetQueueSize: '0'
          }
          auth: byKey
            ? [{ secretRef: 'temporal-api-key', triggerParameter: 'apiKey' }]
            : byCertificate
                ? [
                    { secretRef: 'temporal-client-cert', triggerParameter: 'cert' }
                    { secretRef: 'temporal-client-key', triggerParameter: 'key' }
                  ]
                : []
        }
      }
    ]
  }
}

module gatewayApp 'app.bicep' = {
  name: 'gateway'
  params: {
    location: location
    tags: tags
    name: gatewayName
    environmentId: environmentId
    image: image
    registryServer: registryServer
    insightsConnection: insightsConnection
    identity: gateway
    args: ['gateway', '--host', '0.0.0.0', '--port', '7400', '--metrics-port', '9469']
    configuration: configuration
    vaultSecrets: temporalSecrets
    secretFiles: temporalFiles
    env: temporalEnv
    port: 7400
    external: true
    probes: [{ type: 'Liveness', httpGet: { path: '/metrics', port: 9469 }, periodSeconds: 30, timeoutSeconds: 10 }]
    cpu: '0.5'
    memory: '1Gi'
  }
}

module scorerApp 'app.bicep' = {
  name: 'scorer'
  params: {
    location: location
    tags: tags
    name: '${base}-scorer'
    environmentId: environmentId
    image: image
    registryServer: registryServer
    insightsConnection: insightsConnection
    identity: scorer
    args: ['score-server', '--symbol', product, '--host', '0.0.0.0', '--port', '5001']
    configuration: configuration
    port: 5001
    probes: [
      { type: 'Liveness', httpGet: { path: '/healthz', port: 5001 }, periodSeconds: 30, timeoutSeconds: 10 }
      { type: 'Readiness', httpGet: { path: '/readyz', port: 5001 }, periodSeconds: 10, timeoutSeconds: 5 }
    ]
    cpu: '0.5'
    memory: '1Gi'
    maxReplicas: 3
    rules: [{ name: 'requests', http: { metadata: { concurrentRequests: '50' } } }]
  }
}

// Started by deploy.sh.
module setupJob 'job.bicep' = {
  name: 'setup'
  params: {
    location: location
    tags: tags
    name: '${base}-setup'
    environmentId: environmentId
    image: image
    registryServer: registryServer
    identity: worker
    // Of a namespace elsewhere the rest is its owner's, and Temporal Cloud lets none of it be done by whoever works there.
    args: temporal == 'self-hosted' ? ['setup'] : ['schedules', 'apply']
    configuration: configuration
    vaultSecrets: temporalSecrets
    secretFiles: temporalFiles
    env: temporalEnv
  }
}

output setupJob string = setupJob.outputs.name
output names array = union(
  liveFeed ? [feedApp!.outputs.name] : [],
  [
    liveApp.outputs.name
    controlApp.outputs.name
    batchApp.outputs.name
    gatewayApp.outputs.name
    scorerApp.outputs.name
  ]
)
output ids array = union(
  liveFeed ? [feedApp!.outputs.id] : [],
  [liveApp.outputs.id, controlApp.outputs.id, gatewayApp.outputs.id, scorerApp.outputs.id]
)
output gatewayUrl string = 'https://${gatewayHost}'
