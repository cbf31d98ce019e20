import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FileCache } from '../../../lake/store/fileCache';
import { temporaryFolder } from '../../support/lake';

const HOUR_MS = 3_600_000;

/** A cache of ten files of ten bytes. */
function setUp(folder = join(temporaryFolder(), 'cache')) {
  const cache = new FileCache({ folder, bytes: 100 });
  const add = async (name: string, hoursAgo = 0) => {
    const staged = await cache.stage(`${name.replaceAll('/', '-')}.part`);
    writeFileSync(staged, 'ten bytes.');
    await cache.take(staged, name);
    const used = new Date(Date.now() - hoursAgo * HOUR_MS);
    utimesSync(cache.pathOf(name), used, used);
  };
  const held = (names: string[]) => names.filter((name) => existsSync(cache.pathOf(name)));
  return { folder, cache, add, held };
}

const names = (count: number) => Array.from({ length: count }, (_, k) => `lake/t/${k}`);

it('removes what was used longest ago once there is too much', async () => {
  const { cache, add, held } = setUp();
  for (const [k, name] of names(10).entries()) await add(name, 20 - k);
  expect(held(names(10))).toEqual(names(10));
  expect(await cache.use('lake/t/0')).toBe(true);
  await add('lake/t/10');
  expect(held(names(11))).toEqual(names(11).filter((name) => !['lake/t/1', 'lake/t/2'].includes(name)));
  expect(await cache.use('lake/t/1')).toBe(false);
});

it('holds more for as long as all of it may be in use', async () => {
  const { add, held } = setUp();
  for (const name of names(15)) await add(name);
  expect(held(names(15))).toHaveLength(15);
});

it('holds not much more, but for what surely is', async () => {
  const { add, held } = setUp();
  for (const name of names(12)) await add(name, 1 / 2);
  expect(held(names(12))).toHaveLength(12);
  for (const name of names(20).slice(12)) await add(name);
  expect(held(names(20).slice(12))).toHaveLength(8);
  expect(held(names(12)).length).toBeLessThanOrEqual(4);
});

it('counts what other processes have added', async () => {
  const { folder, add, held } = setUp();
  const other = setUp(folder);
  for (const name of names(9)) await add(name, 5);
  for (const name of names(12).slice(9)) await other.add(name, 4);
  await add('lake/t/12');
  expect(held(names(13)).length).toBeLessThanOrEqual(10);
  expect(held(['lake/t/12'])).toHaveLength(1);
});

it('removes the folders of what it removes, and of others what is left of their staging', async () => {
  const { folder, add } = setUp();
  mkdirSync(join(folder, '.staging'), { recursive: true });
  const left = join(folder, '.staging', 'left');
  writeFileSync(left, 'half a fi');
  const old = new Date(Date.now() - 30 * HOUR_MS);
  utimesSync(left, old, old);
  for (const name of names(10)) await add(name, 5);
  for (const name of names(10)) await add(`other/${name}`, 0);
  expect(readdirSync(folder).sort()).toEqual(['.staging', 'other']);
  expect(readdirSync(join(folder, '.staging'))).toEqual([]);
});
