/** Work in a thread as an activity of Temporal's: heartbeats, cancellation, and a line of what has ended. */
import { Context } from '@temporalio/activity';
import { noteFailure } from '../failures';
import type { StageProgress } from '../stages/stage';
import type { ThreadPool } from './pool';

/**
 * Heartbeats come from the main thread's timer, not from progress: work may sit in one long write. The main thread
 * is never busy for long, so a missing heartbeat means that the process is gone.
 */
const HEARTBEAT_EVERY_MS = 2_000;

interface Told<Result> {
  /** What is done, e.g. `ESH4 2024-03-05 silver`. */
  readonly what: string;
  /** How it has ended, in words. */
  readonly describe: (result: Result) => string;
  /** Is given a line of it. */
  readonly told: (line: string) => void;
}

export async function runInThread<Request, Result>(
  pool: ThreadPool<Request, Result>,
  request: Request,
  { what, describe, told }: Told<Result>,
): Promise<Result> {
  const { heartbeat, cancellationSignal: signal } = Context.current();
  let latest: StageProgress = { phase: 'waiting for a thread', done: 0, total: 0 };
  const beat = setInterval(() => heartbeat(latest), HEARTBEAT_EVERY_MS);
  try {
    const result = await pool.run(request, { signal, progress: (progress) => (latest = progress) });
    told(`${what}: ${describe(result)}`);
    return result;
  } catch (error) {
    const { type, message } = noteFailure(error);
    told(`${what}: ${signal.aborted ? 'cancelled' : `failed, ${type}: ${message}`}`);
    throw error;
  } finally {
    clearInterval(beat);
  }
}
