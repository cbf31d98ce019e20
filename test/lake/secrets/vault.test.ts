/** Secrets read from a vault by the clients of Azure's SDK, as the managed identity of this machine. */
import { SecretClient } from '@azure/keyvault-secrets';
import { SpymasterError } from '../../../graph/errors';
import { azureCredential } from '../../../lake/store/azure/credential';
import { HeldSecret } from '../../../lake/secrets/heldSecret';
import { readSecret } from '../../../lake/secrets/readSecret';
import { KEPT_MS, Vault } from '../../../lake/secrets/vault';
import { localCertificate, trust } from '../../support/azure/certificate';
import { LocalDirectory } from '../../support/azure/directory';
import { LocalKeyVault } from '../../support/azure/keyVault';

let directory: LocalDirectory;
let peer: LocalKeyVault;
let distrust: () => void;
let now = 0;

beforeAll(async () => {
  directory = await LocalDirectory.start();
  const certificate = await localCertificate();
  distrust = trust(certificate);
  peer = await LocalKeyVault.start(directory, certificate);
  Object.assign(process.env, directory.machineVariables);
});
beforeEach(() => {
  peer.readers.add(directory.machine);
  peer.failing = undefined;
  peer.asked.length = 0;
});
afterAll(async () => {
  for (const name of Object.keys(directory.machineVariables)) delete process.env[name];
  distrust();
  await peer.stop();
  await directory.stop();
});

/** The same client; that the vault of a test is called `localhost`, and no `vault.azure.net`, it has to be told. */
const open = (address: string) =>
  new SecretClient(address, azureCredential(), {
    disableChallengeResourceVerification: true,
    retryOptions: { maxRetries: 0 },
  });
const vault = () => new Vault(peer.address, open, () => now);

const failure = async (reading: Promise<unknown>): Promise<SpymasterError> => {
  try {
    await reading;
  } catch (error) {
    if (error instanceof SpymasterError) return error;
    throw error;
  }
  throw new Error('it was read');
};

test('a secret is read once, and again when it is five minutes old', async () => {
  const reading = vault();
  peer.set('databento-api-key', 'the first');
  expect(await Promise.all([reading.read('databento-api-key'), reading.read('databento-api-key')])).toEqual([
    'the first',
    'the first',
  ]);
  peer.set('databento-api-key', 'the second');
  now += KEPT_MS - 1;
  expect(await reading.read('databento-api-key')).toBe('the first');
  expect(peer.asked).toHaveLength(1);
  now += 1;
  expect(await reading.read('databento-api-key')).toBe('the second');
  expect(peer.asked).toHaveLength(2);
});

test('what cannot be read is refused in words, and asked for again at once', async () => {
  const reading = vault();
  const missing = await failure(reading.read('missing'));
  expect(missing).toMatchObject({ code: 'BadConfig', details: { field: 'missing' } });
  expect(missing.message).toBe(`${peer.address} has no secret missing`);
  peer.set('missing', 'there now');
  expect(await reading.read('missing')).toBe('there now');

  peer.set('disabled', 'hidden', false);
  const disabled = await failure(reading.read('disabled'));
  expect(disabled).toMatchObject({ code: 'AccessDenied' });
  expect(disabled.message).toContain('not allowed on a disabled secret');

  peer.readers.clear();
  const denied = await failure(reading.read('databento-api-key'));
  expect(denied).toMatchObject({ code: 'AccessDenied' });
  expect(denied.message).toContain('Caller is not authorized');
  expect(denied.details.expected).toContain('Key Vault Secrets User');

  peer.set('empty', '');
  peer.readers.add(directory.machine);
  expect((await failure(reading.read('empty'))).message).toContain('is empty');
});

test('a vault that is busy or away may answer later', async () => {
  peer.failing = 503;
  const busy = await failure(vault().read('databento-api-key'));
  expect(busy).toMatchObject({ code: 'StoreUnavailable', retryable: true });
  const away = await failure(new Vault('https://localhost:1', open).read('databento-api-key'));
  expect(away).toMatchObject({ code: 'StoreUnavailable' });
  expect(away.message).toContain('https://localhost:1 does not answer');
});

test('of a vault that nobody knows is asked whether that is its name', async () => {
  const unknown = Object.assign(new Error('getaddrinfo'), { code: 'ENOTFOUND' });
  const reading = new Vault('https://kv.vault.azure.net', () => ({
    getSecret: () => Promise.reject(unknown),
  }));
  expect(await failure(reading.read('databento-api-key'))).toMatchObject({
    code: 'StoreUnavailable',
    message: expect.stringContaining('there is no vault https://kv.vault.azure.net') as string,
    details: { field: 'vault' },
  });
});

test('nobody is told a secret, nor the token that was shown for it', async () => {
  const reading = vault();
  peer.set('disabled', 'never to be seen', false);
  const error = await failure(reading.read('disabled'));
  const told = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error.stack);
  expect(told).not.toContain('never to be seen');
  expect(told).not.toMatch(/Bearer|eyJ/);
  expect(error.cause).toBeUndefined();
});

test('a setting is itself, or names a secret of the vault of the configuration', async () => {
  expect(await readSecret('plain', 'gateway.token', {})).toBe('plain');
  expect(await failure(readSecret('vault:token', 'gateway.token', {}))).toMatchObject({
    code: 'BadConfig',
    message: 'gateway.token is vault:token, and no vault is configured',
  });
  expect((await failure(readSecret('vault:a b', 'gateway.token', {}))).message).toBe(
    'gateway.token must be vault: and the name of a secret: letters, digits and hyphens',
  );
});

test('a secret that is held changes with the vault, outlasts its absence, and ends when it is taken away', async () => {
  const faults: string[] = [];
  let answers: () => Promise<string> = async () => 'the first';
  const held = await HeldSecret.open(
    () => answers(),
    (error) => faults.push((error as SpymasterError).code),
  );
  expect(held.text).toBe('the first');
  answers = async () => 'the second';
  await held.renew();
  expect(held.text).toBe('the second');
  answers = () => Promise.reject(new SpymasterError('StoreUnavailable', 'away'));
  await held.renew();
  expect(held.text).toBe('the second');
  answers = () => Promise.reject(new SpymasterError('AccessDenied', 'disabled'));
  await held.renew();
  expect(held.text).toBeUndefined();
  expect(faults).toEqual(['StoreUnavailable', 'AccessDenied']);
});
