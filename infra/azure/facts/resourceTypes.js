// @ts-check
/**
 * Where the schema of each resource type comes from: a package of Azure's management clients, and its mapper there.
 * @typedef {object} Source
 * @property {string} name of the package, behind `@azure/arm-`
 * @property {string} version
 * @property {Record<string, string>} types mapper by `TYPE@API_VERSION`
 * @property {string[]} [apart] classes that are followed no further: whole services hang on them
 * @property {string[]} [kinds] of classes that come in several kinds, those that are kept
 */

/** @type {readonly Source[]} */
const SOURCES = [
  {
    name: 'storage',
    version: '18.6.0',
    types: {
      'Microsoft.Storage/storageAccounts@2024-01-01': 'StorageAccountCreateParameters',
      'Microsoft.Storage/storageAccounts/blobServices@2024-01-01': 'BlobServiceProperties',
      'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01': 'BlobContainer',
      'Microsoft.Storage/storageAccounts/managementPolicies@2024-01-01': 'ManagementPolicy',
    },
  },
  {
    name: 'eventhub',
    version: '5.2.0',
    types: {
      'Microsoft.EventHub/namespaces@2024-01-01': 'EHNamespace',
      'Microsoft.EventHub/namespaces/eventhubs@2024-01-01': 'Eventhub',
      'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01': 'ConsumerGroup',
    },
  },
  {
    name: 'keyvault',
    version: '3.2.0',
    types: { 'Microsoft.KeyVault/vaults@2024-11-01': 'VaultCreateOrUpdateParameters' },
  },
  {
    name: 'msi',
    version: '2.2.0',
    types: { 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30': 'Identity' },
  },
  {
    name: 'authorization',
    version: '9.0.0',
    types: { 'Microsoft.Authorization/roleAssignments@2022-04-01': 'RoleAssignmentCreateParameters' },
  },
  {
    name: 'operationalinsights',
    version: '9.0.0',
    types: { 'Microsoft.OperationalInsights/workspaces@2022-10-01': 'Workspace' },
  },
  {
    name: 'appinsights',
    version: '5.0.0-beta.8',
    types: { 'Microsoft.Insights/components@2020-02-02': 'ApplicationInsightsComponent' },
  },
  {
    name: 'monitor',
    version: '7.0.0',
    types: {
      'Microsoft.Insights/diagnosticSettings@2017-05-01-preview': 'DiagnosticSettingsResource',
      'Microsoft.Insights/actionGroups@2021-09-01': 'ActionGroupResource',
      'Microsoft.Insights/metricAlerts@2018-03-01': 'MetricAlertResource',
      'Microsoft.Insights/autoscalesettings@2015-04-01': 'AutoscaleSettingResource',
    },
  },
  {
    name: 'consumption',
    version: '9.2.0',
    types: { 'Microsoft.Consumption/budgets@2021-10-01': 'Budget' },
  },
  {
    name: 'appcontainers',
    version: '2.2.0',
    types: {
      'Microsoft.App/managedEnvironments@2025-01-01': 'ManagedEnvironment',
      'Microsoft.App/containerApps@2025-01-01': 'ContainerApp',
      'Microsoft.App/jobs@2025-01-01': 'Job',
    },
  },
  {
    name: 'containerregistry',
    version: '10.1.0',
    types: { 'Microsoft.ContainerRegistry/registries@2022-12-01': 'Registry' },
    apart: ['PrivateEndpointConnection'],
  },
  {
    name: 'postgresql-flexible',
    version: '7.1.0',
    types: {
      'Microsoft.DBforPostgreSQL/flexibleServers@2022-12-01': 'Server',
      'Microsoft.DBforPostgreSQL/flexibleServers/configurations@2022-12-01': 'Configuration',
      'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules@2022-12-01': 'FirewallRule',
    },
  },
  {
    name: 'machinelearning',
    version: '2.1.1',
    types: {
      'Microsoft.MachineLearningServices/workspaces@2022-10-01': 'Workspace',
      'Microsoft.MachineLearningServices/workspaces/computes@2022-10-01': 'ComputeResource',
      'Microsoft.MachineLearningServices/workspaces/datastores@2022-10-01': 'Datastore',
      'Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2022-10-01': 'OnlineEndpoint',
      'Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments@2022-10-01':
        'OnlineDeployment',
    },
    apart: ['PrivateEndpointConnection', 'SharedPrivateLinkResource'],
    kinds: [
      'AmlCompute',
      'AzureDataLakeGen2Datastore',
      'NoneDatastoreCredentials',
      'ManagedOnlineDeployment',
      'DefaultScaleSettings',
    ],
  },
  {
    name: 'network',
    version: '33.5.0',
    types: {
      'Microsoft.Network/virtualNetworks@2024-05-01': 'VirtualNetwork',
      'Microsoft.Network/privateEndpoints@2024-05-01': 'PrivateEndpoint',
      'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01': 'PrivateDnsZoneGroup',
    },
    apart: [
      'NetworkSecurityGroup',
      'RouteTable',
      'NetworkInterface',
      'IPConfiguration',
      'IPConfigurationProfile',
      'ServiceEndpointPolicy',
      'ApplicationGatewayIPConfiguration',
      'ApplicationSecurityGroup',
      'PrivateEndpointConnection',
      'VirtualNetworkPeering',
      'FlowLog',
    ],
  },
  {
    name: 'privatedns',
    version: '3.2.0',
    types: {
      'Microsoft.Network/privateDnsZones@2020-06-01': 'PrivateZone',
      'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01': 'VirtualNetworkLink',
    },
  },
  {
    name: 'databricks',
    version: '3.0.0',
    types: {
      'Microsoft.Databricks/workspaces@2023-02-01': 'Workspace',
      'Microsoft.Databricks/accessConnectors@2023-05-01': 'AccessConnector',
    },
    apart: ['PrivateEndpointConnection'],
  },
  {
    name: 'purview',
    version: '1.1.0',
    types: { 'Microsoft.Purview/accounts@2021-07-01': 'Account' },
    apart: ['PrivateEndpointConnection'],
  },
];

module.exports = { SOURCES };
