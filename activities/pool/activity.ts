/** Work in a thread as an activity of Temporal's: heartbeats, cancellation, and what is told of its end. */
import { Context } from '@temporalio/activity';
import { noteFailure } from '../failures';
import { abandon, type OpenRun } from '../lineage/openRuns';
import type { StageProgress } from '../stages/stage';
import type { ThreadPool } from './pool';

/**
 * Heartbeats come from the main thread's timer, not from progress: work may sit in one long write. The main thread
 * is never busy for long, so a missing heartbeat means that the process is gone.
 */
const HEARTBEAT_EVERY_MS = 2_000;

/** What a heartbeat says: for whoever watches, and for the next attempt where this one's process is killed. */
interface Heartbeat extends StageProgress {
  /** Runs that lineage has heard to begin, and not to end. */
  open: readonly OpenRun[];
}

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
  const { info, heartbeat, cancellationSignal: signal } = Context.current();
  const started = performance.now();
  const end = (how: string, more: { status: string; rows?: number }) =>
    told({ line: `${what}: ${how}`, about, seconds: (performance.now() - started) / 1000, ...more });
  let latest: StageProgress = { phase: 'waiting for a thread', done: 0, total: 0 };
  let open: readonly OpenRun[] = [];
  const beat = () => heartbeat({ ...latest, open } satisfies Heartbeat);
  const beats = setInterval(beat, HEARTBEAT_EVERY_MS);
  const opened = (runs: readonly OpenRun[]) => {
    open = runs;
    beat();
  };
  abandon((info.heartbeatDetails as Partial<Heartbeat> | undefined)?.open);
  try {
    const result = await pool.run(request, { signal, progress: (at) => (latest = at), opened });
    end(describe(result), figures(result));
    return result;
  } catch (error) {
    const { type, message } = noteFailure(error);
    if (signal.aborted) end('cancelled', { status: 'cancelled' });
    else end(`failed, ${type}: ${message}`, { status: 'failed' });
    throw error;
  } finally {
    clearInterval(beats);
  }
}
