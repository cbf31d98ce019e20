/** Namespaces that are entered with tokens of Entra ID, over TLS, by the clients of the product. */
import { randomUUID } from 'node:crypto';
import { earliestEventPosition, type ReceivedEventData, type TokenCredential } from '@azure/event-hubs';
import { openConsumer, openProducer, type EntraNamespace } from '../../../workers/eventHubs/clients';
import { sdkErrorOf } from '../../../workers/eventHubs/sdkError';
import { hubsConnection } from '../../../workers/eventHubs/localHubs';
import { loadConfig } from '../../../workers/config';
import { localCertificate, trust } from '../../support/azure/certificate';
import { LocalDirectory } from '../../support/azure/directory';
import { QUICK_RETRIES, startPeer, TEST_HUB, type TestPeer } from '../../support/eventHubs';

const NAMESPACE = 'desk.servicebus.windows.net';
const AUDIENCE = 'https://eventhubs.azure.net';
const [SENDER, RECEIVER, NOBODY] = [randomUUID(), randomUUID(), randomUUID()];
const ONE_TRY = { maxRetries: 0 };

let directory: LocalDirectory;
let namespace: TestPeer;
let distrust: () => void;
let endpoint: string;

beforeAll(async () => {
  directory = await LocalDirectory.start();
  const certificate = await localCertificate();
  distrust = trust(certificate);
  const { issuer, keysAddress: keys, machine } = directory;
  const roles = { [SENDER]: ['Send'], [RECEIVER]: ['Listen'], [machine]: ['Send', 'Listen'] } as const;
  namespace = await startPeer({ tls: certificate, directory: { issuer, keys, roles } });
  endpoint = `sb://localhost:${namespace.peer.address.split(':')[1]}`;
  expect(await sending(credentialOf({ oid: SENDER }), 'the first')).toBeUndefined();
});
afterAll(async () => {
  await namespace.peer.stop();
  namespace.remove();
  distrust();
  await directory.stop();
});

/** Somebody whose tokens have such claims. */
const credentialOf = (claims: Record<string, unknown>, signedBy = directory): TokenCredential => ({
  getToken: async () => ({
    token: await directory.token({ aud: AUDIENCE, ...claims }, signedBy),
    expiresOnTimestamp: Date.now() + 3_600_000,
  }),
});
const entered = (credential: TokenCredential): EntraNamespace => ({
  namespace: NAMESPACE,
  credential,
  endpoint,
});

/** Sends an event to the first partition, and tells the code of the failure, if there is one. */
async function sending(credential: TokenCredential, body = 'event'): Promise<string | undefined> {
  const producer = openProducer(entered(credential), TEST_HUB, ONE_TRY);
  try {
    await producer.sendBatch([{ body }], { partitionId: '0' });
    return undefined;
  } catch (error) {
    return sdkErrorOf(error).code;
  } finally {
    await producer.close();
  }
}

/** The first event of the first partition, or the code of the failure. */
async function receiving(connection: EntraNamespace): Promise<string | undefined> {
  const consumer = openConsumer('$Default', connection, TEST_HUB);
  let settle: (said: string | undefined) => void = () => {};
  const said = new Promise<string | undefined>((resolve) => (settle = resolve));
  const subscription = consumer.subscribe(
    '0',
    {
      processEvents: async (events: ReceivedEventData[]) => {
        if (events.length > 0) settle(String(events[0].body));
      },
      processError: async (error) => settle(sdkErrorOf(error).code),
    },
    { startPosition: earliestEventPosition },
  );
  try {
    return await said;
  } finally {
    await subscription.close();
    await consumer.close();
  }
}

test('who has the role of a sender sends and does not read, who has that of a receiver reads and does not send', async () => {
  expect(await sending(credentialOf({ oid: SENDER }))).toBeUndefined();
  expect(await receiving(entered(credentialOf({ oid: RECEIVER })))).toBe('the first');
  expect(await sending(credentialOf({ oid: RECEIVER }))).toBe('UnauthorizedError');
  expect(await receiving(entered(credentialOf({ oid: SENDER })))).toBe('UnauthorizedError');
  expect(await sending(credentialOf({ oid: NOBODY }))).toBe('UnauthorizedError');
});

test('tokens of another directory, for something else, or too old let nobody in', async () => {
  const other = await LocalDirectory.start();
  try {
    expect(await sending(credentialOf({ oid: SENDER }, other))).toBe('UnauthorizedError');
    expect(await sending(credentialOf({ oid: SENDER, iss: other.issuer }))).toBe('UnauthorizedError');
  } finally {
    await other.stop();
  }
  expect(await sending(credentialOf({ oid: SENDER, aud: 'https://vault.azure.net' }))).toBe(
    'UnauthorizedError',
  );
  expect(await sending(credentialOf({ oid: SENDER, exp: Math.floor(Date.now() / 1000) - 60 }))).toBe(
    'UnauthorizedError',
  );
});

test('the configuration names the namespace, and the machine is who asks', async () => {
  Object.assign(process.env, directory.machineVariables);
  try {
    const config = loadConfig({ ...process.env, EVENTHUB_NAMESPACE: NAMESPACE });
    const connection = await hubsConnection({ eventHubs: { ...config.eventHubs, endpoint } });
    if (typeof connection === 'string') throw new Error('that is a connection string');
    const producer = openProducer(connection, TEST_HUB, QUICK_RETRIES.retryOptions);
    expect((await producer.getEventHubProperties()).partitionIds).toHaveLength(4);
    await producer.close();
    expect(await receiving(connection)).toBe('the first');
    expect(directory.asked).toContain('/msi/token');
  } finally {
    for (const name of Object.keys(directory.machineVariables)) delete process.env[name];
  }
});

test('with a key, over TLS too', async () => {
  const key = namespace.peer.connectionString.replace('127.0.0.1', 'localhost');
  expect(key).not.toContain('UseDevelopmentEmulator');
  const producer = openProducer(key, TEST_HUB, QUICK_RETRIES.retryOptions);
  expect((await producer.getPartitionProperties('0')).isEmpty).toBe(false);
  await producer.close();
});
