/** The thread's side of the pool: runs one stage at a time and reports. */
import { parentPort, workerData } from 'node:worker_threads';
import { noteFailure } from '../failures';
import type { StageContext, StageProgress, StageRequest, StageResult } from '../stages/stage';
import type { StageSettings } from '../stages/stages';
import type { FromThread, ToThread } from './protocol';

/** A stage may report after every batch; the pool hears of it this often. */
const REPORT_EVERY_MS = 250;

type RunStage = (
  request: StageRequest,
  context: StageContext,
  settings: StageSettings,
) => Promise<StageResult>;

/** Serves the pool that started this thread until that ends it. */
export function serveStages(runStage: RunStage): void {
  const port = parentPort;
  if (!port) throw new Error('serveStages runs in a thread of the pool');
  const settings = workerData as StageSettings;
  let abort = new AbortController();

  const tell = (message: FromThread) => port.postMessage(message);
  const run = async (request: StageRequest) => {
    abort = new AbortController();
    try {
      const context = {
        progress: throttled((progress) => tell({ kind: 'progress', progress })),
        signal: abort.signal,
      };
      tell({ kind: 'done', result: await runStage(request, context, settings) });
    } catch (error) {
      tell({ kind: 'failed', failure: noteFailure(error) });
    }
  };
  port.on('message', (message: ToThread) => {
    if (message.kind === 'cancel') abort.abort();
    else void run(message.request);
  });
}

/** Passes on the first report of a phase, and then one every so often. */
function throttled(report: (progress: StageProgress) => void): (progress: StageProgress) => void {
  let phase = '';
  let due = 0;
  return (progress) => {
    const now = performance.now();
    if (progress.phase === phase && now < due) return;
    phase = progress.phase;
    due = now + REPORT_EVERY_MS;
    report(progress);
  };
}
