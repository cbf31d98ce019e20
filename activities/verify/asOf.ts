/**
 * As-of: cutting the input off at a time changes nothing that was known before it.
 *
 * The contract-date is computed whole, then again from the records and option data captured up to each of a number of random
 * times, as if the day had ended there. Of every table, the rows known before the last event of the shorter input must be the
 * same in both, bit for bit, and the same in number.
 */
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import type { KnownAt } from '../../graph/catalog/dataset';
import { GatheredTables } from '../../graph/datasets/gather';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { TableBatch } from '../../graph/datasets/schema';
import { SpymasterError } from '../../graph/errors';
import { Action, Flag, type MboBatch } from '../../graph/records/mbo';
import { NS_PER_SECOND } from '../../graph/market/time';
import { TableComparison } from '../../graph/quality/comparison';
import { knownBefore } from '../../graph/stream/knownAt';
import { rowsIn } from '../../graph/session/operators';
import { OptionReplay, pushMerged, type OptionRows } from '../../graph/session/optionReplay';
import type { FeatureSettings } from '../../graph/settings';
import { Random } from '../../graph/random/random';
import type { Lake } from '../../lake/lake';
import type { StageContext } from '../stages/stage';
import { sessionStart, partitionOf, type SessionStart } from './contractDate';
import { openDeclared, readRecords, type OpenSession, type Verdict } from './session';

interface AsOfRequest {
  contract: string;
  tradeDate: string;
  /** How many times the input is cut off. */
  cuts: number;
  seed: number;
}

/** One truncation of the input. */
interface Cut {
  /** Capture time of the last record left, ns UTC. */
  at: bigint;
  /** Records left. */
  records: number;
}

export interface AsOfVerdict extends Verdict {
  records: number;
  cuts: Cut[];
}

/** Candidate places drawn per cut: some cannot be used. */
const CANDIDATES = 8;

type Tables = Map<string, TableBatch>;

/**
 * @param open opens the session under test
 * @throws SpymasterError NoInput if Bronze of the contract-date is not published; Cancelled
 */
export async function verifyAsOf(
  lake: Lake,
  settings: FeatureSettings,
  { contract, tradeDate, cuts: wanted, seed }: AsOfRequest,
  { progress, signal }: StageContext,
  graph: DatasetGraph = DATASET_GRAPH,
  open: OpenSession = openDeclared(graph),
): Promise<AsOfVerdict> {
  const partition = partitionOf({ contract, tradeDate });
  const start = await sessionStart(lake, settings, contract, tradeDate, signal);
  const { inputs, options, records } = start;

  const whole = new Run(open, start, options);
  const random = new Random(seed).fork('cuts');
  const candidates = randomPlaces(records, wanted * CANDIDATES, random);
  const times = new Set<bigint>();
  let next = 0;
  await readRecords(
    lake,
    partition,
    (batch) => {
      for (; next < candidates.length && candidates[next] < whole.records + batch.length; next++) {
        const i = candidates[next] - whole.records;
        // A snapshot is thousands of records captured at one time.
        if ((batch.flags[i] & Flag.Snapshot) === 0) times.add(batch.tsRecv[i]);
      }
      whole.push(batch, batch.length);
      progress({ phase: 'computing the whole day', done: whole.records, total: records });
      return true;
    },
    signal,
  );
  const expected = whole.end();

  const barNanos = inputs.settings.bars.seconds * NS_PER_SECOND;
  const comparisons = new Map(
    [...expected].map(([name, { contract: table }]) => [name, new TableComparison(table)]),
  );
  const chosen = someOf([...times], wanted, random);
  const cuts: Cut[] = [];
  for (const at of chosen) {
    const part = new Run(open, start, until(options, at));
    const phase = `cut ${cuts.length + 1} of ${chosen.length}`;
    await readRecords(
      lake,
      partition,
      (batch) => {
        const left = recordsUntil(batch, at);
        part.push(batch, left);
        progress({ phase, done: part.records, total: records });
        return left === batch.length;
      },
      signal,
    );
    compare(graph, expected, part.end(), part.lastEvent, barNanos, comparisons);
    cuts.push({ at, records: part.records });
  }
  return {
    contract,
    tradeDate,
    records,
    cuts,
    comparisons: [...comparisons.values()].map((comparison) => comparison.result()),
  };
}

/** One computation of the day, or of its beginning. */
class Run {
  records = 0;
  /** Latest ts_event at the end of an event, snapshots apart, ns UTC: how far the books and bars have come. */
  lastEvent = 0n;
  /** ts_event of the last record. */
  private open = 0n;
  private readonly session;
  private readonly options: OptionReplay;
  private readonly rows = new GatheredTables();

  constructor(open: OpenSession, { inputs }: SessionStart, options: OptionRows) {
    this.session = open(inputs);
    this.options = new OptionReplay(options, this.session.frame);
  }

  /** Pushes the first `length` records of a batch. */
  push(batch: MboBatch, length: number): void {
    for (let i = 0; i < length; i++) {
      const timeless = (batch.flags[i] & Flag.Snapshot) !== 0 || batch.action[i] === Action.Clear;
      if (timeless) continue;
      // Without F_LAST the event before has ended where this one begins, and is the last that is known to have.
      if ((batch.flags[i] & Flag.Last) !== 0) this.reach(batch.tsEvent[i]);
      else if (batch.tsEvent[i] !== this.open) this.reach(this.open);
      this.open = batch.tsEvent[i];
    }
    pushMerged(this.session, batch, this.options, 0, length);
    this.records += length;
    this.rows.add(rowsIn(this.session.take()));
  }

  private reach(tsEvent: bigint): void {
    if (tsEvent > this.lastEvent) this.lastEvent = tsEvent;
  }

  end(): Tables {
    this.rows.add(rowsIn(this.session.end()));
    return this.rows.build();
  }
}

function compare(
  graph: DatasetGraph,
  whole: Tables,
  part: Tables,
  until: bigint,
  barNanos: number,
  comparisons: Map<string, TableComparison>,
): void {
  for (const [name, comparison] of comparisons) {
    const known = knownAt(graph, name);
    const [expected, found] = [whole.get(name)!, part.get(name)!];
    comparison.add(
      { table: expected, rows: knownBefore(known, expected, until, barNanos) },
      { table: found, rows: knownBefore(known, found, until, barNanos) },
      { open: { columns: known.open ?? [], until } },
    );
  }
}

/** @throws SpymasterError BadArgument if nothing says when its rows were known */
function knownAt(graph: DatasetGraph, name: string): KnownAt {
  const { known } = graph.dataset(name);
  if (known) return known;
  throw new SpymasterError('BadArgument', `Nothing says when rows of ${name} were known`, {
    expected: '`known` in its declaration',
  });
}

/** `wanted` different places among the records, the last one excepted, in order. */
function randomPlaces(records: number, wanted: number, random: Random): number[] {
  const places = new Set<number>();
  while (places.size < Math.min(wanted, records - 1)) places.add(random.below(records - 1));
  return [...places].sort((a, b) => a - b);
}

/** `wanted` of the times, in order. */
function someOf(times: bigint[], wanted: number, random: Random): bigint[] {
  while (times.length > wanted) times.splice(random.below(times.length), 1);
  return times;
}

/** A cut never separates records captured at one instant. */
function recordsUntil({ tsRecv, length }: MboBatch, at: bigint): number {
  let count = length;
  while (count > 0 && tsRecv[count - 1] > at) count--;
  return count;
}

function until({ definitions, statistics, trades }: OptionRows, at: bigint): OptionRows {
  const known = ({ tsRecv }: { tsRecv: bigint }) => tsRecv <= at;
  return {
    definitions: definitions.filter(known),
    statistics: statistics.filter(known),
    trades: trades.filter(known),
  };
}
