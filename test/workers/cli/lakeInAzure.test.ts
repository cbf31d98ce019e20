/** A lake in Azure, from its files to what is asked of it, while the service is busy and the network cuts connections now and then. */
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { StorageFault } from '../../../infra/storage/faults';
import { BUILT_DATE, builtLake } from '../../support/builtLake';
import { temporaryFolder } from '../../support/lake';
import { documentOf, spymaster, spymasterWith, type Finished } from '../../support/spymaster';
import { testStorage } from '../../support/storage';

const FAULTS: readonly StorageFault[] = ['busy', 'refused', 'lost', 'cut'];
/** Of how many requests one fails. */
const EACH = 29;

const storage = testStorage();
const folder = temporaryFolder();
let environment: Record<string, string>;
let local: string;
const run = (...args: string[]): Promise<Finished> => spymasterWith(environment, ...args);

beforeAll(async () => {
  local = await builtLake();
  const config = join(folder, 'config.yaml');
  writeFileSync(config, 'cache: { folder: cache, size: 1GB }\n');
  environment = { ...storage.environment(), SPYMASTER_LAKE: storage.place(), SPYMASTER_CONFIG: config };
});

it('is none before anything is in it', async () => {
  const { code, stderr } = await run('status');
  expect(code).toBe(1);
  expect(stderr).toContain(`there is no lake at ${environment.SPYMASTER_LAKE} (SPYMASTER_LAKE)`);
});

it('takes files in and is built as a lake in a folder, bit for bit, whatever fails meanwhile', async () => {
  let asked = 0;
  let failed = 0;
  storage.peer.interfere = () => (++asked % EACH === 0 ? FAULTS[failed++ % FAULTS.length] : undefined);
  for (const args of [
    ['import', join(dirname(local), 'raw')],
    ['build', '--symbol', 'ES', '--date', BUILT_DATE],
  ]) {
    // A process of its own: the threads of this one have the environment it began with.
    const { code, stdout, stderr } = await spymaster(environment, ...args);
    expect([code, code === 0 ? '' : stdout + stderr]).toEqual([0, '']);
  }
  expect(failed).toBeGreaterThan(FAULTS.length);
  storage.peer.interfere = undefined;

  const tables = [
    'bronze.mbo',
    'silver.bars',
    'silver.vacuum',
    'gold.episodes',
    'gold.outcomes',
    'gold.vectors',
  ];
  const sql = tables
    .map(
      (table) => `SELECT '${table}' AS name, count(*) AS n, bit_xor(hash(t)) AS content FROM ${table} AS t`,
    )
    .join(' UNION ALL ');
  const here = documentOf(await run('query', `${sql} ORDER BY name`, '--json'));
  expect(here).toEqual(
    documentOf(await spymasterWith({ SPYMASTER_LAKE: local }, 'query', `${sql} ORDER BY name`, '--json')),
  );
});

it('answers what is asked of a lake, and says where it is', async () => {
  const status = documentOf<{ lake: { path: string } }>(await run('status', '--json'));
  expect(JSON.stringify(status)).toContain(environment.SPYMASTER_LAKE);
  for (const args of [
    ['quality', BUILT_DATE, '--symbol', 'ES', '--json'],
    ['raw', 'list', '--json'],
    ['outcomes', '--json'],
    ['tables', '--json'],
    ['lineage', 'gold.episodes', `ESH4/${BUILT_DATE}`, '--json'],
  ]) {
    const remote = await run(...args);
    const same = await spymasterWith({ SPYMASTER_LAKE: local }, ...args);
    expect([args[0], remote.code]).toEqual([args[0], same.code]);
    expect(remote.stdout.length).toBeGreaterThan(2);
  }
});

it('lets queries read no other files of this machine than its own', async () => {
  const { code, stderr } = await run('query', "SELECT * FROM read_text('/etc/hostname')");
  expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('local files are off')]);
});
