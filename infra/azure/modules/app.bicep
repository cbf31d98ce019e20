// A process of the product as a container app.

param location string
param tags object
param name string
param environmentId string
param image string
param registryServer string

@description('Of Application Insights: where metrics and traces go.')
param insightsConnection string

@description('With `id` and `clientId`.')
param identity object

@description('Command of ./spymaster and its options.')
param args array

@description('The configuration, as the file that SPYMASTER_CONFIG names.')
param configuration string

@description('Environment variables besides those every process has.')
param env array = []

@description('Secrets of the vault by name, each with `name` and `url`.')
param vaultSecrets array = []

@description('Secrets of the vault that the process reads as files in /etc/temporal, by name.')
param secretFiles array = []

@description('Port that is served; 0: none.')
param port int = 0
param external bool = false

param probes array
@description('CPUs; the service offers twice as many GiB of memory.')
param cpu string
param memory string
param minReplicas int = 1
param maxReplicas int = 1
param rules array = []

// Another path for another configuration: a container app starts no process anew when only a secret changes.
var configurationFolder = '/etc/spymaster/${uniqueString(configuration)}'
var clientIdentity = identity.id

resource app 'Microsoft.App/containerApps@2025-01-01' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${clientIdentity}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      registries: [{ server: registryServer, identity: clientIdentity }]
      secrets: union(
        [{ name: 'configuration', value: configuration }],
        map(vaultSecrets, secret => { name: secret.name, keyVaultUrl: secret.url, identity: clientIdentity })
      )
      ingress: port == 0
        ? null
        : { external: external, targetPort: port, transport: 'auto', allowInsecure: false }
    }
    template: {
      // What is being built, followed or answered has its time to end.
      terminationGracePeriodSeconds: 60
      containers: [
        {
          name: 'spymaster'
          image: image
          args: args
          env: union(
            [
              { name: 'SPYMASTER_CONFIG', value: '${configurationFolder}/spymaster.config.yaml' }
              { name: 'SPYMASTER_LOG', value: 'json' }
              { name: 'AZURE_CLIENT_ID', value: identity.clientId }
              { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: insightsConnection }
            ],
            env
          )
          resources: { cpu: json(cpu), memory: memory }
          probes: probes
          volumeMounts: union(
            [
              { volumeName: 'configuration', mountPath: configurationFolder }
              { volumeName: 'scratch', mountPath: '/scratch' }
            ],
            empty(secretFiles) ? [] : [{ volumeName: 'temporal', mountPath: '/etc/temporal' }]
          )
        }
      ]
      scale: {
        minReplicas: minReplicas
        maxReplicas: maxReplicas
        // What is queued is counted, not what is being worked on: after the last task has been taken there is an hour to finish it.
        cooldownPeriod: 3600
        rules: rules
      }
      volumes: union(
        [
          {
            name: 'configuration'
            storageType: 'Secret'
            secrets: [{ secretRef: 'configuration', path: 'spymaster.config.yaml' }]
          }
          { name: 'scratch', storageType: 'EmptyDir' }
        ],
        empty(secretFiles)
          ? []
          : [
              {
                name: 'temporal'
                storageType: 'Secret'
                secrets: map(secretFiles, secret => { secretRef: secret, path: '${secret}.pem' })
              }
            ]
      )
    }
  }
}

output id string = app.id
output name string = app.name
