import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPartitionRates } from '../../../activities/models/partitionRates';
import { TABLES } from '../../../graph/catalog/declaration';
import { CLASSES } from '../../../graph/models/scores';
import { Lake } from '../../../lake/lake';
import { BUILT_DATE, builtLake } from '../../support/builtLake';
import { temporaryFolder } from '../../support/lake';
import { spymaster } from '../../support/spymaster';

const LAST_DATE = '2024-03-06';

interface Row {
  trade_date: string;
  episode_id: string;
  touch_ts: string;
  outcome: string | null;
  is_primary: boolean;
}

/** Base rates by hand: touches of one moment are one event, of which each outcome has its share. */
async function countedByHand(lake: Lake, dates: readonly string[]) {
  const episodes = (await lake.query(
    'SELECT trade_date::VARCHAR AS trade_date, episode_id, touch_ts FROM gold.episodes',
  )) as unknown as Row[];
  const outcomes = (await lake.query(
    'SELECT trade_date::VARCHAR AS trade_date, episode_id, outcome, is_primary FROM gold.outcomes',
  )) as unknown as Row[];
  const moments = new Map<string, string[]>();
  for (const { trade_date: date, episode_id: id, touch_ts: at } of episodes) {
    const ended = outcomes.find(
      (row) => row.trade_date === date && row.episode_id === id && row.is_primary && row.outcome !== null,
    );
    if (!dates.includes(date) || !ended) continue;
    moments.set(at, [...(moments.get(at) ?? []), ended.outcome!]);
  }
  const shares = CLASSES.map((name) =>
    [...moments.values()]
      .map((all) => all.filter((outcome) => outcome === name).length / all.length)
      .reduce((sum, share) => sum + share / moments.size, 0),
  );
  return { n: moments.size, shares };
}

/** Any partition: of few sessions the widest rung, all episodes, is what is told. */
const ANY = { levelKind: 'PM_HIGH', direction: 'UP', timeOfDay: 'T0_15' } as const;

test('base rates are those of the episodes whose outcome is known, of sessions that were measured as the latest was', async () => {
  const folder = await builtLake({ dates: [BUILT_DATE, LAST_DATE] });
  const both = await Lake.open(folder, TABLES);
  const counted = await countedByHand(both, [BUILT_DATE, LAST_DATE]);
  expect(counted.n).toBeGreaterThan(4);
  const rate = (await readPartitionRates(both, 'ES')).of(ANY);
  expect(rate).toMatchObject({ n: counted.n, sessions: 2 });
  rate.shares.forEach(({ share }, c) => expect(share).toBeCloseTo(counted.shares[c], 12));

  const settings = join(temporaryFolder(), 'config.yaml');
  writeFileSync(settings, 'features: { episodes: { sessionWindow: all-hours } }\n');
  const built = await spymaster(
    { SPYMASTER_LAKE: folder, SPYMASTER_CONFIG: settings },
    'build',
    '--symbol',
    'ES',
    '--date',
    LAST_DATE,
  );
  expect(built).toMatchObject({ code: 0 });
  const after = await Lake.open(folder, TABLES);
  const alone = (await readPartitionRates(after, 'ES')).of(ANY);
  expect(alone).toMatchObject({ n: (await countedByHand(after, [LAST_DATE])).n, sessions: 1 });
  expect((await readPartitionRates(after, 'NQ')).of(ANY).n).toBe(0);
}, 120_000);
