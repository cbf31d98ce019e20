/** Several `spymaster build` of one date at once, and one that is killed. */
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LastBuilds } from '../../../../activities/publishing/lastBuilds';
import { TABLES } from '../../../../graph/catalog/declaration';
import { Lake } from '../../../../lake/lake';
import { BUILT_DATE, builtLake } from '../../../support/builtLake';
import { temporaryFolder } from '../../../support/lake';
import { spymaster, startSpymaster } from '../../../support/spymaster';

const BUILD = ['build', '--symbol', 'ES', '--date', BUILT_DATE];
const TABLES_OF_DATE = ['bronze.mbo', 'silver.bars', 'silver.levels', 'gold.episodes', 'gold.vectors'];

let lake: string;
beforeAll(async () => {
  lake = await builtLake();
});

const openLake = () => Lake.open(lake, TABLES);
const contents = async () => {
  const opened = await openLake();
  const found: Record<string, unknown> = {};
  for (const name of TABLES_OF_DATE) {
    const sql = `SELECT count(*)::INTEGER AS n, bit_xor(hash(t))::VARCHAR AS digest FROM ${name} t`;
    [found[name]] = await opened.query(sql);
  }
  return found;
};
const statuses = async () => (await LastBuilds.read(await openLake())).all().map(({ status }) => status);

test('of builds of one date at once one ends well, and the lake is as one alone leaves it', async () => {
  const alone = await contents();
  for (let round = 0; round < 2; round++) {
    const builds = Array.from({ length: 3 }, () =>
      spymaster({ SPYMASTER_LAKE: lake }, ...BUILD, '--reprocess', 'all', '--json'),
    );
    const ended = await Promise.all(builds);
    expect(ended.filter(({ code }) => code === 0).length).toBeGreaterThanOrEqual(1);
    for (const { code, stdout } of ended)
      if (code !== 0) expect(stdout).toMatch(/Fenced|InputChanged|NoInput/);
    expect(new Set(await statuses())).toEqual(new Set(['published', 'no_data']));
    expect(await contents()).toEqual(alone);
  }
});

/** Builds Silver with other bars, and kills the build when its first table has a new version. */
async function killedAtFirstTable(seconds: number): Promise<void> {
  const config = join(temporaryFolder(), 'bars.yaml');
  writeFileSync(config, `features: { bars: { seconds: ${seconds} } }\n`);
  const bars = join(lake, 'silver', 'bars', '_delta_log');
  const before = readdirSync(bars).length;
  const { process: child } = startSpymaster({ SPYMASTER_LAKE: lake, SPYMASTER_CONFIG: config }, ...BUILD);
  while (readdirSync(bars).length === before && child.exitCode === null) await new Promise(setImmediate);
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

test('one killed while it replaces a layer leaves nothing that passes for built', async () => {
  const alone = await contents();
  // A build that ended before the signal reached it proves nothing: the next one has other settings again.
  for (const seconds of [10, 12, 15, 20, 30, 40, 60, 90, 120]) {
    await killedAtFirstTable(seconds);
    if ((await statuses()).includes('building')) break;
  }
  expect(await statuses()).toContain('building');

  const again = await spymaster({ SPYMASTER_LAKE: lake }, ...BUILD);
  expect([again.code, again.stderr]).toEqual([0, expect.not.stringContaining('up to date')]);
  expect(new Set(await statuses())).toEqual(new Set(['published', 'no_data']));
  expect(await contents()).toEqual(alone);
});
