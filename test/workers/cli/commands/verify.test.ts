/** `spymaster verify`, as a user runs it on a lake of one simulated day. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AsOfVerdict } from '../../../../activities/verify/asOf';
import type { ParityVerdict } from '../../../../activities/verify/parity';
import { goldOutcomes } from '../../../../graph/episodes/episodeTables';
import type { TableBatch } from '../../../../graph/datasets/schema';
import { TABLES } from '../../../../graph/catalog/declaration';
import { Lake } from '../../../../lake/lake';
import { commitOptions, temporaryFolder } from '../../../support/lake';
import { simulateLake } from '../../../support/simulatedLake';
import { spymaster } from '../../../support/spymaster';

const DATE = '2024-03-05';
const folder = temporaryFolder();
const lake = join(folder, 'lake');
const environment = { SPYMASTER_LAKE: lake, SPYMASTER_CONFIG: join(folder, 'config.yaml') };
const verify = (...args: string[]) => spymaster(environment, 'verify', ...args);

beforeAll(async () => {
  writeFileSync(
    environment.SPYMASTER_CONFIG,
    'features: { bars: { seconds: 30 }, episodes: { sessionWindow: all-hours } }\n',
  );
  await simulateLake(join(folder, 'raw'), lake, { from: DATE, days: 1, events: 20_000, seed: 7 });
  const { code, stderr } = await spymaster(environment, 'build', '--symbol', 'ES', '--date', DATE);
  if (code !== 0) throw new Error(stderr);
});

it('as-of prints every dataset and where the input was cut off', async () => {
  const { code, stdout, stderr } = await verify('as-of', '--date', DATE, '--cuts', '2');
  expect(code).toBe(0);
  for (const table of ['silver.bars', 'silver.levels', 'silver.vacuum', 'gold.outcomes', 'gold.vectors'])
    expect(stdout).toMatch(new RegExp(`^${table} +\\d+ +0$`, 'm'));
  expect(stderr).toMatch(/Cut off at .*\(\d+ records\), .*\(\d+ records\)/);
  const compared = [...stdout.matchAll(/^\w+\.\w+ +(\d+) +0$/gm)].map(([, rows]) => Number(rows));
  const rows = compared.reduce((sum, one) => sum + one, 0).toLocaleString('en-US');
  expect(stdout.trimEnd().split('\n').at(-1)).toBe(
    `PASS as-of: ${rows} rows of ${compared.length} tables, 0 differences`,
  );
});

it('cuts at the same times for the same seed, and at others for another', async () => {
  const cuts = async (seed: string) => {
    const { stdout } = await verify('as-of', '--date', DATE, '--cuts', '1', '--seed', seed, '--json');
    return (JSON.parse(stdout) as AsOfVerdict).cuts;
  };
  const ofFive = await cuts('5');
  expect(await cuts('5')).toEqual(ofFive);
  expect(await cuts('6')).not.toEqual(ofFive);
});

it('parity says how the records were streamed', async () => {
  const { code, stdout } = await verify('parity', '--date', DATE, '--json');
  const verdict = JSON.parse(stdout) as ParityVerdict & { agrees: boolean; verdict: string };
  expect([code, verdict.verdict, verdict.agrees, verdict.contract]).toEqual([0, 'PASS', true, 'ESH4']);
  expect(verdict.restarts).toBeGreaterThan(0);
  expect(verdict.comparisons.every(({ differences }) => differences === 0)).toBe(true);
});

it('fails, and shows the first difference, where a published outcome is wrong', async () => {
  const table = (await Lake.open(lake, TABLES)).table(goldOutcomes);
  const partition = { contract: 'ESH4', trade_date: DATE };
  const batches: TableBatch[] = [];
  for await (const batch of table.readPartition(partition)) batches.push(batch);
  (batches[0].columns.high as Float64Array)[0] += 0.25;
  await table.overwritePartition(partition, batches, commitOptions());

  const oracle = await verify('labels', '--date', DATE);
  expect(oracle.code).toBe(1);
  expect(oracle.stdout).toMatch(
    /^gold\.outcomes, 4 min +\d+ +1 +ESH4-.* 4 min, high: [\d.]+ expected, [\d.]+ found$/m,
  );
  expect(oracle.stdout).toMatch(/^FAIL labels: [\d,]+ rows of 3 horizons, 1 differences$/m);
  const parity = await verify('parity', '--date', DATE, '--json');
  expect(parity.code).toBe(1);
  expect(JSON.parse(parity.stdout)).toMatchObject({ verdict: 'FAIL', agrees: false });
});

it('says what is missing', async () => {
  const unbuilt = await verify('parity', '--date', '2024-03-07');
  expect([unbuilt.code, unbuilt.stderr]).toEqual([1, expect.stringContaining('spymaster import') as string]);
  const bronze = await verify('as-of', '--date', '2024-03-07');
  expect([bronze.code, bronze.stderr]).toEqual([1, expect.stringContaining('build it first') as string]);
  const holiday = await verify('labels', '--date', '2024-03-09');
  expect([holiday.code, holiday.stderr]).toEqual([2, expect.stringContaining('no trade date') as string]);
  const other = await verify('labels', '--date', DATE, '--contract', 'NQH4');
  expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('not a contract of ES') as string]);
});
