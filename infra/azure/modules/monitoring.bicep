// Logs, traces, who is told, and the budget.

param location string
param tags object
param base string
param retentionDays int
param alertEmails string[]
param budget int
param budgetStart string

resource logs 'Microsoft.OperationalInsights/workspaces@2022-10-01' = {
  name: 'log-${base}'
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: 'appi-${base}'
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: logs.id
    IngestionMode: 'LogAnalytics'
  }
}

resource told 'Microsoft.Insights/actionGroups@2021-09-01' = {
  name: 'ag-${base}'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: take(replace(base, '-', ''), 12)
    enabled: true
    emailReceivers: [
      for (address, k) in alertEmails: {
        name: 'email-${k}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

resource limit 'Microsoft.Consumption/budgets@2021-10-01' = {
  name: 'budget-${base}'
  properties: {
    category: 'Cost'
    amount: budget
    timeGrain: 'Monthly'
    timePeriod: { startDate: budgetStart }
    notifications: {
      spent80: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: alertEmails
        contactGroups: [told.id]
      }
      forecast100: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: alertEmails
        contactGroups: [told.id]
      }
    }
  }
}

output workspaceId string = logs.id
output insightsId string = insights.id
// Names where to send; sending needs no key but this is an address with an id, which Azure does not count as a secret.
output insightsConnection string = insights.properties.ConnectionString
output actionGroupId string = told.id
