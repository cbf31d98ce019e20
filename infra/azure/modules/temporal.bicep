// Temporal in the group: its server as a container app over PostgreSQL.

param location string
param tags object
param base string
param unique string
param environmentId string
param domain string
param namespace string
param workspaceId string

@secure()
param password string

@description('Of a virtual network; both empty without one.')
param networkId string
param subnetId string

// Sets up its database and namespace by itself when it starts.
param image string = 'docker.io/temporalio/auto-setup:1.28.1'

// What waits is handed out by its priority, within the one partition of a queue that is written. YAML: JSON is YAML.
var dynamicConfig = string({
  'matching.useNewMatcher': [{ value: true }]
  'matching.numTaskqueueWritePartitions': [{ value: 1 }]
})
var configurationFolder = '/etc/temporal/settings'
var login = 'temporal'
var port = 7233
var private = !empty(subnetId)

resource zone 'Microsoft.Network/privateDnsZones@2020-06-01' = if (private) {
  name: '${base}.private.postgres.database.azure.com'
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = if (private) {
  parent: zone
  name: base
  location: 'global'
  properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
}

resource server 'Microsoft.DBforPostgreSQL/flexibleServers@2022-12-01' = {
  name: 'psql-${base}-${unique}'
  location: location
  tags: tags
  sku: { name: 'Standard_B1ms', tier: 'Burstable' }
  properties: {
    version: '14'
    administratorLogin: login
    administratorLoginPassword: password
    storage: { storageSizeGB: 32 }
    backup: { backupRetentionDays: 7, geoRedundantBackup: 'Disabled' }
    highAvailability: { mode: 'Disabled' }
    network: private ? { delegatedSubnetResourceId: subnetId, privateDnsZoneArmResourceId: zone!.id } : null
  }
  dependsOn: [link]
}

// What Temporal's index of workflows needs.
resource extensions 'Microsoft.DBforPostgreSQL/flexibleServers/configurations@2022-12-01' = {
  parent: server
  name: 'azure.extensions'
  properties: { value: 'BTREE_GIN', source: 'user-override' }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = {
  name: 'to-logs'
  scope: server
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'PostgreSQLLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

// Machines of Azure alone, since container apps without a network have no address of their own.
resource azureOnly 'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2022-12-01' = if (!private) {
  parent: server
  name: 'azure'
  properties: { startIpAddress: '0.0.0.0', endIpAddress: '0.0.0.0' }
}

resource app 'Microsoft.App/containerApps@2025-01-01' = {
  name: '${base}-temporal'
  location: location
  tags: tags
  properties: {
    environmentId: environmentId
    workloadProfileName: 'Consumption'
    configuration: {
      activeRevisionsMode: 'Single'
      secrets: [
        { name: 'database-password', value: password }
        { name: 'dynamic-config', value: dynamicConfig }
      ]
      ingress: { external: false, transport: 'tcp', targetPort: port, exposedPort: port }
    }
    template: {
      containers: [
        {
          name: 'temporal'
          image: image
          resources: { cpu: json('1.0'), memory: '2Gi' }
          env: [
            { name: 'DB', value: 'postgres12' }
            { name: 'DB_PORT', value: '5432' }
            { name: 'POSTGRES_SEEDS', value: server.properties.fullyQualifiedDomainName }
            { name: 'POSTGRES_USER', value: login }
            { name: 'POSTGRES_PWD', secretRef: 'database-password' }
            // The server reads the first, the tool that makes its tables the second.
            { name: 'SQL_TLS_ENABLED', value: 'true' }
            { name: 'POSTGRES_TLS_ENABLED', value: 'true' }
            { name: 'DEFAULT_NAMESPACE', value: namespace }
            { name: 'DEFAULT_NAMESPACE_RETENTION', value: '720h' }
            { name: 'SKIP_ADD_CUSTOM_SEARCH_ATTRIBUTES', value: 'true' }
            { name: 'DYNAMIC_CONFIG_FILE_PATH', value: '${configurationFolder}/dynamic.yaml' }
          ]
          volumeMounts: [{ volumeName: 'settings', mountPath: configurationFolder }]
          probes: [{ type: 'Liveness', tcpSocket: { port: port }, initialDelaySeconds: 60, periodSeconds: 30 }]
        }
      ]
      // One: its tasks are shared out between servers only in clusters that find each other.
      scale: { minReplicas: 1, maxReplicas: 1 }
      volumes: [
        {
          name: 'settings'
          storageType: 'Secret'
          secrets: [{ secretRef: 'dynamic-config', path: 'dynamic.yaml' }]
        }
      ]
    }
  }
  dependsOn: [extensions, azureOnly]
}

output name string = app.name
output address string = '${app.name}.internal.${domain}:${port}'
