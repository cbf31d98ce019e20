/** Several contracts and their options in one stream: each gets what it gets alone. */
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { GatheredTables } from '../../../graph/datasets/gather';
import type { TableBatch } from '../../../graph/datasets/schema';
import type { DbnRecord } from '../../../graph/dbn';
import { concerns } from '../../../graph/options/concern';
import { MboBatch } from '../../../graph/records/mbo';
import { MarketStream, type MarketEvent, type MarketInput } from '../../../graph/stream/marketStream';
import { OptionReplay, pushMerged } from '../../../graph/session/optionReplay';
import { rowsIn } from '../../../graph/session/operators';
import { SessionGraph } from '../../../graph/stream/sessionGraph';
import { featureSettings } from '../../../graph/settings';
import { Simulation } from '../../../graph/sim/simulation';
import { restoreState, saveState } from '../../../graph/state/blob';
import { appendMbo } from '../../../lake/parquet/mbo';
import { ES, PRODUCTS } from '../../support/products';

// The day before the roll: the next contract trades beside the leading one.
const TRADE_DATE = '2024-03-08';
const settings = featureSettings.parse({ bars: { seconds: 60 }, episodes: { sessionWindow: 'all-hours' } });
const CONTRACTS = ['ESH4', 'ESM4'];

type Told = Extract<DbnRecord, { type: 'definition' | 'statistics' | 'trades' }>;

const all = new MboBatch(100_000);
const told: Told[] = [];
const ids = new Map<string, number>();
const open = (contract: string) =>
  new SessionGraph({ contract, tradeDate: TRADE_DATE, settings }, DATASET_GRAPH.computations);
const { start, end } = open('ESH4').frame.clock.session.window;

beforeAll(() => {
  const pool = { take: () => new MboBatch(8192), give: () => undefined };
  const request = {
    symbol: 'ES',
    from: TRADE_DATE,
    days: 1,
    events: 20_000,
    strength: 0.5,
    seed: 9,
    options: true,
  };
  for (const output of new Simulation(request, pool, PRODUCTS).run()) {
    if (output.kind === 'mbo') {
      const { batch } = output;
      for (let i = 0; i < batch.length; i++)
        if (batch.tsRecv[i] > start && batch.tsRecv[i] <= end) appendMbo(all, batch, i, i + 1);
    } else if (output.kind === 'records')
      for (const record of output.records)
        if (record.type === 'definition' || record.type === 'statistics' || record.type === 'trades')
          if (record.tsRecv > start && record.tsRecv <= end) told.push(record);
  }
  for (const record of told)
    if (record.type === 'definition' && CONTRACTS.includes(record.rawSymbol))
      ids.set(record.rawSymbol, record.instrumentId);
});

const belonging = (record: Extract<Told, { type: 'definition' }>) => ({
  ...record,
  symbol: record.rawSymbol,
});

/** A contract by itself, from its own records and those of its options. */
function alone(contract: string): Map<string, TableBatch> {
  const session = open(contract);
  const own = new MboBatch(all.length);
  for (let i = 0; i < all.length; i++)
    if (all.instrumentId[i] === ids.get(contract)) appendMbo(own, all, i, i + 1);
  const definitions = told
    .flatMap((record) => (record.type === 'definition' ? belonging(record) : []))
    .filter((record) => concerns(record, ES));
  const known = new Set(definitions.map(({ instrumentId }) => instrumentId));
  const of = <Type extends Told['type']>(type: Type) =>
    told.filter(
      (record): record is Extract<Told, { type: Type }> =>
        record.type === type && known.has(record.instrumentId),
    );
  const replay = new OptionReplay(
    { definitions, statistics: of('statistics'), trades: of('trades') },
    session.frame,
  );
  pushMerged(session, own, replay);
  const rows = new GatheredTables();
  rows.add(rowsIn(session.end()));
  return rows.build();
}

/** Everything in the order of its capture, futures first where it is the same. */
function* feed(): Generator<MarketInput> {
  const rank = { definition: 0, statistics: 1, trades: 2 };
  const others = [...told].sort((a, b) =>
    a.tsRecv === b.tsRecv ? rank[a.type] - rank[b.type] : a.tsRecv < b.tsRecv ? -1 : 1,
  );
  let next = 0;
  let from = 0;
  for (let i = 0; i <= all.length; i++) {
    if (i < all.length && !(next < others.length && others[next].tsRecv < all.tsRecv[i])) continue;
    if (i > from) yield { kind: 'records', batch: all, from, to: i };
    from = i;
    for (; next < others.length && i < all.length && others[next].tsRecv < all.tsRecv[i]; next++) {
      const record = others[next];
      if (record.type === 'definition') yield { kind: 'definition', row: belonging(record) };
      else if (record.type === 'statistics') yield { kind: 'statistic', row: record };
      else yield { kind: 'optionTrade', row: record };
    }
  }
}

function streamed(restartEvery: number): Map<string, GatheredTables> {
  const rows = new Map(CONTRACTS.map((contract) => [contract, new GatheredTables()]));
  const add = (events: readonly MarketEvent[]) => {
    for (const { contract, event } of events) rows.get(contract)!.add(rowsIn([event]));
  };
  let stream = new MarketStream(CONTRACTS.map(open));
  for (const [contract, id] of ids) stream.map(id, contract);
  let count = 0;
  for (const input of feed()) {
    stream.push(input);
    if (++count % restartEvery > 0) continue;
    add(stream.take());
    stream = restoreState(new MarketStream(CONTRACTS.map(open)), saveState(stream));
  }
  stream.push({ kind: 'end' });
  add(stream.take());
  return rows;
}

test('each contract has the rows it has alone, wherever the stream is stopped', () => {
  const rows = streamed(2500);
  for (const contract of CONTRACTS) {
    const expected = alone(contract);
    const found = rows.get(contract)!.build();
    expect(found.get('silver.bars')!.rowCount).toBeGreaterThan(500);
    for (const [name, table] of expected) {
      expect([contract, name, found.get(name)!.rowCount]).toEqual([contract, name, table.rowCount]);
      for (const [column, values] of Object.entries(table.columns))
        expect([column, found.get(name)!.columns[column]]).toEqual([column, values]);
    }
  }
  expect(alone('ESH4').get('silver.option_flow')!.rowCount).toBeGreaterThan(500);
});

test('records of unmapped instruments are ignored, and an episode is emitted as soon as it begins', () => {
  const stream = new MarketStream([open('ESH4')]);
  stream.map(ids.get('ESH4')!, 'ESH4');
  const seen: string[] = [];
  for (const input of feed()) {
    stream.push(input);
    for (const { contract, event } of stream.take())
      if (event.kind === 'episode') seen.push(`${contract} ${event.episode.id}`);
  }
  const episodes = alone('ESH4').get('gold.episodes')!;
  expect(seen).toEqual(
    (episodes.columns.episode_id as string[]).slice(0, episodes.rowCount).map((id) => `ESH4 ${id}`),
  );
  expect(seen.length).toBeGreaterThan(2);
});
