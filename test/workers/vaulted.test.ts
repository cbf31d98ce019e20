/** Commands and processes whose secrets are in a vault: at the address that a vault has in Azure, as the managed identity of the machine. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sharedLake } from '../../activities/stages/sharedLake';
import type { SpymasterError } from '../../graph/errors';
import type { RunEvent } from '../../graph/lineage/runEvent';
import { HUBS } from '../../infra/eventhubs/hubs';
import { KEY_VARIABLE as STORAGE_KEY, PEER_VARIABLE } from '../../lake/store/azure/variables';
import { openStore } from '../../lake/store/open';
import { tell } from '../../lake/told';
import { loadConfig } from '../../workers/config';
import { ApiKey, LiveGateway } from '../../workers/databento';
import { insightsConnection } from '../../workers/observing/azureMonitor';
import { exportLineage } from '../../workers/observing/lineageExport';
import { vaultedHeaders } from '../../workers/observing/traceExport';
import { localCertificate, trust } from '../support/azure/certificate';
import { LocalDirectory } from '../support/azure/directory';
import { LocalKeyVault } from '../support/azure/keyVault';
import { AzureProxy } from '../support/azure/proxy';
import { someMbo } from '../support/dbnFiles';
import { startPeer, type TestPeer } from '../support/eventHubs';
import { memorySource } from '../support/memorySource';
import { testStorage } from '../support/storage';
import { documentOf, spymaster, spymasterWith } from '../support/spymaster';

const HOST = 'desk.vault.azure.net';
const KEY = 'db-k3yThatNobodyMaySeeOrKeepAny0';

// Of a process clients read this once, those of storage as well: what is of this machine is not asked through the proxy.
beforeAll(() => {
  process.env.NO_PROXY = '127.0.0.1';
});
const storage = testStorage();
let directory: LocalDirectory;
let vault: LocalKeyVault;
let proxy: AzureProxy;
let distrust: () => void;
let hubs: TestPeer;
let gateway: LiveGateway;
let lake: string;

beforeAll(async () => {
  directory = await LocalDirectory.start();
  const certificate = await localCertificate(HOST);
  distrust = trust(certificate);
  vault = await LocalKeyVault.start(directory, certificate);
  proxy = await AzureProxy.start({ [HOST]: vault.port });
  hubs = await startPeer({ hubs: HUBS });
  gateway = await LiveGateway.listen(memorySource(someMbo(50)), {
    port: 0,
    speed: Infinity,
    key: new ApiKey(KEY),
  });
  lake = mkdtempSync(join(tmpdir(), 'vaulted-'));
  vault.readers.add(directory.machine);
  vault.set('databento-api-key', KEY);
  vault.set('eventhub-connection-string', hubs.peer.connectionString);
});
afterAll(async () => {
  await gateway.close();
  await hubs.peer.stop();
  hubs.remove();
  await proxy.stop();
  await vault.stop();
  distrust();
  await directory.stop();
  rmSync(lake, { recursive: true });
});

const environment = () => ({
  ...directory.machineVariables,
  ...proxy.variables,
  SPYMASTER_LAKE: lake,
  SPYMASTER_VAULT: `https://${HOST}`,
  DATABENTO_API_KEY: 'vault:databento-api-key',
  EVENTHUB_CONNECTION_STRING: 'vault:eventhub-connection-string',
});
const FEED = () =>
  ['feed', '--gateway', `127.0.0.1:${gateway.port}`, '--once', '--start', '2023-01-01T00:00:00Z'] as const;

test('a feed reads its keys from the vault, and tells nobody', async () => {
  const fed = await spymasterWith({ ...environment(), SPYMASTER_LOG: 'json,trace' }, ...FEED(), '--json');
  expect(documentOf<{ records: number }>(fed).records).toBeGreaterThan(0);
  expect(vault.asked.sort()).toEqual(['databento-api-key', 'eventhub-connection-string']);
  const [, shared] = /SharedAccessKey=([^;]+)/.exec(hubs.peer.connectionString)!;
  for (const secret of [KEY, shared]) expect(fed.stdout + fed.stderr).not.toContain(secret);

  const shown = await spymasterWith(
    { ...environment(), TEMPORAL_API_KEY: 'vault:temporal-api-key' },
    'config',
    '--json',
  );
  expect(documentOf(shown)).toMatchObject({
    vault: `https://${HOST}`,
    eventHubs: { connectionString: 'vault:eventhub-connection-string' },
    temporal: { apiKey: 'vault:temporal-api-key' },
  });
});

describe('in a process', () => {
  const before = { ...process.env };
  beforeAll(() => Object.assign(process.env, environment()));
  afterAll(() => {
    process.env = before;
  });

  test("the key of a lake's account is one of the vault, which the identity of the machine reads", async () => {
    process.env[STORAGE_KEY] = 'vault:storage-key';
    process.env[PEER_VARIABLE] = storage.peer.address;
    const place = storage.place();
    const open = (named?: string) => openStore(place, { vault: named });
    await expect(open()).rejects.toMatchObject({
      code: 'BadConfig',
      message: `${STORAGE_KEY} is vault:storage-key, and no vault is configured`,
    });
    await expect(open(`https://${HOST}`)).rejects.toMatchObject({
      message: `https://${HOST} has no secret storage-key`,
    });
    vault.set('storage-key', storage.environment()[STORAGE_KEY]);
    // Threads are given the settings of the process, and so find it by themselves.
    const { store } = await sharedLake({ ...loadConfig(), lake: place });
    await store.put('a', Buffer.from('b'));
    expect(Buffer.from((await storage.open(place).store.read('a'))!).toString()).toBe('b');
    vault.set('not-a-key', 'hunter2');
    process.env[STORAGE_KEY] = 'vault:not-a-key';
    const refused = await open(`https://${HOST}`).catch((error: unknown) => error as SpymasterError);
    expect(refused).toMatchObject({ code: 'BadConfig', details: { field: STORAGE_KEY } });
    expect(JSON.stringify(refused) + (refused as Error).message).not.toContain('hunter2');
  });

  test('so are the keys of where it tells of itself: lineage, collectors of traces, Application Insights', async () => {
    vault.set('lineage-key', 'who builds what');
    let shown: string | undefined;
    const server = createServer((request, response) => {
      shown = request.headers.authorization;
      request.resume().on('end', () => response.writeHead(201).end());
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const warned: string[] = [];
    const lineage = { OPENLINEAGE_URL: url, OPENLINEAGE_API_KEY: 'vault:lineage-key' };
    const end = exportLineage(
      { warn: (_: object, text?: string) => void warned.push(text!) },
      { ...environment(), ...lineage },
    );
    tell('lineage', { event: { run: {} } as RunEvent });
    await end();
    server.close();
    server.closeAllConnections();
    expect([shown, warned]).toEqual(['Bearer who builds what', []]);

    vault.set('collector', 'api-key=who%20asks,team=desk');
    const headers = { OTEL_EXPORTER_OTLP_HEADERS: 'vault:collector' };
    expect(await vaultedHeaders({ ...environment(), ...headers })).toEqual({
      'api-key': 'who asks',
      team: 'desk',
    });
    expect(await vaultedHeaders({ OTEL_EXPORTER_OTLP_HEADERS: 'api-key=shown' })).toBeUndefined();

    const connection = `InstrumentationKey=${'0'.repeat(36)};IngestionEndpoint=https://insights.example`;
    vault.set('insights', connection);
    const insights = { APPLICATIONINSIGHTS_CONNECTION_STRING: 'vault:insights' };
    expect(await insightsConnection({ ...environment(), ...insights })).toBe(connection);
  });
});

test('settings are shown without what is secret in them', async () => {
  const file = join(lake, 'spymaster.config.yaml');
  const entra = { issuer: 'https://login.example/v2.0', clientId: 'desk', clientSecret: 'nobody sees this' };
  const alerts = {
    webhooks: [{ name: 'desk', url: 'vault:desk-webhook', secret: 'nobody sees that either' }],
  };
  writeFileSync(
    file,
    JSON.stringify({ gateway: { token: 'seen by nobody at all'.replaceAll(' ', '-'), entra, alerts } }),
  );
  const shown = await spymasterWith({ SPYMASTER_CONFIG: file, SPYMASTER_LAKE: lake }, 'config', '--json');
  expect(documentOf(shown)).toMatchObject({
    gateway: {
      token: 'set',
      entra: { clientId: 'desk', clientSecret: 'set', scopes: ['access_as_user'] },
      alerts: { webhooks: [{ name: 'desk', host: 'vault:desk-webhook', secret: 'set' }] },
    },
  });
  expect(shown.stdout).not.toMatch(/nobody/);
});

test('a secret that is not what it should be is refused by the name of its variable, unseen', async () => {
  vault.set('mistaken', 'hunter2hunter2hunter2');
  const refused = await spymasterWith({ ...environment(), DATABENTO_API_KEY: 'vault:mistaken' }, ...FEED());
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('DATABENTO_API_KEY');
  expect(refused.stderr).not.toContain('hunter2');
});

test('what cannot be read is told with its name', async () => {
  const missing = await spymasterWith({ ...environment(), DATABENTO_API_KEY: 'vault:nowhere' }, ...FEED());
  expect(missing.stderr).toContain(`https://${HOST} has no secret nowhere`);
  expect(missing.code).not.toBe(0);
  const away = await spymasterWith(
    { ...environment(), SPYMASTER_VAULT: 'https://away.vault.azure.net' },
    ...FEED(),
  );
  expect(away.stderr).toContain('https://away.vault.azure.net does not answer');
  const stranger = { ...environment(), DATABENTO_API_KEY: 'vault:databento-api-key', SPYMASTER_VAULT: '' };
  expect((await spymasterWith(stranger, ...FEED())).stderr).toContain('no vault is configured');
});

test('a process without an identity says that it has none', async () => {
  const nobody = {
    SPYMASTER_VAULT: `https://${HOST}`,
    AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential',
    EVENTHUB_NAMESPACE: 'desk.servicebus.windows.net',
  };
  const refused = await spymaster(nobody, 'feed', '--gateway', `127.0.0.1:${gateway.port}`);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('Azure does not know who asks: this process has no identity');
  expect(refused.stderr).toContain('az login');
  expect(refused.stderr).not.toMatch(/\n\s+at /);
});
