import { withLevels, type ChosenLevels } from '../../graph/levels/chosenLevels';
import { DEFAULT_SETTINGS } from '../../graph/settings';
import { readChosenLevels, writeChosenLevels } from '../../lake/chosenLevels';
import { MemoryStore } from '../support/memoryStore';

const chosen = (version: number, price: number): ChosenLevels => ({
  version,
  at: '2026-03-02T15:04:05.678Z',
  levels: { kinds: ['PM_HIGH', 'ROUND'], userPrices: { ES: [price] } },
});

test('the last that was chosen holds, in the place of what is configured and nothing else', async () => {
  const store = new MemoryStore();
  expect(await readChosenLevels(store)).toBeUndefined();
  expect(withLevels(DEFAULT_SETTINGS, undefined)).toBe(DEFAULT_SETTINGS);
  for (let version = 1; version <= 11; version++)
    expect(await writeChosenLevels(store, chosen(version, 4800 + version))).toBe(true);
  const last = await readChosenLevels(store);
  expect(last).toEqual(chosen(11, 4811));
  expect(withLevels(DEFAULT_SETTINGS, last)).toEqual({
    ...DEFAULT_SETTINGS,
    levels: { ...DEFAULT_SETTINGS.levels, kinds: ['PM_HIGH', 'ROUND'], userPrices: { ES: [4811] } },
  });
  await writeChosenLevels(store, { ...chosen(12, 0), levels: null });
  expect(withLevels(DEFAULT_SETTINGS, await readChosenLevels(store))).toEqual(DEFAULT_SETTINGS);
});

test('of several who choose at once one does', async () => {
  const store = new MemoryStore();
  const written = await Promise.all([1, 2, 3].map((price) => writeChosenLevels(store, chosen(1, price))));
  expect(written.filter(Boolean)).toHaveLength(1);
  expect(await readChosenLevels(store)).toEqual(chosen(1, written.indexOf(true) + 1));
});

test('a file that says nothing of the kind is named', async () => {
  const store = new MemoryStore();
  await store.put('_levels/00000001.json', Buffer.from('{"version":1}'));
  await expect(readChosenLevels(store)).rejects.toMatchObject({
    code: 'CorruptState',
    details: { file: 'memory/_levels/00000001.json' },
  });
});
