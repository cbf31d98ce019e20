// What people are told of by what the processes themselves tell, and the workbook that shows it.

param location string
param tags object
param base string
param actionGroupId string
param workspaceId string
param insightsId string

var rules = loadJsonContent('../../monitoring/alertRules.json')

resource queries 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${base}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${base}: ${rule.name}'
      description: rule.says
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.every
      windowSize: rule.window
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [actionGroupId] }
    }
  }
]

resource workbook 'Microsoft.Insights/workbooks@2022-04-01' = {
  name: guid(insightsId, 'spymaster')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Spymaster ${base}'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: loadTextContent('../../monitoring/workbook.json')
  }
}
