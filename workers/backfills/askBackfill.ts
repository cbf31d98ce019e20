/** Questions to a backfill that the user named by its id: answered at once, by its worker or by what it has left, or told why not. */
import {
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowHandle,
} from '@temporalio/client';
import { SpymasterError } from '../../graph/errors';
import { lakeOfQueue } from '../../workflows/queues';
import type { BackfillResult } from '../../workflows/backfill';
import { progressQuery, type BackfillProgress } from '../../workflows/messages';
import { pollersOf, servedLakes } from '../temporal/servedLakes';

/** A worker that is there answers in milliseconds; on a machine that is busy with other things, within this. */
const ANSWER_LIMIT_MS = 5_000;

/**
 * What the server says of a backfill.
 * @throws SpymasterError BadArgument when it knows none of that id
 */
export async function describeBackfill(handle: WorkflowHandle): Promise<WorkflowExecutionDescription> {
  const { workflowId } = handle;
  try {
    const description = await handle.describe();
    if (description.type === 'backfill') return description;
    throw wrongId(`${workflowId} is no backfill but a ${description.type}`);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    throw wrongId(`There is no backfill ${workflowId}: \`./spymaster backfill list\` shows those there are`);
  }
}

const wrongId = (message: string) => new SpymasterError('BadArgument', message, { field: 'id' });

/** @throws SpymasterError BadArgument when there is none of that id, or it has ended */
export async function requireRunning(handle: WorkflowHandle): Promise<WorkflowExecutionDescription> {
  const description = await describeBackfill(handle);
  if (description.status.name === 'RUNNING') return description;
  throw new SpymasterError('BadArgument', `${handle.workflowId} has ended: it is ${statusOf(description)}`);
}

export const statusOf = ({ status }: WorkflowExecutionDescription): string => status.name.toLowerCase();

/**
 * Asks a running backfill something that only a worker can answer.
 * @throws SpymasterError BadArgument when it does not run, or refuses what was asked; StoreUnavailable when no worker answers
 */
export async function ask<T>(client: Client, handle: WorkflowHandle, call: () => Promise<T>): Promise<T> {
  const { taskQueue } = await requireRunning(handle);
  await requireWorker(client, taskQueue);
  try {
    return await client.withDeadline(Date.now() + ANSWER_LIMIT_MS, call);
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      throw new SpymasterError('BadArgument', error.cause?.message ?? error.message, {}, { cause: error });
    if (error instanceof ServiceError || error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)
      throw silent(taskQueue, error);
    throw error;
  }
}

/** Whether workers have polled a task queue lately. */
export const isServed = async (client: Client, taskQueue: string): Promise<boolean> =>
  (await pollersOf(client, client.options.namespace, taskQueue)).length > 0;

async function requireWorker(client: Client, taskQueue: string): Promise<void> {
  if (!(await isServed(client, taskQueue)))
    throw new SpymasterError('StoreUnavailable', await noWorkerOf(client, taskQueue));
}

function silent(taskQueue: string, cause: Error): SpymasterError {
  const message =
    `No worker of ${servedBy(taskQueue)} has answered within ${ANSWER_LIMIT_MS / 1000} s: ` +
    'one has ended or hangs, or its machine is very busy. Ask again, or start one with `./spymaster worker`.';
  return new SpymasterError('StoreUnavailable', message, {}, { cause });
}

function servedBy(taskQueue: string): string {
  const lake = lakeOfQueue(taskQueue);
  return lake === undefined ? `the queue ${taskQueue}` : `the lake ${lake}`;
}

/** That no worker takes what is on a queue, what to do about it, and whose workers there are instead. */
export async function noWorkerOf(client: Client, taskQueue: string): Promise<string> {
  const lake = lakeOfQueue(taskQueue);
  const others = (await servedLakes(client, client.options.namespace)).filter(({ id }) => id !== lake);
  const instead = others.map(({ id, folder }) => `${id} (${folder})`).join(', ');
  return (
    `No worker serves ${servedBy(taskQueue)}: ` +
    'start one with `./spymaster worker`, with the same configuration.' +
    (instead ? ` Those that run are of other lakes: ${instead}.` : '')
  );
}

/**
 * How a backfill goes, or went: of one that has ended without a worker too.
 * @throws SpymasterError as `ask` does; WorkflowFailedError of one that has failed; BadArgument of one that left nothing to tell
 */
export async function progressOf(client: Client, handle: WorkflowHandle): Promise<BackfillProgress> {
  const description = await describeBackfill(handle);
  switch (description.status.name) {
    case 'RUNNING':
      return ask(client, handle, () => handle.query(progressQuery));
    case 'COMPLETED': {
      const { counts, failed } = (await handle.result()) as BackfillResult;
      return { ...NOTHING_RUNS, phase: 'completed', counts, failed: failed.slice(0, MAX_LISTED) };
    }
    case 'CANCELLED':
      return cancelledProgress(description);
    case 'FAILED':
      return handle.result() as Promise<never>;
    default:
      throw wrongId(`${handle.workflowId} is ${statusOf(description)}: its partitions are in the lake`);
  }
}

const MAX_LISTED = 50;
const NOTHING_RUNS = {
  concurrency: 0,
  perMinute: null,
  etaSeconds: null,
  running: [],
  failed: [],
  untouched: [],
};

/** What a cancelled backfill has noted of itself. */
export function cancelledProgress({ memo }: WorkflowExecutionDescription): BackfillProgress {
  const { counts, untouchedKeys } = (memo ?? {}) as Partial<CancelledMemo>;
  // One that was cancelled before it was planned has noted nothing.
  return {
    ...NOTHING_RUNS,
    phase: 'cancelled',
    counts: counts ?? { total: 0, done: 0 },
    untouched: untouchedKeys ?? [],
  };
}

interface CancelledMemo {
  counts: BackfillProgress['counts'];
  untouchedKeys: string[];
}
