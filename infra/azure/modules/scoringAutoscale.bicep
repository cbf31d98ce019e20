// How many instances a deployment behind the scoring endpoint has: by how busy they are. Deployed by promote.sh once the deployment is there.

param location string = resourceGroup().location
param workspace string
param endpoint string

@allowed(['blue', 'green'])
param deployment string

@minValue(1)
param least int = 1

@minValue(1)
param most int = 3

resource learning 'Microsoft.MachineLearningServices/workspaces@2022-10-01' existing = {
  name: workspace
}

resource scoring 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2022-10-01' existing = {
  parent: learning
  name: endpoint
}

resource colour 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments@2022-10-01' existing = {
  parent: scoring
  name: deployment
}

var busy = {
  metricName: 'CpuUtilizationPercentage'
  metricNamespace: 'microsoft.machinelearningservices/workspaces/onlineendpoints/deployments'
  metricResourceUri: colour.id
  timeGrain: 'PT1M'
  timeWindow: 'PT5M'
  statistic: 'Average'
  timeAggregation: 'Average'
}

resource scale 'Microsoft.Insights/autoscalesettings@2015-04-01' = {
  name: 'scale-${endpoint}-${deployment}'
  location: location
  properties: {
    enabled: true
    targetResourceUri: colour.id
    profiles: [
      {
        name: 'busy'
        capacity: { minimum: string(least), maximum: string(most), default: string(least) }
        rules: [
          {
            metricTrigger: union(busy, { operator: 'GreaterThan', threshold: 70 })
            scaleAction: { direction: 'Increase', type: 'ChangeCount', value: '1', cooldown: 'PT5M' }
          }
          {
            metricTrigger: union(busy, { operator: 'LessThan', threshold: 25 })
            scaleAction: { direction: 'Decrease', type: 'ChangeCount', value: '1', cooldown: 'PT10M' }
          }
        ]
      }
    ]
  }
}
