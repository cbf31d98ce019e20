/**
 * The one interface of whatever holds state along the stream. Drivers know nothing else of an operator: the batch pushes a day
 * through it, a live worker pushes it record by record and saves it now and then, and both get the same rows.
 */
import type { StateReader, StateWriter } from './codec';

/** Something whose further course depends on what it has seen. */
export interface Stateful {
  /** Writes everything its further course depends on, in a section of its own. */
  save(out: StateWriter): void;
  /**
   * Puts what `save` wrote in place of what a newly made one, of the same options, begins with: it goes on exactly as the saved one
   * would have.
   * @throws SpymasterError CorruptState if the bytes are damaged, of another version, or saved with other options
   */
  restore(from: StateReader): void;
}

/**
 * An operator: input in, time on, output out. Input comes in the order of its arrival. It may be reused by the caller once
 * `push` has returned.
 */
export interface Operator<Input, Output> extends Stateful {
  push(input: Input): void;
  /** Event time has come to `t`, ns since the session's origin: what ends or becomes known by then does. Never goes back. */
  advanceTo(t: number): void;
  /** What became known since the last call, in that order. Must be empty when the operator is saved: nothing is kept twice. */
  take(): Output[];
}
