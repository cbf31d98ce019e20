import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectConfig, effectiveEnv, profileToml } from '../../../workers/temporal/connection';
import { TEMPORAL_YAML, loadTemporalSettings } from '../../../workers/temporal/settings';

const DELIVERED = readFileSync(TEMPORAL_YAML, 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spymaster-yaml-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, 'temporal.yaml');
  writeFileSync(path, text);
  return path;
}
const withEnv = (flags: string) =>
  file(DELIVERED.replace(/^env:\n {2}default:\n/m, `env:\n  default:\n${flags}`));
const connect = (path: string, environment: NodeJS.ProcessEnv = {}) =>
  connectConfig(loadTemporalSettings(path, environment), environment);

test('address and namespace come from the file, and the environment wins', () => {
  const path = file(DELIVERED.replace('127.0.0.1:7233', 'temporal.example:7233'));
  expect(connect(path)).toMatchObject({
    namespace: 'spymaster',
    connectionOptions: { address: 'temporal.example:7233', tls: undefined, apiKey: undefined },
  });
  const environment = { TEMPORAL_ADDRESS: 'other:1', TEMPORAL_NAMESPACE: 'theirs', TEMPORAL_API_KEY: 'k' };
  expect(connect(path, environment)).toMatchObject({
    namespace: 'theirs',
    connectionOptions: { address: 'other:1', apiKey: 'k', tls: true },
  });
  // The command line lets its file win, so what the environment says is left out of the file it is given.
  expect(effectiveEnv(loadTemporalSettings(path), environment)).toEqual({
    'task-queue': 'spymaster',
  });
});

test('an empty variable leaves what the file says', () => {
  const path = file(DELIVERED.replace('127.0.0.1:7233', 'temporal.example:7233'));
  const environment = { TEMPORAL_ADDRESS: '', TEMPORAL_NAMESPACE: '', TEMPORAL_API_KEY: '' };
  expect(connect(path, environment)).toEqual(connect(path));
});

test('another env is chosen by TEMPORAL_ENV; one that is not there is named', () => {
  const path = file(
    DELIVERED.replace('env:\n', 'env:\n  cloud:\n    address: cloud:7233\n    api-key: secret\n'),
  );
  expect(connect(path, { TEMPORAL_ENV: 'cloud' }).connectionOptions).toMatchObject({
    address: 'cloud:7233',
    apiKey: 'secret',
    tls: true,
  });
  expect(() => connect(path, { TEMPORAL_ENV: 'nowhere' })).toThrow('no env nowhere');
});

test('mTLS takes certificate and key from files', () => {
  for (const name of ['client.pem', 'client.key', 'ca.pem']) writeFileSync(join(folder, name), `of ${name}`);
  const flags = ['tls-cert-path: client.pem', 'tls-key-path: client.key', 'tls-ca-path: ca.pem']
    .map((line) => `    ${line.replace(': ', `: ${folder}/`)}\n`)
    .join('');
  const { tls } = connect(withEnv(`${flags}    tls-server-name: inside\n`)).connectionOptions;
  const text = (bytes: unknown) => Buffer.from(bytes as Uint8Array).toString();
  const { clientCertPair, serverRootCACertificate, serverNameOverride } = tls as Record<string, unknown>;
  const { crt, key } = clientCertPair as Record<string, unknown>;
  expect([crt, key, serverRootCACertificate].map(text)).toEqual([
    'of client.pem',
    'of client.key',
    'of ca.pem',
  ]);
  expect(serverNameOverride).toBe('inside');
});

test.each([
  ['half a certificate', '    tls-cert-path: /etc/hostname\n', 'tls-key-path'],
  [
    'a certificate that is not there',
    '    tls-cert-path: /no/such\n    tls-key-path: /no/such\n',
    '/no/such',
  ],
])('%s is an error that names it', (_, flags, named) => {
  expect(() => connect(withEnv(flags))).toThrow(named);
});

test('the profile in the newer format says the same', () => {
  const toml = Buffer.from(profileToml(loadTemporalSettings(withEnv('    tls: true\n'), {}), {})).toString();
  expect(toml).toContain('namespace = "spymaster"');
  expect(toml).toContain('[profile.default.tls]');
});
