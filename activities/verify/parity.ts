/**
 * Parity: what a stream computes is what the batch stages have published.
 *
 * The contract-date's records go through the session graph as a live worker would see them: in pieces of random sizes, the worker
 * being replaced now and then, which leaves nothing but the saved state. Every row must be the one in the lake, bit for bit.
 */
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import { GatheredTables } from '../../graph/datasets/gather';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { TableBatch } from '../../graph/datasets/schema';
import type { MboBatch } from '../../graph/records/mbo';
import { TableComparison } from '../../graph/quality/comparison';
import { rowsIn } from '../../graph/session/operators';
import { OptionReplay, pushMerged } from '../../graph/session/optionReplay';
import { SessionGraph } from '../../graph/stream/sessionGraph';
import { restoreState, saveState } from '../../graph/state/blob';
import { Random } from '../../graph/random/random';
import { currentSettings } from '../stages/currentSettings';
import { sharedLake } from '../stages/sharedLake';
import type { StageContext } from '../stages/stage';
import type { StageSettings } from '../stages/stages';
import { partitionOf, requireCurrent, sessionStart, type SessionStart } from './contractDate';
import { partitionRows } from './partitionRows';
import { readRecords, type Verdict } from './session';

interface ParityRequest {
  symbol: string;
  contract: string;
  tradeDate: string;
  seed: number;
}

export interface ParityVerdict extends Verdict {
  records: number;
  /** Pieces the records came in, and how often the session was saved and restored between them. */
  pieces: number;
  restarts: number;
}

/** Largest piece, records, as a power of two: sizes are even on the scale of powers. */
const LARGEST_PIECE = 14;
const MEAN_PIECE = (2 ** LARGEST_PIECE - 1) / (LARGEST_PIECE * Math.LN2);
const RESTARTS = 20;

/** @throws SpymasterError NoInput unless all layers of the contract-date are published and current; Cancelled */
export async function verifyParity(
  configured: StageSettings,
  { symbol, contract, tradeDate, seed }: ParityRequest,
  { progress, signal }: StageContext,
  graph: DatasetGraph = DATASET_GRAPH,
): Promise<ParityVerdict> {
  const settings = await currentSettings(configured);
  await requireCurrent(settings, symbol, contract, tradeDate, graph);
  const lake = await sharedLake(settings);
  const partition = partitionOf({ contract, tradeDate });
  const start = await sessionStart(lake, settings.features, contract, tradeDate, signal);
  const stream = new InterruptedStream(start, graph, new Random(seed).fork('parity'));
  let done = 0;
  await readRecords(
    lake,
    partition,
    (batch) => {
      stream.push(batch);
      done += batch.length;
      progress({ phase: 'streaming', done, total: start.records });
      return true;
    },
    signal,
  );
  const streamed = stream.end();
  const { pieces, restarts } = stream;

  const comparisons = [];
  for (const [name, found] of streamed) {
    const table = graph.table(name);
    progress({ phase: `comparing ${name}`, done: 0, total: 0 });
    const comparison = new TableComparison(table);
    comparison.add({ table: await partitionRows(lake, table, partition, { signal }) }, { table: found });
    comparisons.push(comparison.result());
  }
  return { contract, tradeDate, records: start.records, pieces, restarts, comparisons };
}

/** A stream of pieces, with the worker replaced at random. */
class InterruptedStream {
  pieces = 0;
  restarts = 0;
  private session: SessionGraph;
  private options: OptionReplay;
  private readonly rows = new GatheredTables();
  /** Capture time of the last record, ns since the origin. */
  private recv = -Infinity;
  private readonly restartChance: number;

  constructor(
    private readonly start: SessionStart,
    private readonly graph: DatasetGraph,
    private readonly random: Random,
  ) {
    this.session = this.open();
    this.options = new OptionReplay(start.options, this.session.frame);
    this.restartChance = Math.min(0.25, (RESTARTS * MEAN_PIECE) / start.records);
  }

  push(batch: MboBatch): void {
    const { random } = this;
    for (let from = 0; from < batch.length;) {
      const to = Math.min(from + Math.floor(2 ** (LARGEST_PIECE * random.unit())), batch.length);
      pushMerged(this.session, batch, this.options, from, to);
      this.recv = this.session.frame.origin.offset(batch.tsRecvWords, to - 1);
      this.pieces++;
      from = to;
      if (random.chance(this.restartChance)) this.restart();
    }
  }

  end(): Map<string, TableBatch> {
    this.rows.add(rowsIn(this.session.end()));
    return this.rows.build();
  }

  /** Replaces the session by a new one restored from its saved state. */
  private restart(): void {
    this.rows.add(rowsIn(this.session.take()));
    this.session = restoreState(this.open(), saveState(this.session));
    this.options = new OptionReplay(this.start.options, this.session.frame, this.recv);
    this.restarts++;
  }

  private open(): SessionGraph {
    return new SessionGraph(this.start.inputs, this.graph.computations);
  }
}
