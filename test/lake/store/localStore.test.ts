import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalStore } from '../../../lake/store/localStore';
import { temporaryFolder } from '../../support/lake';
import { bytes, describeStore } from './storeContract';

describeStore('a local store', () => {
  const folder = join(temporaryFolder(), 'lake');
  return [new LocalStore(folder), new LocalStore(folder)];
});

it('names the file it could not write', async () => {
  const folder = temporaryFolder();
  const store = new LocalStore(folder);
  mkdirSync(join(folder, 'taken'));
  writeFileSync(join(folder, 'taken', 'file'), '');
  for (const key of ['taken/file/below', 'taken'])
    await expect(store.put(key, bytes('x'))).rejects.toMatchObject({
      code: 'StoreUnavailable',
      details: { file: join(folder, key) },
    });
  expect(await store.list('.staging')).toEqual([]);
});
