/** Two dates built under different settings: what `partitions`, `backfill --dry-run` and `outcomes` make of them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartitionRow } from '../../../../activities/planning/partitionGrid';
import { temporaryFolder } from '../../../support/lake';
import { documentOf, spymasterWith } from '../../../support/spymaster';

const [FIRST, SECOND] = ['2024-03-05', '2024-03-06'];
const folder = temporaryFolder();
const wide = join(folder, 'wide.yaml');
/** Runs on the lake, under the settings the second date was built with. */
const run = (...args: string[]) =>
  spymasterWith({ SPYMASTER_LAKE: join(folder, 'lake'), SPYMASTER_CONFIG: wide }, ...args);

interface Outcomes {
  levels: { level: string; sessions: number; episodes: number; n: number }[];
}
const all = async (...args: string[]) => {
  const { levels } = documentOf<Outcomes>(await run('outcomes', ...args, '--json'));
  return levels.at(-1) ?? { level: 'ALL', sessions: 0, episodes: 0, n: 0 };
};

beforeAll(async () => {
  writeFileSync(wide, 'features: { episodes: { barrierTicks: 24, sessionWindow: all-hours } }\n');
  const usual = join(folder, 'usual.yaml');
  writeFileSync(usual, 'features: { episodes: { sessionWindow: all-hours } }\n');
  const raw = join(folder, 'raw');
  const steps: [string, string[]][] = [
    [usual, ['simulate', '--out', raw, '--from', FIRST, '--days', '2', '--events', '20000', '--no-options']],
    [usual, ['import', raw]],
    [usual, ['build', '--symbol', 'ES', '--date', FIRST]],
    [wide, ['build', '--symbol', 'ES', '--date', SECOND]],
  ];
  for (const [config, args] of steps) {
    const { code, stderr } = await spymasterWith(
      { SPYMASTER_LAKE: join(folder, 'lake'), SPYMASTER_CONFIG: config },
      ...args,
    );
    if (code !== 0) throw new Error(stderr);
  }
});

test('partitions tell what is stale, because of what, and what checks warn of', async () => {
  const { partitions } = documentOf<{ partitions: PartitionRow[] }>(await run('partitions', '--json'));
  const gold = partitions.filter(({ layer }) => layer === 'gold');
  expect(gold).toMatchObject([
    { tradeDate: FIRST, status: 'published', because: ['setting episodes.barrierTicks: 20, now 24'] },
    { tradeDate: SECOND, status: 'published', because: [] },
  ]);
  // What was computed from a stale layer is stale with it.
  const after = partitions.find(({ layer, tradeDate }) => layer === 'normalisation' && tradeDate === SECOND);
  expect(after?.because).toContain(`gold ESH4/${FIRST} is stale`);
  // A few thousand records are no whole session, and must not look like one.
  expect(partitions.flatMap(({ warnings }) => warnings).length).toBeGreaterThan(0);
  const { stdout, stderr } = await run('partitions');
  expect(stdout).toMatch(/ESH4 2024-03-05 .*stale.* setting episodes\.barrierTicks: 20, now 24/);
  expect(stdout).toMatch(/warned/);
  expect(stderr).toContain('./spymaster backfill --symbol ES --start 2024-03-05');
  expect(stderr).toContain('--reprocess stale');
});

test('a dry run counts as up to date only what is', async () => {
  const range = ['--symbol', 'ES', '--start', FIRST, '--end', SECOND];
  const plan = await run('backfill', ...range, '--dry-run');
  expect(plan.stdout).toMatch(/ESH4 2024-03-05 +gold +setting episodes\.barrierTicks: 20, now 24/);
  expect(plan.stderr).toContain('1 up to date, 1 stale and left');
  const weekend = await run(
    'backfill',
    '--symbol',
    'ES',
    '--start',
    '2024-03-09',
    '--end',
    '2024-03-10',
    '--dry-run',
  );
  expect(weekend.stderr).toContain('no trade date of ES (weekend)');
  const build = await run('build', '--symbol', 'ES', '--date', '2024-03-09');
  expect([build.code, build.stderr]).toEqual([
    3,
    expect.stringContaining('2024-03-09 is no trade date of ES (weekend)'),
  ]);
});

test('outcomes of different settings are not pooled unless that is said', async () => {
  const refused = await run('outcomes');
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toMatch(
    /not pooled[^]*2024-03-05: setting episodes\.barrierTicks: 20, now 24[^]*pool, which counts them together/,
  );
  const pooled = await all('--pool');
  const [first, second] = [await all('--end', FIRST), await all('--start', SECOND)];
  expect(pooled.episodes).toBe(first.episodes + second.episodes);
  expect(first.episodes).toBeGreaterThan(0);
  expect([pooled.sessions, first.sessions, second.sessions]).toEqual([2, 1, 1]);
});

test('filters narrow, and one that names nothing there is is an error', async () => {
  const whole = await all('--start', SECOND);
  const [up, down] = [
    await all('--start', SECOND, '--direction', 'UP'),
    await all('--start', SECOND, '--direction', 'DOWN'),
  ];
  expect(up.episodes + down.episodes).toBe(whole.episodes);
  const primary = await all('--start', SECOND, '--horizon', '8');
  expect(primary).toEqual(whole);
  expect((await all('--start', SECOND, '--contract', 'ESH4')).episodes).toBe(whole.episodes);
  for (const [args, message] of [
    [['--level', 'NOWHERE'], 'no episode has the level NOWHERE'],
    [['--horizon', '7'], 'no episode has the horizon 7'],
    [['--time-of-day', 'T9'], 'no episode has the time of day T9'],
    [['--direction', 'LEFT'], "'LEFT' is invalid"],
    [['--contract', 'FOO'], 'not a futures contract'],
  ] as const) {
    const { code, stderr } = await run('outcomes', '--start', SECOND, ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  }
  for (const args of [
    ['--start', '2024-04-01'],
    ['--contract', 'ESZ9'],
    ['--end', '2024-01-02', '--json'],
  ]) {
    const none = await run('outcomes', ...args);
    expect([none.code, none.stdout, none.stderr]).toEqual([
      1,
      '',
      expect.stringMatching(/no contract-date as asked for is built.*of \d built: ESH4 /s),
    ]);
  }
});
