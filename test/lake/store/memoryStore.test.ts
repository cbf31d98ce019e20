import { temporaryFolder } from '../../support/lake';
import { CopyingFileSpace, MemoryStore } from '../../support/memoryStore';
import { describeFileSpace, describeStore } from './storeContract';

describeStore('a store in memory', () => {
  const files = new Map();
  return [new MemoryStore(files), new MemoryStore(files)];
});

describeFileSpace('the files of a store in memory, copied', () => {
  const store = new MemoryStore();
  return { store, space: new CopyingFileSpace(store, temporaryFolder()) };
});
