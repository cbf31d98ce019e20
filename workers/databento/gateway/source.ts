/** What a gateway serves: records of a market in order of time, and the names of its instruments. */
import type { Schema } from '../../../graph/dbn';
import type { SymbolInterval } from '../../../graph/dbn/symbology';

/** Records of version 3 without `ts_out`, one after the other; not changed once it is handed out. */
export interface RecordBlock {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** Where each record begins; `offsets[count]` is where the last one ends. */
  readonly offsets: Uint32Array;
  /** Times by which records are ordered: ts_recv, or ts_event of those without it, ns UTC; never falling. */
  readonly times: BigUint64Array;
}

export interface MarketSource {
  /** Whose data these are: `GLBX.MDP3`. */
  readonly dataset: string;
  /** Schemas there are records of. */
  readonly schemas: ReadonlySet<Schema>;
  /** What is known of names: an id, its symbol, from when to when. */
  readonly symbols: readonly SymbolInterval[];
  /**
   * All records from the beginning, in order of time; those that end before `from` (ns UTC) may be left out.
   * Blocks are read no faster than they are taken.
   */
  blocks(from: bigint, signal: AbortSignal): AsyncIterable<RecordBlock>;
}
