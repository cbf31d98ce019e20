// The vault, with a role on each secret for those that read it. Secrets are written by people: none is in a template.

param location string
param tags object
param name string
param publicAccess bool

@description('From where the operator reaches it all the same; empty: from nowhere.')
param operatorAddress string
param workspaceId string

@description('Each with `secrets` (their names) and `principalId`.')
param readers array
param giveRoles bool
param operatorObjectId string
param operatorType string

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
var reads = flatten(map(readers, reader => map(reader.secrets, secret => { secret: secret, principalId: reader.principalId })))

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enablePurgeProtection: true
    enabledForTemplateDeployment: true
    publicNetworkAccess: publicAccess || !empty(operatorAddress) ? 'Enabled' : 'Disabled'
    networkAcls: {
      defaultAction: publicAccess ? 'Allow' : 'Deny'
      bypass: 'AzureServices'
      ipRules: publicAccess || empty(operatorAddress) ? [] : [{ value: operatorAddress }]
    }
  }
}

resource secretsRead 'Microsoft.KeyVault/vaults/secrets@2024-11-01' existing = [
  for read in reads: {
    parent: vault
    name: read.secret
  }
]

resource readerRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (read, k) in reads: if (giveRoles) {
    name: guid(vault.id, read.secret, read.principalId, secretsUser)
    scope: secretsRead[k]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
      principalId: read.principalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource operatorRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorObjectId)) {
  name: guid(vault.id, operatorObjectId, secretsOfficer)
  scope: vault
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
    principalId: operatorObjectId
    principalType: operatorType
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2017-05-01-preview' = {
  name: 'to-logs'
  scope: vault
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'AuditEvent', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output id string = vault.id
output name string = vault.name
output uri string = 'https://${vault.name}${environment().suffixes.keyvaultDns}'
