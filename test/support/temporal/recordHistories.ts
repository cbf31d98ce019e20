/** Records runs of every workflow on a real server, for the replay tests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { PROJECT_ROOT } from '../../../infra/root';
import { contractDate } from '../../../graph/datasets/units';
import { sessionId } from '../../../workflows/ids';
import {
  drainSignal,
  pauseSignal,
  progressQuery,
  resumeSignal,
  retryFailedUpdate,
  sessionProgressQuery,
  setConcurrencyUpdate,
} from '../../../workflows/messages';
import type { RetrainResult } from '../../../workflows/retrain';
import { RECEPTION_QUEUE } from '../../../workflows/queues';
import { plantedApproaches } from '../../graph/models/training/planted';
import { goldLake } from '../goldLake';
import { LAKE, Stack } from './stack';

export const HISTORIES = join(__dirname, '..', '..', 'histories');

export async function recordHistories(): Promise<void> {
  mkdirSync(HISTORIES, { recursive: true });
  const stack = await Stack.start();
  try {
    await stack.worker();
    await recordBuilds(stack);
    await recordSteeredBackfill(stack);
    await recordCancelledBackfill(stack);
    await recordNights(stack);
    await recordReceived(stack);
    await recordTraining(stack);
    await recordSessions(stack);
  } finally {
    await stack.stop();
  }
}

async function recordBuilds(stack: Stack): Promise<void> {
  const layers = ['bronze', 'silver', 'gold'];
  await ended(
    await stack.start('buildPartition', 'build-stack-ESH4-2024-01-02', {
      scope: contractDate('ESH4', '2024-01-02'),
      layers,
    }),
  );
  await save(stack, 'buildPartition-published', 'build-stack-ESH4-2024-01-02');
  stack.script('ESH4-2024-01-03-silver', 'fail CorruptDbn');
  await ended(
    await stack.start('buildPartition', 'build-stack-ESH4-2024-01-03', {
      scope: contractDate('ESH4', '2024-01-03'),
      layers,
    }),
  );
  await save(stack, 'buildPartition-failed', 'build-stack-ESH4-2024-01-03');
}

/** Paused, resumed, widened, one contract-date retried, and continued as a new run. */
async function recordSteeredBackfill(stack: Stack): Promise<void> {
  const first = 'ESM4-2024-01-02-gold';
  const failing = 'ESM4-2024-01-03-bronze';
  stack.script(first, 'hold');
  stack.script(failing, 'fail TruncatedDbn');
  const input = {
    symbol: 'ES',
    contract: 'ESM4',
    start: '2024-01-02',
    end: '2024-01-09',
    concurrency: 1,
    pageSize: 3,
  };
  const handle = await stack.start('backfill', 'steered', input);
  await stack.until(() => stack.begun(first) === 1);
  await handle.signal(pauseSignal);
  await handle.executeUpdate(setConcurrencyUpdate, { args: [2] });
  await handle.signal(resumeSignal);
  await stack.until(async () => (await handle.query(progressQuery)).counts.failed === 1);
  stack.unscript(failing);
  await handle.executeUpdate(retryFailedUpdate);
  stack.unscript(first);
  await handle.result();
  await save(stack, 'backfill-steered', 'steered', handle.firstExecutionRunId);
  await save(stack, 'backfill-continued', 'steered');
}

async function recordCancelledBackfill(stack: Stack): Promise<void> {
  const held = 'ESU4-2024-01-02-silver';
  stack.script(held, 'hold');
  const input = { symbol: 'ES', contract: 'ESU4', start: '2024-01-02', end: '2024-01-05', concurrency: 1 };
  const handle = await stack.start('backfill', 'cancelled', input);
  await stack.until(() => stack.begun(held) === 1);
  await handle.cancel();
  await ended(handle);
  await save(stack, 'backfill-cancelled', 'cancelled');
}

/** One that joins a backfill's build, and one on a holiday. */
async function recordNights(stack: Stack): Promise<void> {
  const held = 'ESH4-2024-02-01-bronze';
  stack.script(held, 'hold');
  const range = await stack.start('backfill', 'joined', {
    symbol: 'ES',
    start: '2024-02-01',
    end: '2024-02-01',
  });
  await stack.until(() => stack.begun(held) === 1);
  const night = await stack.start('nightlyBuild', 'night', { symbol: 'ES', tradeDate: '2024-02-01' });
  await stack.until(
    async () => (await night.describe()).raw.pendingActivities?.[0]?.activityType?.name === 'awaitBuild',
  );
  stack.unscript(held);
  await Promise.all([range.result(), night.result()]);
  await save(stack, 'nightlyBuild-joined', 'night');
  await ended(await stack.start('nightlyBuild', 'holiday', { symbol: 'ES', tradeDate: '2023-12-25' }));
  await save(stack, 'nightlyBuild-holiday', 'holiday');
}

/** Started on the queue that is no lake's. */
async function recordReceived(stack: Stack): Promise<void> {
  const input = { symbol: 'ES', contract: 'ESZ4', start: '2024-01-02', end: '2024-01-02' };
  const handle = await stack.client.workflow.start('backfill', {
    taskQueue: RECEPTION_QUEUE,
    workflowId: 'received',
    args: [input],
  });
  await handle.result();
  await save(stack, 'backfill-received', 'received', handle.firstExecutionRunId);
}

/** Two families, trials beside each other, one of them given up early. */
async function recordTraining(stack: Stack): Promise<void> {
  await goldLake(stack.lake, plantedApproaches(24, { strength: 1 }));
  const handle = await stack.start('retrain', 'retrain', { symbol: 'ES', trials: 7 });
  const { models } = (await handle.result()) as RetrainResult;
  await save(stack, 'retrain', 'retrain');
  await save(stack, 'trainTrial', `retrain-${models[0].version.split('@')[0]}-1`);
}

/** One paused, resumed and drained; one that is cancelled; one a schedule's id starts, which another workflow follows; and a holiday. */
async function recordSessions(stack: Stack): Promise<void> {
  const input = { symbol: 'ES', contract: 'ESH4', tradeDate: '2024-03-06' };
  const id = sessionId(LAKE, 'ES', '2024-03-06');
  const following = (handle: WorkflowHandle, phase: string) =>
    stack.until(async () => (await handle.query(sessionProgressQuery)).phase === phase);
  const steered = await stack.start('marketSession', id, input);
  await following(steered, 'following');
  await steered.signal(pauseSignal);
  await following(steered, 'paused');
  await steered.signal(resumeSignal);
  await following(steered, 'following');
  await steered.signal(drainSignal);
  await steered.result();
  await save(stack, 'marketSession-drained', id);

  const cancelled = await stack.start('marketSession', id, { ...input, again: true });
  await following(cancelled, 'following');
  await cancelled.cancel();
  await ended(cancelled);
  await save(stack, 'marketSession-cancelled', id);

  const starter = await stack.start('marketSession', 'morning', { ...input, once: true });
  await starter.result();
  await save(stack, 'marketSession-elsewhere', 'morning');
  await ended(await stack.start('marketSession', 'closed', { symbol: 'ES', tradeDate: '2023-12-25' }));
  await save(stack, 'marketSession-holiday', 'closed');
}

const ended = (handle: WorkflowHandle) => handle.result().catch(() => {});

/** Writes a history without what it says of the machine it was recorded on. */
async function save(stack: Stack, name: string, workflowId: string, runId?: string): Promise<void> {
  const history = await stack.client.workflow.getHandle(workflowId, runId).fetchHistory();
  const text = JSON.stringify(JSON.parse(historyToJSON(history)), null, 1)
    .replaceAll(/"stackTrace": "(?:[^"\\]|\\.)*"/g, '"stackTrace": ""')
    .replaceAll(new RegExp(`\\d+@${hostname()}`, 'g'), '1@recorder')
    .replaceAll(stack.lake, '/lake')
    .replaceAll(PROJECT_ROOT, '');
  writeFileSync(join(HISTORIES, `${name}.json`), `${text}\n`);
}
