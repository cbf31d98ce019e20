/**
 * Stages off the main thread. Rebuilding a book keeps a core busy for seconds; in the main thread no heartbeat, no
 * cancellation and no other activity would get through meanwhile.
 */
import { Worker } from 'node:worker_threads';
import { keyText, label } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import { shareMemory } from '../../lake/parquet/engineSettings';
import { recallFailure } from '../failures';
import type { StageContext, StageRequest, StageResult } from '../stages/stage';
import type { StageSettings } from '../stages/stages';
import type { FromThread, ToThread } from './protocol';

/** A cancelled stage may clean up for this long; then its thread is ended. */
const CANCEL_GRACE_MS = 5_000;

export class StagePool {
  private readonly idle: Worker[] = [];
  private readonly all = new Set<Worker>();
  private readonly queue: (() => void)[] = [];
  private free: number;
  private readonly settings: StageSettings;

  /**
   * @param size stages that run at once, each in its own thread; threads are started when first needed
   * @param entry compiled file a thread runs: `activities/pool/thread`, or another that calls `serveStages`
   * @throws SpymasterError BadConfig if DuckDB could use more memory in all of them than the machine has
   */
  constructor(
    size: number,
    settings: StageSettings,
    private readonly entry: string,
  ) {
    // One more in the main thread.
    this.settings = { ...settings, duckdb: shareMemory(settings.duckdb ?? {}, size + 1) };
    this.free = size;
  }

  /**
   * Runs one stage, when a thread is free.
   * @throws SpymasterError what the stage threw; WorkerCrashed when its thread died; the signal's reason when aborted
   */
  async run(request: StageRequest, context: StageContext): Promise<StageResult> {
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
    // `runIn` reports the crash of a running stage; an idle thread is only dropped.
    thread.on('error', () => {});
    return thread;
  }

  private runIn(thread: Worker, request: StageRequest, context: StageContext): Promise<StageResult> {
    const { signal } = context;
    return new Promise((resolve, reject) => {
      let grace: NodeJS.Timeout | undefined;
      const send = (message: ToThread) => thread.postMessage(message);
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
      const receive = (message: FromThread) => {
        if (message.kind === 'progress') context.progress(message.progress);
        else if (signal.aborted) release(() => reject(signal.reason as Error));
        else if (message.kind === 'done') release(() => resolve(message.result));
        else release(() => reject(recallFailure(message.failure)));
      };
      const crash = (error: Error) => settle(() => reject(crashed(request, error.message)));
      const exit = (code: number) =>
        settle(() =>
          reject(signal.aborted ? (signal.reason as Error) : crashed(request, `exit code ${code}`)),
        );

      thread.on('message', receive).once('error', crash).once('exit', exit);
      signal.addEventListener('abort', cancel, { once: true });
      send({ kind: 'run', request });
    });
  }
}

function crashed({ layer, scope }: StageRequest, how: string): SpymasterError {
  // Of a missing module Node lists the search path on further lines.
  const message = `The thread building ${layer} of ${label(scope)} died: ${how.split('\n')[0]}`;
  return new SpymasterError('WorkerCrashed', message, { layer, partition: keyText(scope) });
}
