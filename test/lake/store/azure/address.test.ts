import { nameOf, parseAzureAddress } from '../../../../lake/store/azure/address';

it('reads where a lake lies, in Azure and in its national clouds', () => {
  expect(parseAzureAddress('abfss://the-lake@acct1.dfs.core.windows.net/es/2025/')).toEqual({
    location: 'abfss://the-lake@acct1.dfs.core.windows.net/es/2025',
    account: 'acct1',
    container: 'the-lake',
    path: 'es/2025',
    filesHost: 'acct1.dfs.core.windows.net',
    blobsHost: 'acct1.blob.core.windows.net',
  });
  expect(parseAzureAddress('abfss://lake@acct1.dfs.core.usgovcloudapi.net')).toMatchObject({
    location: 'abfss://lake@acct1.dfs.core.usgovcloudapi.net',
    path: '',
    blobsHost: 'acct1.blob.core.usgovcloudapi.net',
  });
});

it('names the files of a lake in its container', () => {
  const lake = parseAzureAddress('abfss://lake@acct1.dfs.core.windows.net/es');
  expect(nameOf(lake, 'silver/x=1/part.parquet')).toBe('es/silver/x=1/part.parquet');
  expect(nameOf(lake, '')).toBe('es');
  expect(nameOf(parseAzureAddress('abfss://lake@acct1.dfs.core.windows.net'), 'lake.json')).toBe('lake.json');
});

it.each([
  'abfss://acct1.dfs.core.windows.net/es',
  'abfss://lake@acct1.blob.core.windows.net/es',
  'abfss://lake@Account.dfs.core.windows.net/es',
  'abfss://la--ke@acct1.dfs.core.windows.net/es',
  'abfss://lake@acct1.dfs.core.windows.net/es/../other',
  'abfss://lake@acct1.dfs.core.windows.net/es//x',
  'abfss://',
])('refuses %s', (location) => {
  expect(() => parseAzureAddress(location)).toThrow(
    expect.objectContaining({
      code: 'BadConfig',
      details: {
        field: 'lake',
        expected: expect.stringContaining('abfss://CONTAINER@ACCOUNT') as string,
      },
    }) as Error,
  );
});
