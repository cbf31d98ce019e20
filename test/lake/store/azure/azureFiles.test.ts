import { join } from 'node:path';
import { CachedFileSpace } from '../../../../lake/store/cachedFileSpace';
import { FileCache } from '../../../../lake/store/fileCache';
import { temporaryFolder } from '../../../support/lake';
import { testStorage } from '../../../support/storage';
import { describeFileSpace } from '../storeContract';

const storage = testStorage();

describeFileSpace('the files of a store in Azure', () => {
  const { store, files } = storage.open(storage.place());
  const cache = new FileCache({ folder: join(temporaryFolder(), 'cache'), bytes: 1e9 });
  return { store, space: new CachedFileSpace(files, cache) };
});
