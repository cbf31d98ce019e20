// What people are told of by metrics of Azure itself; what the processes tell is in the alerts of the product's own metrics.

param tags object
param base string
param actionGroupId string
param eventHubsId string
param storageId string
param vaultId string

@description('Ids of container apps that should not be starting again and again.')
param restarting array

var rules = [
  {
    name: 'hubs-throttle'
    says: 'Event Hubs refuses events: more throughput units are needed.'
    target: eventHubsId
    namespace: 'Microsoft.EventHub/namespaces'
    metric: 'ThrottledRequests'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'hubs-fail'
    says: 'Event Hubs fails.'
    target: eventHubsId
    namespace: 'Microsoft.EventHub/namespaces'
    metric: 'ServerErrors'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'lake-away'
    says: 'Requests to the lake fail.'
    target: storageId
    namespace: 'Microsoft.Storage/storageAccounts'
    metric: 'Availability'
    aggregation: 'Average'
    operator: 'LessThan'
    threshold: 99
  }
  {
    name: 'vault-away'
    says: 'Requests to the vault fail.'
    target: vaultId
    namespace: 'Microsoft.KeyVault/vaults'
    metric: 'Availability'
    aggregation: 'Average'
    operator: 'LessThan'
    threshold: 99
  }
]

resource services 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for rule in rules: {
    name: '${base}-${rule.name}'
    location: 'global'
    tags: tags
    properties: {
      description: rule.says
      severity: 2
      enabled: true
      scopes: [rule.target]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: rule.name
            metricNamespace: rule.namespace
            metricName: rule.metric
            timeAggregation: rule.aggregation
            operator: rule.operator
            threshold: rule.threshold
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId }]
    }
  }
]

resource restarts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for (app, k) in restarting: {
    name: '${base}-restarts-${k}'
    location: 'global'
    tags: tags
    properties: {
      description: 'A process was started again: its log tells why.'
      severity: 2
      enabled: true
      scopes: [app]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'restarts'
            metricNamespace: 'Microsoft.App/containerapps'
            metricName: 'RestartCount'
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: 2
          }
        ]
      }
      actions: [{ actionGroupId: actionGroupId }]
    }
  }
]
