/**
 * Work off the main thread. Rebuilding a book or fitting a model keeps a core busy for seconds; in the main thread no heartbeat, no
 * cancellation and no other activity would get through meanwhile.
 */
import { Worker } from 'node:worker_threads';
import { keyText, label } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import { shareMemory } from '../../lake/parquet/engineSettings';
import { tell } from '../../lake/told';
import { recallFailure } from '../failures';
import { OpenRuns, type OpenRun } from '../lineage/openRuns';
import type { StageContext, StageRequest, StageResult } from '../stages/stage';
import type { StageSettings } from '../stages/stages';
import type { FromThread, ToThread } from './protocol';

/** Cancelled work may clean up for this long; then its thread is ended. */
const CANCEL_GRACE_MS = 5_000;

/** What whoever waits for a piece of work may be told of it. */
interface WorkContext extends StageContext {
  /** Runs of it that lineage has heard to begin, and not to end. */
  opened?: (runs: OpenRun[]) => void;
}

/** Threads that each do one piece of work at a time. Requests and results are plain data. */
export class ThreadPool<Request, Result> {
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();
  private readonly queue: (() => void)[] = [];
  private free: number;
  private readonly settings: StageSettings;

  /**
   * @param size how much is done at once, each in its own thread; threads are started when first needed
   * @param entry compiled file a thread runs, which calls `serveWork`
   * @param place what a request is about, for the message and the details of a failure
   * @throws SpymasterError BadConfig if DuckDB could use more memory in all of them than the machine has
   */
  constructor(
    size: number,
    settings: StageSettings,
    private readonly entry: string,
    private readonly place: (request: Request) => { text: string; details: Record<string, string> },
  ) {
    // One more in the main thread.
    this.settings = { ...settings, duckdb: shareMemory(settings.duckdb ?? {}, size + 1) };
    this.free = size;
  }

  /**
   * Does one piece of work, when a thread is free.
   * @throws SpymasterError what the work threw; WorkerCrashed when its thread died; the signal's reason when aborted
   */
  async run(request: Request, context: WorkContext): Promise<Result> {
    await this.turn();
    try {
      context.signal.throwIfAborted();
      return await this.runIn(this.idle.pop() ?? this.start(), request, context);
    } finally {
      this.free++;
      this.queue.shift()?.();
    }
  }

  /** Terminates all threads. */
  async close(): Promise<void> {
    await Promise.all([...this.all].map((thread) => thread.terminate()));
  }

  private async turn(): Promise<void> {
    while (this.free === 0) await new Promise<void>((resolve) => this.queue.push(resolve));
    this.free--;
  }

  private start(): Worker {
    const thread = new Worker(this.entry, { workerData: this.settings });
    this.all.add(thread);
    thread.once('exit', () => {
      this.all.delete(thread);
      const at = this.idle.indexOf(thread);
      if (at >= 0) this.idle.splice(at, 1);
    });
    // `runIn` reports the crash of work under way; an idle thread is only dropped.
    thread.on('error', () => {});
    return thread;
  }

  private runIn(thread: Worker, request: Request, context: WorkContext): Promise<Result> {
    const { signal } = context;
    const runs = new OpenRuns();
    return new Promise((resolve, reject) => {
      let grace: NodeJS.Timeout | undefined;
      const send = (message: ToThread<Request>) => thread.postMessage(message);
      const cancel = () => {
        send({ kind: 'cancel' });
        grace = setTimeout(() => void thread.terminate(), CANCEL_GRACE_MS);
      };
      const settle = (finish: () => void) => {
        clearTimeout(grace);
        signal.removeEventListener('abort', cancel);
        thread.off('message', receive).off('error', crash).off('exit', exit);
        finish();
      };
      const release = (finish: () => void) => {
        this.idle.push(thread);
        settle(finish);
      };
      const receive = (message: FromThread<Result>) => {
        if (message.kind === 'told') {
          if (runs.note(message.told)) context.opened?.(runs.list());
          tell(message.told.kind, message.told.event);
        } else if (message.kind === 'progress') context.progress(message.progress);
        else if (signal.aborted) release(() => reject(signal.reason as Error));
        else if (message.kind === 'done') release(() => resolve(message.result));
        else release(() => reject(recallFailure(message.failure)));
      };
      const died = (error: Error) => {
        runs.end(error, signal.aborted);
        context.opened?.(runs.list());
        settle(() => reject(error));
      };
      const crash = (error: Error) => died(this.crashed(request, error.message));
      const exit = (code: number) =>
        died(signal.aborted ? (signal.reason as Error) : this.crashed(request, `exit code ${code}`));

      thread.on('message', receive).once('error', crash).once('exit', exit);
      signal.addEventListener('abort', cancel, { once: true });
      send({ kind: 'run', request });
    });
  }

  private crashed(request: Request, how: string): SpymasterError {
    const { text, details } = this.place(request);
    // Of a missing module Node lists the search path on further lines.
    return new SpymasterError('WorkerCrashed', `The thread ${text} died: ${how.split('\n')[0]}`, details);
  }
}

/** Threads that build layers. */
export class StagePool extends ThreadPool<StageRequest, StageResult> {
  /** @param entry `activities/pool/thread`, or another of its kind */
  constructor(size: number, settings: StageSettings, entry: string) {
    super(size, settings, entry, ({ layer, scope }) => ({
      text: `building ${layer} of ${label(scope)}`,
      details: { layer, partition: keyText(scope) },
    }));
  }
}
