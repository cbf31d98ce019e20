/** A workflow's run followed at the terminal. */
import type { WorkflowHandle } from '@temporalio/client';
import { abortable } from '../../temporal/followed';
import { aborted } from './interrupt';

const SHOW_EVERY_MS = 500;

/**
 * Shows how a run is, twice a second, until it ends.
 * @param show asks the run how it is and shows what it says; only a worker can answer, and without one the run waits too
 * @returns its result; undefined when the signal was aborted first
 * @throws WorkflowFailedError when it failed or was cancelled
 */
export async function followRun<Result>(
  handle: WorkflowHandle,
  signal: AbortSignal,
  show: () => Promise<void>,
): Promise<Result | undefined> {
  const ended = abortable(signal, handle, () => handle.result() as Promise<Result>);
  const settled = Promise.race([ended, aborted(signal)]).then((result) => ({ result: result ?? undefined }));
  try {
    for (;;) {
      const pause = new Promise((resolve) => setTimeout(resolve, SHOW_EVERY_MS));
      const outcome = await Promise.race([settled, Promise.all([show(), pause])]);
      if ('result' in outcome) return outcome.result;
    }
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
