/** Files of those who follow a session one after the other: that of the highest epoch counts. */
import { EpochFiles } from '../../../workers/live/epochFiles';
import { MemoryStore } from '../../support/memoryStore';

const FOLDER = '_live/ESH4/2024-03-05';
const textOf = (file: { bytes: Uint8Array } | undefined) => file && Buffer.from(file.bytes).toString();

test('an epoch is taken once, by however many at once and whatever their listings leave out', async () => {
  const store = new MemoryStore();
  const unlisted = Object.assign(new MemoryStore(), {
    putIfAbsent: (key: string, bytes: Uint8Array) => store.putIfAbsent(key, bytes),
  });
  const taken: number[] = [];
  for (const asked of [store, unlisted, store, unlisted])
    taken.push(await new EpochFiles(asked, FOLDER).take('one'));
  expect(taken).toEqual([1, 2, 3, 4]);
  const together = await Promise.all(
    Array.from({ length: 8 }, () => new EpochFiles(store, FOLDER).take('one')),
  );
  expect(together.sort((a, b) => a - b)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
});

test('the newest file is that of the highest epoch, as a number, whenever it was written', async () => {
  const files = new EpochFiles(new MemoryStore(), FOLDER);
  expect(await files.newest('state')).toBeUndefined();
  for (const epoch of [9, 10, 8, 100]) await files.put('state', epoch, Buffer.from(`of ${epoch}`));
  await files.put('levels', 9, Buffer.from('[]'));
  expect(textOf(await files.newest('state'))).toBe('of 100');
  expect(await files.newest('state', 99)).toMatchObject({ epoch: 10, key: `${FOLDER}/state-10` });
  expect(await files.newest('levels')).toMatchObject({ epoch: 9 });
  await files.removeBefore('state', 100);
  expect(await files.newest('state', 99)).toBeUndefined();
  expect(textOf(await files.newest('state'))).toBe('of 100');
});

test('where the file is removed before it is read, there is a newer one', async () => {
  const store = new MemoryStore();
  const files = new EpochFiles(store, FOLDER);
  await files.put('state', 1, Buffer.from('old'));
  const read = store.read.bind(store);
  jest.spyOn(store, 'read').mockImplementationOnce(async (key) => {
    await files.put('state', 2, Buffer.from('new'));
    await files.removeBefore('state', 2);
    return read(key);
  });
  expect(textOf(await files.newest('state'))).toBe('new');
});
