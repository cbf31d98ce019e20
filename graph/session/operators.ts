/** What goes into the operators of a session, and what comes out. */
import type { TableBatch } from '../datasets/schema';
import type { EpisodeEvent } from '../episodes/episode';
import type { OptionRecord } from '../options/inputs';
import type { CheckResult } from '../quality/checks';
import type { MboBatch } from '../records/mbo';
import type { Operator } from '../state/operator';
import type { VectorEvent } from '../vectors/vectorBuilder';
import type { SessionFrame } from './inputs';

/**
 * In the order in which it became known: by time of capture, and at one instant the future's records before those of its options.
 * Batches belong to the caller, and are valid during the call only.
 */
export type SessionInput =
  /** Records `from` to `to` of the contract. */
  | { readonly kind: 'records'; readonly batch: MboBatch; readonly from: number; readonly to: number }
  /** What became known of the options on its product. */
  | { readonly kind: 'option'; readonly record: OptionRecord }
  /** Rows of a dataset the operator is computed from, each table in order of time. */
  | { readonly kind: 'rows'; readonly batch: TableBatch }
  /** The input ends here: the session's close, or where the data break off. Nothing may follow. */
  | { readonly kind: 'end' };

/** What an operator emits as soon as it is known. Tables are one consumer. */
export type SessionEvent =
  /** An approach is under way, an episode began, a level was touched, a barrier reached, an outcome measured. */
  | EpisodeEvent
  /** The vector of an episode or an approach, when the last bar before it is complete. */
  | VectorEvent
  /** Rows of a table, complete. */
  | { readonly kind: 'rows'; readonly batch: TableBatch }
  /** What was found about the input's quality; at its end. */
  | { readonly kind: 'check'; readonly check: CheckResult };

/** Follows the session of one contract on one trade date. */
export type OpenedOperator = Operator<SessionInput, SessionEvent>;

/** Computed from the records of a session, and from rows of other datasets of the same contract-date. */
export interface SessionOperator {
  readonly kind: 'session';
  /** Path of its source file, without the ending. */
  readonly module: string;
  /** @param frame what its datasets declare to be known before the first record, and the settings they declare */
  readonly open: (frame: SessionFrame) => OpenedOperator;
}

/** The rows among the events. */
export const rowsIn = (events: readonly SessionEvent[]): TableBatch[] =>
  events.flatMap((event) => (event.kind === 'rows' ? event.batch : []));
