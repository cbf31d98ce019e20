/** Work in a thread as an activity of Temporal's: heartbeats, cancellation, and what is told of its end. */
import { Context } from '@temporalio/activity';
import { noteFailure } from '../failures';
import type { StageProgress } from '../stages/stage';
import type { ThreadPool } from './pool';

/**
 * Heartbeats come from the main thread's timer, not from progress: work may sit in one long write. The main thread
 * is never busy for long, so a missing heartbeat means that the process is gone.
 */
const HEARTBEAT_EVERY_MS = 2_000;

/** A piece of work that has ended. */
export interface Ended {
  /** What was done and how that went, in a line. */
  readonly line: string;
  /** What it was about, such as `layer`, `contract` and `trade_date`. */
  readonly about: Readonly<Record<string, string>>;
  /** `failed`, `cancelled`, or what it says itself. */
  readonly status: string;
  /** Waiting for a thread included. */
  readonly seconds: number;
  readonly rows?: number;
}

interface Told<Result> {
  /** What is done, e.g. `ESH4 2024-03-05 silver`. */
  readonly what: string;
  readonly about: Readonly<Record<string, string>>;
  /** How it has ended, in words. */
  readonly describe: (result: Result) => string;
  /** The same in figures. */
  readonly figures?: (result: Result) => { status: string; rows?: number };
  readonly told: (ended: Ended) => void;
}

export async function runInThread<Request, Result>(
  pool: ThreadPool<Request, Result>,
  request: Request,
  { what, about, describe, figures = () => ({ status: 'done' }), told }: Told<Result>,
): Promise<Result> {
  const { heartbeat, cancellationSignal: signal } = Context.current();
  const started = performance.now();
  const end = (how: string, more: { status: string; rows?: number }) =>
    told({ line: `${what}: ${how}`, about, seconds: (performance.now() - started) / 1000, ...more });
  let latest: StageProgress = { phase: 'waiting for a thread', done: 0, total: 0 };
  const beat = setInterval(() => heartbeat(latest), HEARTBEAT_EVERY_MS);
  try {
    const result = await pool.run(request, { signal, progress: (progress) => (latest = progress) });
    end(describe(result), figures(result));
    return result;
  } catch (error) {
    const { type, message } = noteFailure(error);
    if (signal.aborted) end('cancelled', { status: 'cancelled' });
    else end(`failed, ${type}: ${message}`, { status: 'failed' });
    throw error;
  } finally {
    clearInterval(beat);
  }
}
