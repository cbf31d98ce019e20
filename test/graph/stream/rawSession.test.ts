/** Raw records in pieces, with stops between, give what batch gives in two steps: Bronze, and then the operators. */
import fc from 'fast-check';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { GatheredTables } from '../../../graph/datasets/gather';
import type { CheckResult } from '../../../graph/quality/checks';
import { bronzeChecks } from '../../../graph/quality/checks';
import { Action, MboBatch } from '../../../graph/records/mbo';
import { frameOf } from '../../../graph/session/inputs';
import { rowsIn, type SessionEvent } from '../../../graph/session/operators';
import { SessionFilter, type SessionFilterSink } from '../../../graph/session/sessionFilter';
import { featureSettings } from '../../../graph/settings';
import { Simulation } from '../../../graph/sim/simulation';
import { restoreState, saveState } from '../../../graph/state/blob';
import { RawSession } from '../../../graph/stream/rawSession';
import { SessionGraph } from '../../../graph/stream/sessionGraph';
import { appendMbo } from '../../../lake/parquet/mbo';
import { PRODUCTS } from '../../support/products';

const settings = featureSettings.parse({ bars: { seconds: 60 }, episodes: { sessionWindow: 'all-hours' } });
const inputs = { contract: 'ESH4', tradeDate: '2024-03-06', settings };
const { computations } = DATASET_GRAPH;

/** Two days of the contract, so that the second begins with a book; one record in 500 cannot be used. */
const raw = new MboBatch(60_000);

beforeAll(() => {
  const pool = { take: () => new MboBatch(8192), give: () => undefined };
  const request = { symbol: 'ES', from: '2024-03-05', days: 2, events: 10_000, strength: 0.5, seed: 4 };
  for (const output of new Simulation({ ...request, options: false }, pool, PRODUCTS).run())
    if (output.kind === 'mbo') appendMbo(raw, output.batch, 0, output.batch.length);
  const [first] = raw.instrumentId;
  for (let i = 0; i < raw.length; i++) {
    if (raw.instrumentId[i] !== first) throw new Error('another contract trades on that day');
    if (i % 500 === 499) raw.action[i] = 'X'.charCodeAt(0);
  }
});

/** What is captured of a session: the records as they were kept, and what was set aside. */
class Captured implements SessionFilterSink {
  readonly kept = new MboBatch(raw.length);
  readonly rejected: string[] = [];

  keep(batch: MboBatch, from: number, to: number): void {
    appendMbo(this.kept, batch, from, to);
  }

  reject(batch: MboBatch, i: number, reason: string, kept: number): void {
    this.rejected.push(`${batch.orderId[i]} ${reason} after ${kept}`);
  }
}

function outcome(events: readonly SessionEvent[], { kept, rejected }: Captured, opening?: Uint8Array) {
  const rows = new GatheredTables();
  rows.add(rowsIn(events));
  return {
    tables: Object.fromEntries(
      [...rows.build()].map(([name, { rowCount, columns }]) => [name, { rowCount, columns }]),
    ),
    checks: events.flatMap((event): CheckResult[] => (event.kind === 'check' ? [event.check] : [])),
    kept: [...kept.orderId.subarray(0, kept.length)],
    rejected,
    opening,
  };
}

function batch() {
  const captured = new Captured();
  const filter = new SessionFilter(frameOf(inputs), captured);
  filter.begin(new Set([raw.instrumentId[0]]), new Set());
  filter.push(raw);
  const openingBook = filter.openingBook && saveState(filter.openingBook);
  const session = new SessionGraph({ ...inputs, openingBook }, computations);
  session.push({ kind: 'records', batch: captured.kept, from: 0, to: captured.kept.length });
  const events = session.end();
  const checks = bronzeChecks(filter.facts(raw.length));
  const found = outcome(events, captured, openingBook);
  return { ...found, checks: [...found.checks, ...checks] };
}

/** @param cuts where records are pushed up to before the session is saved and another goes on from there */
function stream(cuts: readonly number[]) {
  const captured = new Captured();
  let session = new RawSession(inputs, computations, captured);
  const events: SessionEvent[] = [];
  let from = 0;
  for (const to of [...cuts, raw.length]) {
    session.push({ kind: 'records', batch: raw, from, to });
    events.push(...session.take());
    session = restoreState(new RawSession(inputs, computations, captured), saveState(session));
    from = to;
  }
  events.push(...session.end());
  return outcome(events, captured, saveState(session.openingBook!));
}

test('whatever the pieces, wherever it is stopped', () => {
  const expected = batch();
  expect(expected.tables['silver.bars'].rowCount).toBeGreaterThan(500);
  expect(expected.tables['gold.episodes'].rowCount).toBeGreaterThan(2);
  expect(expected.rejected.length).toBeGreaterThan(10);
  expect(expected.opening!.length).toBeGreaterThan(1000);
  expect(raw.action.subarray(0, raw.length)).toContain(Action.Trade);
  const cuts = fc.array(fc.nat(raw.length), { maxLength: 6 }).map((all) => all.sort((a, b) => a - b));
  fc.assert(
    fc.property(cuts, (at) => {
      const { checks, ...found } = stream(at);
      const { checks: sooner, ...rest } = expected;
      expect(found).toEqual(rest);
      expect(new Set(checks)).toEqual(new Set(sooner));
    }),
    { numRuns: 5, examples: [[[]], [[1, 2, 3]]] },
  );
});

test('is opened by the first record of its window, with the book of those before', () => {
  const session = new RawSession(inputs, computations, new Captured());
  expect(session.openingBook).toBeUndefined();
  session.push({ kind: 'records', batch: raw, from: 0, to: 100 });
  expect(session.take()).toEqual([]);
  expect(session.openingBook!.orderCount).toBeGreaterThan(10);
  expect(session.hasBegun).toBe(false);
});

test('a state of another day is refused', () => {
  const saved = saveState(new RawSession(inputs, computations, new Captured()));
  const other = new RawSession({ ...inputs, tradeDate: '2024-03-07' }, computations, new Captured());
  expect(() => restoreState(other, saved)).toThrow(
    expect.objectContaining({
      code: 'CorruptState',
      details: expect.objectContaining({ expected: 'the state of ESH4 2024-03-07' }),
    }),
  );
});
