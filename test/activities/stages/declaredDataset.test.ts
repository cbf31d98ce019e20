/**
 * A dataset of a test's own: its contract, its operator and its entry, and nothing else. That it is planned, built, published, made
 * stale, verified and documented derives from these.
 */
import { join } from 'node:path';
import { planBackfill } from '../../../activities/planning/plan';
import { parseBackfill } from '../../../activities/planning/requests';
import { LastBuilds } from '../../../activities/publishing/lastBuilds';
import { lineageOf } from '../../../activities/reports/lineage';
import { verifyAsOf } from '../../../activities/verify/asOf';
import { verifyParity } from '../../../activities/verify/parity';
import { count, instant, lots, TableRows, type Column } from '../../../graph/datasets/column';
import type { Dataset } from '../../../graph/catalog/dataset';
import type { RowsOperator } from '../../../graph/datasets/rowsOperator';
import { built, DATASETS, same } from '../../../graph/catalog/declaration';
import { DatasetGraph } from '../../../graph/catalog/datasetGraph';
import type { TableContract } from '../../../graph/datasets/schema';
import { contractDate, keyText } from '../../../graph/datasets/units';
import { goldEpisodes } from '../../../graph/episodes/episodeTables';
import { PARTITION_BY, PARTITION_COLUMNS } from '../../../graph/datasets/partitionColumns';
import { Action, Flag } from '../../../graph/records/mbo';
import type { SessionFrame } from '../../../graph/session/inputs';
import type {
  OpenedOperator,
  SessionEvent,
  SessionInput,
  SessionOperator,
} from '../../../graph/session/operators';
import { featureSettings } from '../../../graph/settings';
import type { StateReader, StateWriter } from '../../../graph/state/codec';
import { Lake } from '../../../lake/lake';
import { temporaryFolder } from '../../support/lake';
import { runPlan } from '../../support/runPlan';
import { QUIETLY, simulateLake } from '../../support/simulatedLake';

// The dataset: lots traded in each hour of a session. A contract ...

interface Hour {
  end: bigint;
  lots: number;
  trades: number;
}

const COLUMNS: readonly Column<Hour>[] = [
  instant('hour_end', { meaning: 'End of the hour', value: ({ end }) => end }),
  lots('volume', { meaning: 'Lots traded in it', value: (hour) => hour.lots }),
  count('trades', { meaning: 'Trades in it', formula: 'number of T records', value: ({ trades }) => trades }),
];

const silverHours: TableContract = {
  name: 'silver.hours',
  description: 'Lots traded, hour by hour.',
  version: 1,
  columns: [...PARTITION_COLUMNS, ...COLUMNS],
  partitionBy: PARTITION_BY,
  key: [...PARTITION_BY, 'hour_end'],
};

// ... an operator ...

const HOUR = 3600e9;

class HourOperator implements OpenedOperator {
  private readonly rows = new TableRows(silverHours, COLUMNS);
  private end = NaN;
  private lots = 0;
  private trades = 0;

  constructor(private readonly frame: SessionFrame) {}

  push(input: SessionInput): void {
    if (input.kind !== 'records') return;
    const { batch } = input;
    for (let i = input.from; i < input.to; i++) {
      if ((batch.flags[i] & Flag.Snapshot) !== 0) continue;
      this.advanceTo(this.frame.origin.offset(batch.tsEventWords, i));
      if (batch.action[i] !== Action.Trade) continue;
      this.lots += batch.size[i];
      this.trades++;
    }
  }

  advanceTo(t: number): void {
    if (Number.isNaN(this.end)) this.end = (Math.floor(t / HOUR) + 1) * HOUR;
    for (; t >= this.end; this.end += HOUR) {
      const { lots: volume, trades } = this;
      this.rows.push({ end: this.frame.origin.absolute(this.end), lots: volume, trades });
      this.lots = this.trades = 0;
    }
  }

  take(): SessionEvent[] {
    return [{ kind: 'rows', batch: this.rows.take() }];
  }

  save(out: StateWriter): void {
    out.section('hours', 1);
    out.doubles([this.end, this.lots, this.trades]);
  }

  restore(from: StateReader): void {
    from.section('hours', 1);
    [this.end, this.lots, this.trades] = from.doubles(3);
  }
}

const HOURS: SessionOperator = {
  kind: 'session',
  module: 'test/hours',
  open: (frame) => new HourOperator(frame),
};

// ... and an entry.

const hours = (codeVersion = 1): Dataset =>
  built('silver', {
    table: silverHours,
    upstream: same('bronze.mbo'),
    settings: [],
    operator: HOURS,
    codeVersion,
    known: { column: 'hour_end' },
  });

// Another one, of a product: episodes of the last two sessions.

const SPAN_COLUMNS: readonly Column<{ sessions: number; episodes: number }>[] = [
  count('sessions', { meaning: 'Sessions before the trade date', value: ({ sessions }) => sessions }),
  count('episodes', { meaning: 'Episodes in them', value: ({ episodes }) => episodes }),
];

const goldRecent: TableContract = {
  name: 'gold.recent_episodes',
  description: 'How many episodes the last two sessions had.',
  version: 1,
  columns: [
    { name: 'product', type: 'string', unit: '', meaning: 'Root of the product' },
    { name: 'trade_date', type: 'date', unit: 'day ET', meaning: 'Trade date' },
    ...SPAN_COLUMNS,
  ],
  partitionBy: ['product', 'trade_date'],
  key: ['product', 'trade_date'],
};

const RECENT: RowsOperator = {
  kind: 'rows',
  module: 'test/recent',
  compute: (_, upstream) => {
    const sessions = upstream.get(goldEpisodes.name)!;
    if (sessions.length === 0) return { nothing: 'no earlier session' };
    const rows = new TableRows(goldRecent, SPAN_COLUMNS);
    const episodes = sessions
      .flatMap(({ batches }) => batches)
      .reduce((sum, { rowCount }) => sum + rowCount, 0);
    rows.push({ sessions: sessions.length, episodes });
    return [rows.take()];
  },
};

const recent: Dataset = built('normalisation', {
  table: goldRecent,
  upstream: [{ dataset: goldEpisodes.name, partitions: { earlier: 2 }, columns: ['episode_id'] }],
  settings: [],
  operator: RECENT,
  codeVersion: 1,
});

const graph = new DatasetGraph([...DATASETS, hours(), recent]);

const CONTRACT = 'ESH4';
const DATES = ['2024-03-05', '2024-03-06'];
const partition = { contract: CONTRACT, trade_date: DATES[1] };
const folder = temporaryFolder();
const settings = { lake: join(folder, 'lake'), features: featureSettings.parse({ bars: { seconds: 60 } }) };
const request = parseBackfill({ symbol: 'ES', start: DATES[0], end: DATES[1], reprocess: 'stale' });
const openLake = () => Lake.open(settings.lake, graph.tables);

let ended: string[];

beforeAll(async () => {
  await simulateLake(join(folder, 'raw'), settings.lake, {
    from: DATES[0],
    days: 2,
    events: 10_000,
    seed: 11,
  });
  ended = await runPlan(await planBackfill(request, settings, graph), settings, graph);
});

test('it is planned and built with its layer, and published with what it was made of', async () => {
  expect(ended).toContain(`silver ${CONTRACT}/${DATES[1]} published`);
  const lake = await openLake();
  const rows = await lake.table(silverHours).readRows({ partition });
  expect(rows.length).toBeGreaterThan(20);
  const [{ volume, trades }] = await lake.query(
    `SELECT sum(volume)::INTEGER AS volume, sum(trades)::INTEGER AS trades FROM silver.hours WHERE trade_date = '${DATES[1]}'`,
  );
  const [{ lots: expected, n }] = await lake.query(
    `SELECT sum(size)::INTEGER AS lots, count(*)::INTEGER AS n FROM bronze.mbo
     WHERE trade_date = '${DATES[1]}' AND action = 'T' AND ts_event < ${String(rows.at(-1)!.hour_end)}`,
  );
  expect([volume, trades]).toEqual([expected, n]);
  const build = (await LastBuilds.read(lake)).of('silver', contractDate(CONTRACT, DATES[1]))!;
  expect(build.provenance.code['silver.hours']).toBe('1');
});

test('one that reads earlier dates is built for each, after them', async () => {
  const lake = await openLake();
  const rows = await lake.query(
    'SELECT trade_date::VARCHAR AS date, sessions, episodes FROM gold.recent_episodes ORDER BY ALL',
  );
  const counts = await lake.query(
    'SELECT count(*)::INTEGER AS n FROM gold.episodes GROUP BY trade_date ORDER BY trade_date',
  );
  const [first, second] = counts.map(({ n }) => n as number);
  expect(rows).toEqual([
    { date: DATES[1], sessions: 1, episodes: first },
    { date: '2024-03-07', sessions: 2, episodes: first + second },
  ]);
});

test('it is current until its code changes; then its layer is stale, and what is above, because of it', async () => {
  expect((await planBackfill(request, settings, graph)).items).toEqual([]);
  const newer = new DatasetGraph([...DATASETS, hours(2), recent]);
  const { items } = await planBackfill(request, settings, newer);
  expect(
    items.map(({ scope, layers, reason, because }) => [keyText(scope), layers, reason, because]),
  ).toEqual([
    ...DATES.map((date) => [
      `${CONTRACT}/${date}`,
      ['silver', 'gold'],
      'stale',
      ['code of silver.hours: 1, now 2'],
    ]),
    [
      `ES/${DATES[1]}..2024-03-07`,
      ['normalisation'],
      'stale',
      [`gold ${CONTRACT}/${DATES[0]} was built anew`, `gold ${CONTRACT}/${DATES[1]} was built anew`],
    ],
  ]);
});

test('it is verified as of any time, and streamed against what was published', async () => {
  const target = { contract: CONTRACT, tradeDate: DATES[1] };
  const asOf = await verifyAsOf(
    await openLake(),
    settings.features,
    { ...target, cuts: 5, seed: 3 },
    QUIETLY,
    graph,
  );
  const parity = await verifyParity(settings, { symbol: 'ES', ...target, seed: 3 }, QUIETLY, graph);
  for (const { comparisons } of [asOf, parity]) {
    const found = comparisons.find(({ dataset }) => dataset === silverHours.name)!;
    expect(found.differences).toBe(0);
    expect(found.rows).toBeGreaterThan(5);
  }
});

test('it is drawn, described, and its lineage told', async () => {
  expect(graph.mermaid()).toContain('bronze_mbo --> silver_hours');
  expect(graph.mermaid()).toContain('gold_episodes -->|earlier 2| gold_recent_episodes');
  expect(graph.table('silver.hours').columns.find(({ name }) => name === 'trades')?.formula).toBe(
    'number of T records',
  );
  const lineage = await lineageOf(await openLake(), graph, 'gold.recent_episodes', 'ES/2024-03-07');
  expect(lineage).toMatchObject({ rows: 1, operator: 'test/recent' });
  expect(lineage.upstream.map(({ dataset, key }) => `${dataset} ${key}`)).toEqual(
    DATES.map((date) => `gold.episodes ${CONTRACT}/${date}`),
  );
});
