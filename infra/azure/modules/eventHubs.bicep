// The hubs, with their consumer groups and who may send and receive. There are no keys: tokens of Entra ID alone.

param location string
param tags object
param name string
param sku string
param capacity int
param mostCapacity int
param retentionHours int
param publicAccess bool
param workspaceId string

@description('Principals of the processes.')
param feed string
param live string
param gateway string

var sender = '2b629674-e913-4c01-ae53-ef4638d8f975'
var receiver = 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'
var inflates = sku == 'Standard' && mostCapacity > capacity

var hubs = [
  { name: 'mbo_raw', groups: ['live', 'live_shared', 'fabric_stream', 'analytics'] }
  { name: 'features_gold', groups: ['fabric_stream', 'analytics'] }
  { name: 'inference_results', groups: ['dashboard', 'fabric_stream', 'analytics'] }
]
var groups = flatten(map(hubs, hub => map(hub.groups, group => { hub: hub.name, name: group })))

// The feed looks where it ended, and the live worker what it has published: they receive what they send.
var roles = [
  { hub: 0, principal: feed, role: sender }
  { hub: 0, principal: feed, role: receiver }
  { hub: 0, principal: live, role: receiver }
  { hub: 1, principal: live, role: sender }
  { hub: 1, principal: live, role: receiver }
  { hub: 2, principal: live, role: sender }
  { hub: 2, principal: live, role: receiver }
  { hub: 0, principal: gateway, role: receiver }
  { hub: 2, principal: gateway, role: receiver }
]

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: { name: sku, tier: sku, capacity: capacity }
  properties: {
    minimumTlsVersion: '1.2'
    disableLocalAuth: true
    isAutoInflateEnabled: inflates
    maximumThroughputUnits: inflates ? mostCapacity : 0
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }
}

// Every process has to count the same partitions: their number stays.
resource eventHubs 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = [
  for hub in hubs: {
    parent: namespace
    name: hub.name
    properties: {
      partitionCount: 4
      retentionDescription: { cleanupPolicy: 'Delete', retentionTimeInHours: retentionHours }
    }
  }
]

resource consumerGroups 'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01' = [
  for group in groups: {
    name: '${namespace.name}/${group.hub}/${group.name}'
    properties: {}
    dependsOn: [eventHubs]
  }
]

resource hubRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for one in roles: {
    name: guid(eventHubs[one.hub].id, one.principal, one.role)
    scope: eventHubs[one.hub]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', one.role)
      principalId: one.principal
      principalType: 'ServicePrincipal'
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = {
  name: 'to-logs'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'OperationalLogs', enabled: true }
      { category: 'AutoScaleLogs', enabled: true }
    ]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = namespace.id
output name string = namespace.name
output host string = '${namespace.name}.servicebus.windows.net'
