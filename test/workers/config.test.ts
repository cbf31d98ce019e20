import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DEFAULT_SETTINGS } from '../../graph/settings';
import { loadConfig } from '../../workers/config';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spymaster-config-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function named(text: string): NodeJS.ProcessEnv {
  const file = join(folder, 'mine.yaml');
  writeFileSync(file, text);
  return { SPYMASTER_CONFIG: file };
}

/** Where the project's own configuration would be, in a project without one. */
const nowhere = () => join(folder, 'spymaster.config.yaml');

test('without a file everything is as delivered, and the environment names the lake', () => {
  const { lake, features } = loadConfig({}, nowhere());
  expect(lake).toBe(join(folder, '.spymaster', 'lake'));
  expect(features).toEqual(DEFAULT_SETTINGS);
  expect(loadConfig({ SPYMASTER_LAKE: 'there' }, nowhere()).lake).toBe(resolve('there'));
});

test('a file may name the lake and change features; the environment wins', () => {
  const environment = named('lake: data\nfeatures:\n  levels:\n    userPrices: { ES: [4805.00] }\n');
  expect(loadConfig(environment)).toMatchObject({
    lake: join(folder, 'data'),
    features: { levels: { userPrices: { ES: [4805] } }, bars: { seconds: 5 } },
  });
  expect(loadConfig({ ...environment, SPYMASTER_LAKE: '/lake' }).lake).toBe('/lake');
  expect(loadConfig(named('')).features).toEqual(DEFAULT_SETTINGS);
});

test('a file may name the MLflow server; the environment wins, and there need be none', () => {
  const environment = named('mlflow: { trackingUri: http://127.0.0.1:5000 }\n');
  expect(loadConfig(environment).mlflow).toEqual({ trackingUri: 'http://127.0.0.1:5000' });
  const other = { ...environment, MLFLOW_TRACKING_URI: 'https://there' };
  expect(loadConfig(other).mlflow).toEqual({ trackingUri: 'https://there' });
  expect(loadConfig({}, nowhere()).mlflow).toBeUndefined();
  expect(() => loadConfig(named('mlflow: { trackingUri: file:///tmp }\n'))).toThrow('mlflow.trackingUri');
});

test('a token of the gateway is one that cannot be guessed; the environment wins', () => {
  const environment = named('gateway: { token: 0123456789abcdef, names: [Desk.example] }\n');
  expect(loadConfig(environment).gateway).toMatchObject({
    token: '0123456789abcdef',
    names: ['desk.example'],
  });
  const other = { ...environment, SPYMASTER_GATEWAY_TOKEN: 'fedcba9876543210' };
  expect(loadConfig(other).gateway.token).toBe('fedcba9876543210');
  expect(() => loadConfig({ SPYMASTER_GATEWAY_TOKEN: 'short' }, nowhere())).toThrow(
    'SPYMASTER_GATEWAY_TOKEN',
  );
  expect(() => loadConfig(named('gateway: { token: short }'))).toThrow('gateway.token');
});

test('webhooks are signed with a secret of their own, or that of the environment', () => {
  const hooks = '[{ name: a, url: https://there }, { name: b, url: https://here, secret: fedcba9876543210 }]';
  const environment = {
    ...named(`gateway: { alerts: { webhooks: ${hooks} } }`),
    SPYMASTER_WEBHOOK_SECRET: '0123456789abcdef',
  };
  expect(loadConfig(environment).gateway.alerts.webhooks).toMatchObject([
    { name: 'a', secret: '0123456789abcdef', triggers: ['approach', 'touch'] },
    { name: 'b', secret: 'fedcba9876543210' },
  ]);
  expect(() => loadConfig({ SPYMASTER_WEBHOOK_SECRET: 'short' }, nowhere())).toThrow(
    'SPYMASTER_WEBHOOK_SECRET',
  );
});

test('a lake may lie in Azure, with a cache of its files on this machine', () => {
  const lake = 'abfss://lake@account.dfs.core.windows.net/es';
  expect(loadConfig({ SPYMASTER_LAKE: lake }, nowhere())).toMatchObject({
    lake,
    cache: { folder: join(folder, '.spymaster', 'cache'), bytes: 20e9 },
  });
  expect(loadConfig(named(`lake: ${lake}\ncache: { folder: /fast, size: 100GB }`))).toMatchObject({
    lake,
    cache: { folder: '/fast', bytes: 100e9 },
  });
  expect(() => loadConfig(named('cache: { size: all }'))).toThrow('cache.size: must be a number and a unit');
});

test('addresses of other stores are refused, and no folders of such a name, wherever they are given', () => {
  for (const lake of ['abfss://account.dfs.core.windows.net/x', 's3://bucket/lake', 'file:///tmp/lake']) {
    const refused = expect.objectContaining({
      code: 'BadConfig',
      message: expect.stringContaining(lake) as string,
    });
    expect(() => loadConfig({ SPYMASTER_LAKE: lake }, nowhere())).toThrow(refused as Error);
    expect(() => loadConfig(named(`lake: ${lake}`))).toThrow(refused as Error);
  }
});

test('what DuckDB may use of the machine can be chosen', () => {
  const { duckdb } = loadConfig(named('duckdb: { memory: 512MiB, spillFolder: spill, spillLimit: 20GB }'));
  expect(duckdb).toEqual({ memory: '512MiB', spillFolder: join(folder, 'spill'), spillLimit: '20GB' });
  expect(loadConfig({}, nowhere()).duckdb).toEqual({});
  expect(() => loadConfig(named('duckdb: { memory: lots }'))).toThrow(
    'duckdb.memory: must be a number and a unit',
  );
});

test('every wrong value is named with its place in the file', () => {
  const load = () =>
    loadConfig(
      named('lakes: x\nfeatures:\n  bars: { seconds: 0 }\n  levels: { userPrices: { ES: [0.3] } }\n'),
    );
  for (const text of ['mine.yaml', 'lakes', 'features.bars.seconds', 'features.levels.userPrices.ES.0'])
    expect(load).toThrow(text);
  expect(() => loadConfig({ SPYMASTER_CONFIG: '/no/such.yaml' })).toThrow('/no/such.yaml cannot be read');
});

test('a namespace of hubs is named by a key or by its name, not by both; the environment wins', () => {
  const hubs = 'eventHubs: { namespace: desk.servicebus.windows.net, endpoint: "sb://localhost:5671" }\n';
  expect(loadConfig(named(hubs)).eventHubs).toMatchObject({
    namespace: 'desk.servicebus.windows.net',
    endpoint: 'sb://localhost:5671',
  });
  const keyed = loadConfig({ ...named(hubs), EVENTHUB_CONNECTION_STRING: 'Endpoint=sb://there' }).eventHubs;
  expect(keyed).toMatchObject({ connectionString: 'Endpoint=sb://there' });
  expect(keyed.namespace).toBeUndefined();
  const both = { EVENTHUB_CONNECTION_STRING: 'Endpoint=sb://there', EVENTHUB_NAMESPACE: 'a.example' };
  expect(() => loadConfig(both, nowhere())).toThrow('name a namespace each');
  expect(() => loadConfig(named('eventHubs: { namespace: a.b, connectionString: x }'))).toThrow(
    'eventHubs.namespace: must be left out',
  );
  expect(() => loadConfig({ EVENTHUB_NAMESPACE: 'https://a.b/' }, nowhere())).toThrow('must be a host name');
  expect(() => loadConfig(named('eventHubs: { namespace: a.privatelink.servicebus.windows.net }'))).toThrow(
    "must be the namespace's own name",
  );
  expect(() => loadConfig(named('eventHubs: { namespace: a.b, endpoint: amqps://c }'))).toThrow(
    'eventHubs.endpoint',
  );
});

test('secrets may be references to the vault, which are not read', () => {
  const text = `vault: https://desk.vault.azure.net
eventHubs: { connectionString: vault:eventhub-connection-string }
gateway:
  token: vault:gateway-token
  alerts:
    webhooks: [{ name: desk, url: vault:desk-webhook, secret: vault:desk-secret }]
`;
  const config = loadConfig(named(text));
  expect(config).toMatchObject({
    vault: 'https://desk.vault.azure.net',
    eventHubs: { connectionString: 'vault:eventhub-connection-string' },
    gateway: {
      token: 'vault:gateway-token',
      alerts: { webhooks: [{ url: 'vault:desk-webhook', secret: 'vault:desk-secret' }] },
    },
  });
  expect(loadConfig({ ...named(text), SPYMASTER_VAULT: 'https://other.vault.azure.net' }).vault).toBe(
    'https://other.vault.azure.net',
  );
  expect(() => loadConfig({ SPYMASTER_VAULT: 'http://plain.example' }, nowhere())).toThrow('SPYMASTER_VAULT');
  expect(() => loadConfig(named('gateway: { token: "vault:not a name" }'))).toThrow(
    'gateway.token: must be vault: and the name of a secret',
  );
});
