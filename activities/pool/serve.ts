/** The thread's side of the pool: does one piece of work at a time and reports. */
import { parentPort, workerData } from 'node:worker_threads';
import { listen } from '../../lake/told';
import { noteFailure } from '../failures';
import type { StageContext, StageProgress } from '../stages/stage';
import type { StageSettings } from '../stages/stages';
import type { FromThread, ToThread } from './protocol';

/** Least time between two reports to the pool: work may report after every batch. */
const REPORT_EVERY_MS = 250;

/** Does the work that the pool asks this thread for, one piece at a time. @param work is given what the pool's own requests are */
export function serveWork(
  work: (request: never, context: StageContext, settings: StageSettings) => Promise<unknown>,
): void {
  const port = parentPort;
  if (!port) throw new Error('serveWork runs in a thread of the pool');
  const settings = workerData as StageSettings;
  let abort = new AbortController();

  const post = (message: FromThread<unknown>) => port.postMessage(message);
  listen((told) => post({ kind: 'told', told }));
  const run = async (request: never) => {
    abort = new AbortController();
    try {
      const context = {
        progress: throttled((progress) => post({ kind: 'progress', progress })),
        signal: abort.signal,
      };
      post({ kind: 'done', result: await work(request, context, settings) });
    } catch (error) {
      post({ kind: 'failed', failure: noteFailure(error) });
    }
  };
  port.on('message', (message: ToThread<never>) => {
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
