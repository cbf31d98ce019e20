/** An account that nobody knows is told of before anything is asked of it. */
import { parseAzureAddress } from '../../../../lake/store/azure/address';
import { requireHost } from '../../../../lake/store/azure/host';
import { openStore } from '../../../../lake/store/open';

const address = parseAzureAddress('abfss://lake@deskk.dfs.core.windows.net/es');

/** Answers with these codes one after the other, then with an address. */
function finder(...codes: string[]) {
  const asked: string[] = [];
  const find = async (host: string) => {
    asked.push(host);
    const code = codes.shift();
    if (code !== undefined) throw Object.assign(new Error(`getaddrinfo ${code} ${host}`), { code });
    return { address: '127.0.0.1' };
  };
  return { asked, find };
}

test('one that is not known twice is named, with what to do', async () => {
  const { asked, find } = finder('ENOTFOUND', 'EAI_AGAIN');
  await expect(requireHost(address, {}, find)).rejects.toMatchObject({
    code: 'StoreUnavailable',
    message: expect.stringMatching(/account deskk,.*deskk\.blob\.core\.windows\.net/) as string,
    details: { field: 'lake', expected: expect.stringContaining('az storage account list') as string },
  });
  expect(asked).toEqual(Array(2).fill('deskk.blob.core.windows.net'));
});

test.each([
  ['known', []],
  ['known the second time', ['ENOTFOUND']],
  ['not to be found out', ['ETIMEOUT']],
])('one that is %s is asked', async (_, codes) => {
  await expect(requireHost(address, {}, finder(...codes).find)).resolves.toBeUndefined();
});

test('where a proxy finds hosts it is left to that', async () => {
  const { asked, find } = finder('ENOTFOUND', 'ENOTFOUND');
  await requireHost(address, { https_proxy: 'http://127.0.0.1:1' }, find);
  expect(asked).toEqual([]);
});

test('a lake at an account nobody knows is not opened', async () => {
  // Source: RFC 6761: names in `invalid` are never there.
  await expect(openStore('abfss://lake@desk.dfs.invalid/es')).rejects.toMatchObject({
    code: 'StoreUnavailable',
    message: expect.stringContaining('desk.blob.invalid') as string,
  });
});
