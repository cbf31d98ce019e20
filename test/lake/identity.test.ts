import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLake, knownLakeId, lakeId } from '../../lake/identity';
import { LocalStore } from '../../lake/store/localStore';
import { temporaryFolder } from '../support/lake';

test('is drawn once, whoever asks, and stays when the folder is moved', async () => {
  const folder = join(temporaryFolder(), 'My Holiday! 2023');
  expect(await knownLakeId(new LocalStore(folder))).toBeUndefined();
  const ids = await Promise.all(Array.from({ length: 8 }, () => lakeId(new LocalStore(folder))));
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^my-holiday-2023-[0-9a-f]{6}$/);
  const moved = join(temporaryFolder(), 'moved');
  renameSync(folder, moved);
  expect(await lakeId(new LocalStore(moved))).toBe(ids[0]);
  expect(await knownLakeId(new LocalStore(moved))).toBe(ids[0]);
});

test('two lakes of one name are two', async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(() => lakeId(new LocalStore(join(temporaryFolder(), 'lake')))),
  );
  expect(one).not.toBe(two);
  expect([isLake(one, 'lake'), isLake(one, one), isLake(one, two), isLake(one, 'lak')]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});

test.each(['', '{}', '{"id": 7}', '{"id": "No Id"}', '[]', 'null'])(
  'a file that says none, %s, is named',
  async (text) => {
    const folder = join(temporaryFolder(), 'lake');
    mkdirSync(folder);
    writeFileSync(join(folder, 'lake.json'), text);
    await expect(lakeId(new LocalStore(folder))).rejects.toMatchObject({
      code: 'BadConfig',
      message: expect.stringContaining('lake.json'),
    });
  },
);

test('a folder without a letter in its name is a lake too', async () => {
  expect(await lakeId(new LocalStore(join(temporaryFolder(), '日本')))).toMatch(/^lake-[0-9a-f]{6}$/);
});
