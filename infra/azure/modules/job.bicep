// A command of the product that is run when it is started, to its end.

param location string
param tags object
param name string
param environmentId string
param image string
param registryServer string

@description('With `id` and `clientId`.')
param identity object
param args array
param configuration string
param env array
param vaultSecrets array
param secretFiles array

var clientIdentity = identity.id

resource job 'Microsoft.App/jobs@2025-01-01' = {
  name: name
  location: location
  tags: tags
  identity: { type: 'UserAssigned', userAssignedIdentities: { '${clientIdentity}': {} } }
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      triggerType: 'Manual'
      replicaTimeout: 600
      replicaRetryLimit: 2
      manualTriggerConfig: { parallelism: 1, replicaCompletionCount: 1 }
      registries: [{ server: registryServer, identity: clientIdentity }]
      secrets: union(
        [{ name: 'configuration', value: configuration }],
        map(vaultSecrets, secret => { name: secret.name, keyVaultUrl: secret.url, identity: clientIdentity })
      )
    }
    template: {
      containers: [
        {
          name: 'spymaster'
          image: image
          args: args
          env: union(
            [
              { name: 'SPYMASTER_CONFIG', value: '/etc/spymaster/spymaster.config.yaml' }
              { name: 'AZURE_CLIENT_ID', value: identity.clientId }
            ],
            env
          )
          resources: { cpu: json('0.5'), memory: '1Gi' }
          volumeMounts: union(
            [{ volumeName: 'configuration', mountPath: '/etc/spymaster' }],
            empty(secretFiles) ? [] : [{ volumeName: 'temporal', mountPath: '/etc/temporal' }]
          )
        }
      ]
      volumes: union(
        [
          {
            name: 'configuration'
            storageType: 'Secret'
            secrets: [{ secretRef: 'configuration', path: 'spymaster.config.yaml' }]
          }
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

output name string = job.name
