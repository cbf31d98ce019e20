/** `spymaster episodes` on a lake of two simulated dates. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EpisodeRecord, ListedEpisode } from '../../../../activities/reports/episodes';
import { FEATURES } from '../../../../graph/vectors/features';
import { builtLake } from '../../../support/builtLake';
import { temporaryFolder } from '../../../support/lake';
import { documentOf, spymasterHere as run } from '../../../support/spymaster';

const [FIRST, SECOND] = ['2024-03-05', '2024-03-06'];

interface Listed {
  count: number;
  episodes: (Omit<ListedEpisode, 'touchAt'> & { touchAt: string })[];
}
const listed = async (...args: string[]) =>
  documentOf<Listed>(await run('episodes', 'list', ...args, '--json')).episodes;
const rows = async (sql: string) =>
  documentOf<Record<string, string | number | null>[]>(await run('query', sql, '--format', 'json'));

beforeAll(async () => {
  process.env.SPYMASTER_CONFIG = join(temporaryFolder(), 'config.yaml');
  writeFileSync(process.env.SPYMASTER_CONFIG, 'features: { episodes: { sessionWindow: all-hours } }\n');
  process.env.SPYMASTER_LAKE = await builtLake({ dates: [FIRST, SECOND], events: 20_000 });
});

test('list shows what the tables hold, the newest last, and as many as were asked for', async () => {
  const all = await listed();
  const expected = await rows(
    `SELECT episode_id AS id, touch_ts, outcome FROM gold.episodes e JOIN gold.outcomes o USING (contract, trade_date, episode_id, touch_ts)
     WHERE is_primary ORDER BY touch_ts, id`,
  );
  expect(all.length).toBeGreaterThan(3);
  expect(all.map(({ id, touchAt, outcome }) => ({ id, touch_ts: touchAt, outcome }))).toEqual(expected);
  expect(await listed('--limit', '2')).toEqual(all.slice(-2));
  const { stdout, stderr } = await run('episodes', 'list', '--limit', '2');
  expect(stdout).toContain('touch (ET)');
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .slice(2)
      .map((line) => line.split(' ')[0]),
  ).toEqual(all.slice(-2).map(({ id }) => id));
  expect(stderr).toContain(`The last 2 of ${all.length} episodes`);
});

test('list takes the filters of outcomes', async () => {
  const all = await listed();
  const { level, timeOfDay } = all[0];
  for (const [args, keeps] of [
    [['--level', level], (one) => one.level === level],
    [['--direction', 'UP'], (one) => one.direction === 'UP'],
    [['--time-of-day', timeOfDay], (one) => one.timeOfDay === timeOfDay],
    [['--start', SECOND], (one) => one.tradeDate >= SECOND],
    [['--end', FIRST, '--contract', 'ESH4'], (one) => one.tradeDate <= FIRST],
  ] as [string[], (one: Listed['episodes'][number]) => boolean][]) {
    const kept = all.filter(keeps);
    expect(kept.length).toBeGreaterThan(0);
    expect(await listed(...args)).toEqual(kept);
  }
  const longest = await listed('--horizon', '30');
  expect(longest.map(({ id, horizonMinutes }) => [id, horizonMinutes])).toEqual(
    all.map(({ id }) => [id, 30]),
  );
  const wrong = await run('episodes', 'list', '--level', 'NOWHERE');
  expect([wrong.code, wrong.stderr]).toEqual([
    2,
    expect.stringContaining('no episode has the level NOWHERE'),
  ]);
  const never = await run('episodes', 'list', '--start', '2024-04-01');
  expect([never.code, never.stderr]).toEqual([
    1,
    expect.stringContaining('no contract-date as asked for is built'),
  ]);
});

test('show tells everything of one, its vector in deviations from the sessions before', async () => {
  const { id } = (await listed('--start', SECOND)).at(-1)!;
  const { episode, level, outcomes, vector } = documentOf<EpisodeRecord>(
    await run('episodes', 'show', id, '--json'),
  );
  expect(episode.episode_id).toBe(id);
  expect(level).toMatchObject({ level_id: episode.level_id, price: episode.level_price });
  expect(outcomes.map((row) => row.horizon_minutes)).toEqual([4, 8, 30]);
  expect(vector!.normalisation).toEqual({ sessions: 1, firstSession: FIRST, lastSession: FIRST });
  expect(vector!.masked).toEqual(['options']);
  expect(vector!.features).toHaveLength(FEATURES.length);
  // The same by DuckDB's own statistics.
  const of = (k: number) => `raw[${k + 1}]::DOUBLE`;
  const deviations = FEATURES.filter(({ group }) => group === 'geometry').map(
    ({ name, index }) =>
      `(SELECT (${of(index)} - m) / nullif(s, 0) FROM (SELECT avg(v) AS m, stddev_samp(v) AS s FROM
        (SELECT ${of(index)} AS v FROM gold.vectors WHERE trade_date = '${FIRST}') WHERE NOT isnan(v))
        WHERE NOT isnan(${of(index)})) AS ${name}`,
  );
  const [expected] = await rows(
    `SELECT ${deviations.join(', ')} FROM gold.vectors WHERE episode_id = '${id}'`,
  );
  const geometry = vector!.features.filter(({ group }) => group === 'geometry');
  expect(geometry.filter(({ z }) => z !== null).length).toBeGreaterThan(20);
  for (const { name, z } of geometry)
    if (z === null) expect([name, expected[name]]).toEqual([name, null]);
    else expect(z).toBeCloseTo(expected[name] as number, 6);
  const sizes = geometry.map(({ z }) => Math.abs(z ?? 0));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));

  const { stdout, stderr, code } = await run('episodes', 'show', id, '--features', '2');
  expect(code).toBe(0);
  for (const part of ['approach began (ET)', '8 min, primary', geometry[0].name, geometry[1].formula])
    expect(stdout).toContain(part);
  expect(stdout).not.toContain(geometry[2].formula);
  expect(stderr).toContain('no data for the group options');
});

test('an episode of the first date has no deviations, and says why', async () => {
  const { id } = (await listed('--end', FIRST))[0];
  const { stderr, code } = await run('episodes', 'show', id);
  expect([code, stderr]).toEqual([0, expect.stringContaining('no normalisation of that date')]);
});

test('a beginning is enough where it is of one; others and unknown ids are named, with what is near', async () => {
  const ids = (await listed()).map(({ id }) => id);
  // One that is not itself the beginning of another, as that of the first attempt is of the tenth.
  const id = ids.find((one) => ids.filter((other) => other.startsWith(one)).length === 1)!;
  const unique = Array.from(id, (_, k) => id.slice(0, k + 1)).find(
    (start) => ids.filter((one) => one.startsWith(start)).length === 1,
  )!;
  expect(documentOf<EpisodeRecord>(await run('episodes', 'show', unique, '--json')).episode.episode_id).toBe(
    id,
  );
  const shared = await run('episodes', 'show', 'ESH4-');
  expect([shared.code, shared.stdout]).toEqual([2, '']);
  expect(shared.stderr).toMatch(/several episodes begin with ESH4-[^]*one of ESH4-\d{8}-/);
  const misspelt = await run('episodes', 'show', id.toLowerCase().replace('es', 'se'));
  expect([misspelt.code, misspelt.stderr]).toEqual([2, expect.stringContaining(`near it are ${id}`)]);
  const unlike = await run('episodes', 'show', 'nonsense');
  expect(unlike.stderr).toMatch(/there is no episode nonsense/);
  expect(unlike.stderr).not.toContain('near');
});
