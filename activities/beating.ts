/** Heartbeats of small activities. */
import { Context } from '@temporalio/activity';

/** A heartbeat is missing when the process is gone: nothing here keeps the thread busy for long. */
const HEARTBEAT_EVERY_MS = 2_000;

/**
 * Runs the work of an activity with heartbeats, so that another worker soon takes over from one that is gone.
 * @param work is given the signal that cancels it, with its reason, when this worker stops
 */
export async function beating<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { heartbeat, cancellationSignal } = Context.current();
  const beat = setInterval(heartbeat, HEARTBEAT_EVERY_MS);
  try {
    return await work(cancellationSignal);
  } finally {
    clearInterval(beat);
  }
}
