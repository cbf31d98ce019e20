import { deployed, EVERYTHING, mainTemplate } from '../../support/bicep/deployments';
import type { Deployed } from '../../support/bicep/deploy';
import { loadGrammar } from '../../support/bicep/parse';

let resources: readonly Deployed[];
beforeAll(async () => {
  await loadGrammar();
  ({ resources } = deployed(mainTemplate(), EVERYTHING));
});

const properties = (one: Deployed) => one.body.properties as Record<string, never>;
const namesOf = (type: string) =>
  resources.filter((one) => one.type === type).map(({ name }) => name.split('/').at(-1)!);
const ofType = (type: string, name = /./) =>
  resources.find((one) => one.type === type && name.test(one.name))!;

/** What a system of this kind had before, row by row, and what stands for it here. */
const ROWS: [string, () => void][] = [
  [
    'a lake of Data Lake Storage, TLS 1.2, nothing public, no shared keys, with three containers',
    () => {
      expect(properties(ofType('Microsoft.Storage/storageAccounts', /lake/))).toMatchObject({
        isHnsEnabled: true,
        accessTier: 'Hot',
        allowSharedKeyAccess: false,
      });
      expect(namesOf('Microsoft.Storage/storageAccounts/blobServices/containers')).toEqual(
        expect.arrayContaining(['raw-dbn', 'lake', 'ml-artifacts']),
      );
    },
  ],
  [
    'a namespace with hubs for order messages, features and inferences, each with groups for Fabric and analytics',
    () => {
      expect(namesOf('Microsoft.EventHub/namespaces/eventhubs')).toEqual([
        'mbo_raw',
        'features_gold',
        'inference_results',
      ]);
      const groups = resources
        .filter(({ type }) => type.endsWith('/consumergroups'))
        .map(({ name }) => name.split('/').slice(1).join('/'));
      for (const hub of ['mbo_raw', 'features_gold', 'inference_results'])
        expect(groups).toEqual(expect.arrayContaining([`${hub}/fabric_stream`, `${hub}/analytics`]));
    },
  ],
  [
    'Databricks and the identity by which it reads the lake',
    () => {
      expect(ofType('Microsoft.Databricks/workspaces').body.sku).toEqual({ name: 'premium' });
      expect(ofType('Microsoft.Databricks/accessConnectors').body.identity).toEqual({
        type: 'SystemAssigned',
      });
    },
  ],
  [
    'machine learning: storage without directories, a vault, a registry of images, insights, workspace, compute, datastores',
    () => {
      expect(properties(ofType('Microsoft.Storage/storageAccounts', /mls/)).isHnsEnabled).toBeUndefined();
      expect(ofType('Microsoft.KeyVault/vaults', /ml-/)).toBeDefined();
      expect(ofType('Microsoft.ContainerRegistry/registries')).toBeDefined();
      expect(ofType('Microsoft.Insights/components')).toBeDefined();
      expect(ofType('Microsoft.MachineLearningServices/workspaces').body.identity).toEqual({
        type: 'SystemAssigned',
      });
      expect(namesOf('Microsoft.MachineLearningServices/workspaces/computes')).toEqual(['cpu-cluster']);
      expect(namesOf('Microsoft.MachineLearningServices/workspaces/datastores')).toEqual([
        'raw_dbn',
        'lake',
        'ml_artifacts',
      ]);
    },
  ],
  [
    'a vault for the running system, with roles and purge protection',
    () =>
      expect(properties(ofType('Microsoft.KeyVault/vaults', /^kv-(?!.*ml-)/))).toMatchObject({
        enableRbacAuthorization: true,
        enablePurgeProtection: true,
      }),
  ],
  [
    'no Data Factory: it had no pipeline, and when something is built is what schedules of Temporal say',
    () => {
      expect(resources.filter(({ type }) => type.startsWith('Microsoft.DataFactory'))).toEqual([]);
      expect(ofType('Microsoft.App/containerApps', /-control$/)).toBeDefined();
      expect(ofType('Microsoft.App/containerApps', /-temporal$/)).toBeDefined();
    },
  ],
  [
    'a capacity of Fabric',
    () => expect(ofType('Microsoft.Fabric/capacities').body.sku).toEqual({ name: 'F2', tier: 'Fabric' }),
  ],
  [
    'a workspace of logs',
    () => expect(properties(ofType('Microsoft.OperationalInsights/workspaces')).retentionInDays).toBe(30),
  ],
  [
    'an environment of container apps',
    () => expect(ofType('Microsoft.App/managedEnvironments')).toBeDefined(),
  ],
  [
    'Purview with an identity',
    () => expect(ofType('Microsoft.Purview/accounts').body.identity).toEqual({ type: 'SystemAssigned' }),
  ],
  [
    'roles for those who write the lake, send, receive and read secrets',
    () =>
      expect(
        resources.filter(({ type }) => type === 'Microsoft.Authorization/roleAssignments').length,
      ).toBeGreaterThan(20),
  ],
];

test.each(ROWS)('there is %s', (_, holds) => holds());

/** What it lacked. */
const LACKED: Record<string, string> = {
  'private endpoints': 'Microsoft.Network/privateEndpoints',
  'a virtual network': 'Microsoft.Network/virtualNetworks',
  'diagnostic settings': 'Microsoft.Insights/diagnosticSettings',
  alerts: 'Microsoft.Insights/metricAlerts',
  'whom they tell': 'Microsoft.Insights/actionGroups',
  'a budget': 'Microsoft.Consumption/budgets',
  'rules of lifecycle': 'Microsoft.Storage/storageAccounts/managementPolicies',
  processes: 'Microsoft.App/containerApps',
  'identities of their own': 'Microsoft.ManagedIdentity/userAssignedIdentities',
  'a scoring endpoint': 'Microsoft.MachineLearningServices/workspaces/onlineEndpoints',
  'a registry of models': 'Microsoft.MachineLearningServices/registries',
};

test.each(Object.entries(LACKED))('there are %s', (_, type) => expect(namesOf(type)).not.toEqual([]));

/** Whose logs Azure has none of, or keeps with those of what they are a part of. Source: learn.microsoft.com, supported resource logs. */
const SILENT =
  /^Microsoft\.(Authorization|Consumption|Fabric|Insights|ManagedIdentity|OperationalInsights)\/|\/(accessConnectors|containerApps|jobs|privateDnsZones|privateEndpoints|virtualNetworks)$/;

test('each resource that has something to say tells the logs', () => {
  const telling = resources
    .filter(({ type }) => type === 'Microsoft.Insights/diagnosticSettings')
    // Of an account what is in it tells.
    .map(({ scope }) => scope!.replace('/blobServices/default', ''));
  const own = ({ type }: Deployed) => type.split('/').length === 2 && !SILENT.test(type);
  const silent = resources.filter((one) => own(one) && !telling.includes(one.id));
  expect(silent.map(({ type, name }) => `${type} ${name}`)).toEqual([]);
  expect(telling).toHaveLength(new Set(telling).size);
  expect(telling.length).toBeGreaterThan(12);
});
