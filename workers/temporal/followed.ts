/** Workflows that are followed from the command line: calls that end with a signal, and why one failed. */
import { setMaxListeners } from 'node:events';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { recallFailure } from '../../activities/failures';
import type { FailureDetails } from '../../graph/errors';

/** A call that is cancelled with a signal, before the connection it uses is closed; none is made when it has been aborted. */
export async function abortable<T>(
  signal: AbortSignal,
  handle: WorkflowHandle,
  call: () => Promise<T>,
): Promise<T> {
  // The SDK hears only of what is aborted during a call.
  signal.throwIfAborted();
  // The SDK leaves a listener on the signal for every request: a signal of the call's own is dropped with them.
  const own = AbortSignal.any([signal]);
  setMaxListeners(0, own);
  return handle.client.withAbortSignal(own, call);
}

/** The root cause of a failed workflow, as the SpymasterError it was: what to do about it too. */
export function rootCause(workflowId: string, cause: Error | undefined): Error {
  let root = cause;
  while (root?.cause instanceof Error) root = root.cause;
  const type = root && 'type' in root ? String(root.type) : 'Error';
  // As `toApplicationFailure` puts them there.
  const [details = {}] = (root instanceof ApplicationFailure && root.details) || [];
  return recallFailure({
    type,
    message: `${workflowId} failed: ${root?.message ?? 'for no known reason'}`,
    details: details as FailureDetails,
  });
}
