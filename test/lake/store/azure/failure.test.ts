import { StoragePeer } from '../../../../infra/storage/peer';
import { parseAzureAddress } from '../../../../lake/store/azure/address';
import { AzureStore } from '../../../../lake/store/azure/azureStore';
import { azureFailure } from '../../../../lake/store/azure/failure';
import { openContainer } from '../../../../lake/store/azure/service';
import { ACCOUNT, testStorage } from '../../../support/storage';
import { bytes } from '../storeContract';

const storage = testStorage();
const elsewhere = (container: string, account = ACCOUNT) =>
  `abfss://${container}@${account}.dfs.core.windows.net/lake`;
const otherKey = Buffer.from('another key than the one of the account').toString('base64');

describe('a lake that cannot be had', () => {
  it.each([
    [
      'container',
      () => elsewhere('none'),
      {},
      'BadConfig',
      'there is no container none',
      'az storage fs create',
    ],
    ['account', () => elsewhere('lake', 'nobody'), {}, 'BadConfig', 'no storage account nobody', 'portal'],
    [
      'key',
      () => storage.place(),
      { AZURE_STORAGE_KEY: otherKey },
      'AccessDenied',
      'refuses the key',
      'keys list',
    ],
  ] as const)('is told of a wrong %s', async (_, place, environment, code, words, advice) => {
    const location = place();
    const { store, files } = storage.open(location, { ...storage.environment(), ...environment });
    for (const attempt of [
      () => store.list('silver'),
      () => store.holdsAny(),
      () => store.read('silver/bars'),
      () => store.put('silver/bars', bytes('x')),
      () => store.putIfAbsent('silver/bars', bytes('x')),
      () => store.remove('silver/bars'),
      () => files.tagOf('silver/bars'),
      () => files.download('silver/bars', '/dev/null'),
    ]) {
      const failure: unknown = await attempt().catch((error: unknown) => error);
      expect(failure).toMatchObject({ code, message: expect.stringContaining(words) as string });
      expect(failure).toMatchObject({ details: { expected: expect.stringContaining(advice) as string } });
      expect(JSON.stringify(failure) + String((failure as Error).stack)).not.toContain(otherKey);
    }
  });

  it('is told where nothing answers', async () => {
    const peer = await StoragePeer.start({ account: ACCOUNT, key: otherKey, port: 0 });
    const environment = { AZURE_STORAGE_KEY: otherKey, SPYMASTER_STORAGE_PEER: peer.address };
    await peer.stop();
    const address = parseAzureAddress(storage.place());
    const store = new AzureStore(address, openContainer(address, environment, { maxTries: 1 }));
    await expect(store.read('x')).rejects.toMatchObject({
      code: 'StoreUnavailable',
      message: expect.stringMatching(/does not answer.*ECONNREFUSED/) as string,
    });
  });

  const told = (error: Error, withKey: boolean) =>
    azureFailure(parseAzureAddress(elsewhere('lake')), withKey, 'read', 'silver/x', error);
  const failed = (fields: object) => Object.assign(new Error('words\nRequestId:1'), fields);

  it.each([
    ['rights', { statusCode: 403, code: 'AuthorizationPermissionMismatch' }, 'Storage Blob Data Contributor'],
    ['sign-in', { name: 'CredentialUnavailableError' }, 'az login'],
    ['names', { code: 'ENOTFOUND' }, 'az storage account list'],
  ])('is told of %s', (_, fields, advice) => {
    const { code, details, cause } = told(failed(fields), false);
    expect(code).toBe('code' in fields && !('statusCode' in fields) ? 'StoreUnavailable' : 'AccessDenied');
    expect(details.expected).toContain(advice);
    expect((cause as Error).message).not.toContain('RequestId');
  });

  it('may be had later where the service fails', () => {
    expect(told(failed({ statusCode: 500, code: 'InternalError' }), true).retryable).toBe(true);
  });
});

it.each([
  ['AZURE_STORAGE_KEY', { AZURE_STORAGE_KEY: 'not a key' }],
  ['AZURE_STORAGE_KEY', { AZURE_STORAGE_KEY: '' }],
  ['SPYMASTER_STORAGE_PEER', { SPYMASTER_STORAGE_PEER: '127.0.0.1' }],
])('names the wrong variable %s, and not what it holds', async (field, wrong) => {
  const open = () => storage.open(storage.place(), { ...storage.environment(), ...wrong });
  expect(open).toThrow(
    expect.objectContaining({
      code: 'BadConfig',
      details: expect.objectContaining({ field }) as object,
    }) as Error,
  );
  expect(open).not.toThrow('not a key');
});
