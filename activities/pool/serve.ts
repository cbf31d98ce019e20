/** The thread's side of the pool: runs one stage at a time and reports. */
import { parentPort, workerData } from 'node:worker_threads';
import { noteFailure } from '../failures';
import type { StageContext, StageProgress, StageRequest, StageResult } from '../stages/stage';
import type { StageSettings } from '../stages/stages';
import type { FromThread, ToThread } from './protocol';

/** Least time between two reports to the pool: a stage may report after every batch. */
const REPORT_EVERY_MS = 250;

type RunStage = (
  request: StageRequest,
  context: StageContext,
  settings: StageSettings,
) => Promise<StageResult>;

/** Runs the stages that the pool asks this thread for, one at a time. */
export function serveStages(runStage: RunStage): void {
  const port = parentPort;
  if (!port) throw new Error('serveStages runs in a thread of the pool');
  const settings = workerData as StageSettings;
  let abort = new AbortController();

  const post = (message: FromThread) => port.postMessage(message);
  const run = async (request: StageRequest) => {
    abort = new AbortController();
    try {
      const context = {
        progress: throttled((progress) => post({ kind: 'progress', progress })),
        signal: abort.signal,
      };
      post({ kind: 'done', result: await runStage(request, context, settings) });
    } catch (error) {
      post({ kind: 'failed', failure: noteFailure(error) });
    }
  };
  port.on('message', (message: ToThread) => {
    if (message.kind === 'cancel') abort.abort();
    else void run(message.request);
  });
}

/** Passes on the first report of a phase, then at most one every `REPORT_EVERY_MS`. */
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
