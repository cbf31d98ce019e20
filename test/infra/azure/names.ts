/** What names services take: "Naming rules and restrictions for Azure resources" of Azure's documentation. */
const ANY_OF_GROUP = /^[\w.()-]{1,90}$/;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const BLOB_CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/;
const ALERT = /^[^*#&+:<>?@%{}\\/]{1,260}(?<![ .])$/;
const NETWORK = /^[a-zA-Z0-9]([\w.-]{0,62}[\w])?$/;
const VAULT = /^(?=.{3,24}$)[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*$/;
const LEARNING = /^[a-zA-Z0-9][\w-]{2,32}$/;

export const NAMES: Record<string, RegExp> = {
  'Microsoft.App/containerApps': /^(?=.{2,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  'Microsoft.App/jobs': /^(?=.{2,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  'Microsoft.App/managedEnvironments': /^(?=.{1,60}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  'Microsoft.Authorization/roleAssignments': GUID,
  'Microsoft.Consumption/budgets': /^[\w-]{1,63}$/,
  'Microsoft.ContainerRegistry/registries': /^[a-zA-Z0-9]{5,50}$/,
  'Microsoft.DBforPostgreSQL/flexibleServers': /^(?=.{3,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
  'Microsoft.DBforPostgreSQL/flexibleServers/configurations': /^[a-z_.]+$/,
  'Microsoft.DBforPostgreSQL/flexibleServers/firewallRules': /^[\w-]{1,80}$/,
  'Microsoft.Databricks/accessConnectors': /^[\w-]{3,64}$/,
  'Microsoft.Databricks/workspaces': /^[\w-]{3,64}$/,
  'Microsoft.EventHub/namespaces': /^(?=.{6,50}$)[a-zA-Z][a-zA-Z0-9-]*[a-zA-Z0-9](?<!-sb|-mgmt)$/,
  'Microsoft.EventHub/namespaces/eventhubs': /^(?=.{1,256}$)[a-zA-Z0-9]([\w.-]*[\w])?$/,
  'Microsoft.EventHub/namespaces/eventhubs/consumergroups': /^(?=.{1,50}$)[a-zA-Z0-9]([\w.-]*[\w])?$/,
  'Microsoft.Fabric/capacities': /^[a-z][a-z0-9]{2,62}$/,
  'Microsoft.Insights/actionGroups': ALERT,
  'Microsoft.Insights/components': ALERT,
  'Microsoft.Insights/diagnosticSettings': ALERT,
  'Microsoft.Insights/metricAlerts': ALERT,
  'Microsoft.Insights/scheduledQueryRules': ALERT,
  'Microsoft.Insights/workbooks': GUID,
  'Microsoft.KeyVault/vaults': VAULT,
  'Microsoft.MachineLearningServices/registries': LEARNING,
  'Microsoft.MachineLearningServices/workspaces': LEARNING,
  'Microsoft.MachineLearningServices/workspaces/computes': /^[a-zA-Z](?=.{1,23}$)[a-zA-Z0-9-]*[a-zA-Z0-9]$/,
  'Microsoft.MachineLearningServices/workspaces/datastores': /^[a-z0-9_]{1,255}$/,
  'Microsoft.MachineLearningServices/workspaces/onlineEndpoints':
    /^(?=.{3,32}$)[a-zA-Z][a-zA-Z0-9-]*[a-zA-Z0-9]$/,
  'Microsoft.ManagedIdentity/userAssignedIdentities': /^[a-zA-Z0-9][\w-]{2,127}$/,
  'Microsoft.Network/privateDnsZones': /^(?=.{1,63}$)[\w-]+(\.[\w-]+)+$/,
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': NETWORK,
  'Microsoft.Network/privateEndpoints': NETWORK,
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': NETWORK,
  'Microsoft.Network/virtualNetworks': NETWORK,
  'Microsoft.OperationalInsights/workspaces': /^(?=.{4,63}$)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])$/,
  'Microsoft.Purview/accounts': /^(?=.{3,63}$)[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])$/,
  'Microsoft.Resources/resourceGroups': ANY_OF_GROUP,
  'Microsoft.Storage/storageAccounts': /^[a-z0-9]{3,24}$/,
  'Microsoft.Storage/storageAccounts/blobServices': /^default$/,
  'Microsoft.Storage/storageAccounts/blobServices/containers': BLOB_CONTAINER,
  'Microsoft.Storage/storageAccounts/managementPolicies': /^default$/,
};
