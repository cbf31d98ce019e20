/** Request and output of a simulation. */
import type { DbnMetadata, DbnRecord } from '../../dbn';
import type { IsoDate } from '../../market/days';
import type { MboBatch } from '../../records/mbo';
import type { Outcome } from '../flow/approaches';

export interface SimulationRequest {
  /** Product, e.g. `ES`. */
  readonly symbol: string;
  /** First price, points; default: a usual one of the product. */
  readonly price?: number;
  /** First trade date. */
  readonly from: IsoDate;
  /** Trade dates. */
  readonly days: number;
  /** MBO rows a session, about. */
  readonly events: number;
  /** Share of approaches whose order flow shows their outcome, 0 to 1. */
  readonly strength: number;
  readonly seed: number;
  /** Whether there are options on the future. */
  readonly options: boolean;
}

/** A touch of a level, as written to the truth beside the data. */
export interface TruthRow {
  date: IsoDate;
  contract: string;
  level: string;
  attempt: number;
  direction: 'UP' | 'DOWN';
  /** Points. */
  price: number;
  /** Of the print that touched, ticks beyond the level; before it negative. */
  distance: number;
  /**
   * The approach that ended in the touch, as `LEVEL-number`, and the one whose signal was on the book at the touch: another where approaches
   * overlap, null where the touch came with the first trade of all.
   */
  approach: string;
  signal_of: string | null;
  /** Engine times, ISO 8601. */
  approach_time: string;
  time: string;
  /** Outcome on the latent path, the one the order flow of the approach showed, and the one of the trades. */
  outcome: Outcome;
  shown: Outcome;
  realised: Outcome;
  strength: number;
  seed: number;
}

export type SimulationOutput =
  /** Begins a DBN file; `name` is as Databento names it, less the ending that tells the encoding. */
  | { kind: 'file'; name: string; metadata: DbnMetadata }
  /** Rows of the file begun last. The batch is the receiver's from then on. */
  | { kind: 'mbo'; batch: MboBatch }
  | { kind: 'records'; records: DbnRecord[] }
  /** The file begun last is complete. */
  | { kind: 'end' }
  | { kind: 'truth'; tradeDate: IsoDate; rows: TruthRow[] };

/** Where batches come from; those that stay inside the simulation go back by `give`. */
export interface BatchPool {
  take(): MboBatch;
  give(batch: MboBatch): void;
}
