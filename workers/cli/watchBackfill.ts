/** A backfill as a person at a terminal follows it: started, watched, and told in the end. */
import {
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
  type WorkflowHandle,
  type WorkflowHandleWithFirstExecutionRunId,
} from '@temporalio/client';
import { CancelledFailure, WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { recallFailure } from '../../activities/failures';
import { planBackfill } from '../../activities/plan';
import type { BackfillInput, BackfillRequest } from '../../activities/requests';
import { SpymasterError } from '../../graph/errors';
import type { BackfillResult, backfill } from '../../workflows/backfill';
import type { FailedPartition } from '../../workflows/ledger';
import { progressQuery, type BackfillProgress } from '../../workflows/messages';
import { CONTROL_QUEUE } from '../../workflows/queues';
import { loadConfig } from '../config';
import { unservedQueues } from '../temporal/client';
import { aborted, untilInterrupted } from './interrupt';
import { EXIT, note, printJson, printTable } from './output';
import { ProgressLine, bar, minutesSeconds } from './progress';

const ASK_EVERY_MS = 500;

/**
 * Starts the workflow.
 * @throws SpymasterError BadArgument when one of that id runs already
 */
export async function startBackfill(
  client: Client,
  workflowId: string,
  input: BackfillInput,
): Promise<WorkflowHandleWithFirstExecutionRunId<typeof backfill>> {
  const { symbol, contract, start, end, reprocess = 'missing' } = input;
  try {
    return await client.workflow.start<typeof backfill>('backfill', {
      workflowId,
      taskQueue: CONTROL_QUEUE,
      args: [input],
      staticSummary: `${contract ?? symbol} ${start} to ${end}, ${reprocess}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const message = `${workflowId} is running already: \`spymaster backfill watch ${workflowId}\` shows how it goes`;
    throw new SpymasterError('BadArgument', message, { field: 'id' }, { cause: error });
  } finally {
    const unserved = await unservedQueues(client);
    if (unserved.length > 0)
      note(`No worker serves ${unserved.join(', ')}: start one with \`spymaster worker\`.`);
  }
}

interface WatchOptions {
  json?: boolean;
  /** What was asked for, to print the command that builds what failed once more. */
  again?: BackfillRequest;
}

/** Shows progress until the backfill ends, then its result. Ctrl-C only stops watching. */
export async function watch(handle: WorkflowHandle, options: WatchOptions): Promise<void> {
  const line = new ProgressLine();
  const end = await untilInterrupted((signal) =>
    // Calls that wait for an answer end with the watching, before the connection is closed under them.
    handle.client.withAbortSignal(signal, () => {
      const ended = (handle.result() as Promise<BackfillResult>).then(
        (result) => () => reportResult(handle.workflowId, result, options),
        (error: unknown) => () => reportEnd(handle, error, options),
      );
      return follow(handle, line, ended, aborted(signal));
    }),
  );
  line.end();
  if (end) return end();
  const { workflowId } = handle;
  note(`${workflowId} goes on; watch it again, or end it:`);
  note(`  spymaster backfill watch ${workflowId}\n  spymaster backfill cancel ${workflowId}`);
  process.exitCode = EXIT.interrupted;
}

/** What settles first: the end, or the interruption; progress is shown meanwhile. */
async function follow<T>(
  handle: WorkflowHandle,
  line: ProgressLine,
  ended: Promise<T>,
  interrupted: Promise<void>,
): Promise<T | undefined> {
  const first = Promise.race([ended, interrupted.then(() => undefined)]).then((end) => ({ end }));
  for (;;) {
    const settled = await Promise.race([first, show(handle, line)]);
    if (settled) return settled.end;
  }
}

async function show(handle: WorkflowHandle, line: ProgressLine): Promise<void> {
  const pause = new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  // Only a worker can answer a query; without one the backfill waits too.
  const progress = await handle.query(progressQuery).catch(() => undefined);
  line.show(progress ? describe(progress) : 'waiting for a worker');
  await pause;
}

function describe({ phase, counts, perMinute, etaSeconds, running }: BackfillProgress): string {
  const parts = [`${bar(counts.done, counts.total)} ${phase}`];
  if (counts.failed) parts.push(`${counts.failed} failed`);
  if (perMinute !== null) parts.push(`${perMinute.toFixed(perMinute < 10 ? 1 : 0)}/min`);
  if (etaSeconds !== null && phase === 'running') parts.push(`${minutesSeconds(etaSeconds)} left`);
  if (running.length > 0) parts.push(running.slice(0, 3).join(', '));
  return parts.join(' | ');
}

function reportResult(workflowId: string, result: BackfillResult, { json, again }: WatchOptions): void {
  const { counts, failed, upToDate, withoutData } = result;
  const unbuilt = (counts.failed ?? 0) + (counts.blocked ?? 0);
  process.exitCode = unbuilt > 0 ? EXIT.partial : EXIT.ok;
  if (json) return printJson({ workflowId, outcome: 'completed', ...result });
  if (failed.length > 0) printFailures(failed);
  const { total, done: _, ...byStanding } = counts;
  const parts = Object.entries(byStanding).map(([standing, count]) => `${count} ${standing}`);
  if (upToDate > 0) parts.push(`${upToDate} up to date`);
  if (withoutData.length > 0) parts.push(`${withoutData.length} trade dates without raw data`);
  process.stdout.write(
    `${workflowId}: ${total} contract-dates to build: ${parts.join(', ') || 'nothing to do'}\n`,
  );
  if (counts.failed && again) note(`Again, what failed: ${commandFor({ ...again, reprocess: 'failed' })}`);
}

/** @throws SpymasterError what the workflow failed of */
async function reportEnd(handle: WorkflowHandle, error: unknown, { json }: WatchOptions): Promise<void> {
  if (!(error instanceof WorkflowFailedError)) throw error;
  if (!(error.cause instanceof CancelledFailure)) throw ofWorkflow(handle.workflowId, error.cause);
  process.exitCode = EXIT.failed;
  const progress = await handle.query(progressQuery).catch(() => undefined);
  if (json) return printJson({ workflowId: handle.workflowId, outcome: 'cancelled', progress });
  const untouched = progress?.counts.waiting ?? 0;
  process.stdout.write(
    `${handle.workflowId}: cancelled, ${progress?.counts.done ?? 0} done, ${untouched} untouched` +
      `${untouched > 0 ? `: ${progress?.untouched.join(', ')}${untouched > 50 ? ', ...' : ''}` : ''}\n`,
  );
}

/** The root of a failed workflow, in our own terms. */
function ofWorkflow(workflowId: string, cause: Error | undefined): Error {
  let root = cause;
  while (root?.cause instanceof Error) root = root.cause;
  const type = root && 'type' in root ? String(root.type) : 'Error';
  return recallFailure({
    type,
    message: `${workflowId} failed: ${root?.message ?? 'for no known reason'}`,
    details: {},
  });
}

function printFailures(failed: FailedPartition[]): void {
  printTable(
    ['contract', 'trade date', 'failure', 'message'],
    failed.map(({ contract, tradeDate, type, message }) => [contract, tradeDate, type, message]),
  );
}

/** The command line that asks for this. */
function commandFor({ symbol, contract, start, end, layers, reprocess }: BackfillRequest): string {
  const options = [`--symbol ${symbol}`, ...(contract ? [`--contract ${contract}`] : [])];
  options.push(`--start ${start} --end ${end} --layers ${layers.join(',')} --reprocess ${reprocess}`);
  return `spymaster backfill ${options.join(' ')}`;
}

/** Prints how a backfill stands, once. */
export async function printProgress(handle: WorkflowHandle, json?: boolean): Promise<void> {
  const progress = await handle.query(progressQuery);
  if (json) return printJson({ workflowId: handle.workflowId, ...progress });
  process.stdout.write(`${describe(progress)}\n`);
  if (progress.failed.length > 0) printFailures(progress.failed);
}

/** Prints what a backfill would build. */
export async function printPlan(request: BackfillRequest, json?: boolean): Promise<void> {
  const { items, upToDate, withoutData } = await planBackfill(request, loadConfig());
  if (json) return printJson({ items, upToDate, withoutData });
  printTable(
    ['contract', 'trade date', 'layers', 'reason'],
    items.map(({ contract, tradeDate, layers, reason }) => [contract, tradeDate, layers.join(', '), reason]),
  );
  note(
    `${items.length} to build, ${upToDate} up to date, ${withoutData.length} trade dates without raw data`,
  );
}

/** What went wrong with a workflow that was asked for by id, in our own terms. */
export function explain(workflowId: string, error: unknown): unknown {
  if (error instanceof WorkflowNotFoundError)
    return new SpymasterError(
      'BadArgument',
      `There is no running workflow ${workflowId}`,
      { field: 'id' },
      { cause: error },
    );
  if (error instanceof WorkflowUpdateFailedError)
    return new SpymasterError('BadArgument', error.cause?.message ?? error.message, {}, { cause: error });
  return error;
}
