/** Signals, updates and queries of a running backfill. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { SessionPosition } from '../activities/session/followed';
import type { Progress, PartitionPage } from './backfillState';

export type BackfillPhase =
  | 'planning'
  | 'running'
  | 'paused'
  /** No new builds; those that run are being cancelled. */
  | 'cancelling'
  | 'cancelled'
  | 'completed';

export interface BackfillProgress extends Progress {
  phase: BackfillPhase;
  /** Builds at once. */
  concurrency: number;
  /** After a cancellation: builds that were never begun, at most 50. */
  untouched: string[];
}

/** Of a backfill: starts no further builds; those that run go on. Of a market session: takes no further packets, and keeps its state. */
export const pauseSignal = defineSignal('pause');
export const resumeSignal = defineSignal('resume');
/** Builds at once from now on, 1 to 64. Returns what was before. */
export const setConcurrencyUpdate = defineUpdate<number, [number]>('setConcurrency');
/** Builds again what failed. Returns how many builds that were. */
export const retryFailedUpdate = defineUpdate<number>('retryFailed');
export const progressQuery = defineQuery<BackfillProgress>('progress');
/** Every build of the plan, layer by layer, 100 a page; pages count from 0. */
export const partitionsQuery = defineQuery<PartitionPage, [number?]>('partitions');

export interface TrainingProgress {
  /** What is being done. */
  phase: string;
  /** By family: trials that have ended, of how many, those given up early, and the least log loss over all folds, nats an episode. */
  families: Record<string, { trials: number; of: number; pruned: number; best: number | null }>;
}

export const trainingProgressQuery = defineQuery<TrainingProgress>('trainingProgress');

export type SessionPhase =
  | 'planning'
  /** On its way to a worker. */
  | 'waiting for a worker'
  | 'following'
  | 'paused'
  /** Takes what is in the hub, and ends. */
  | 'draining'
  /** Its workflow is the one of the product and trade date, which this one has started. */
  | 'followed by another workflow'
  | 'building'
  | 'comparing'
  | 'ended';

export interface SessionProgress {
  phase: SessionPhase;
  tradeDate: string | null;
  contract: string | null;
  /** When what is left in the hub is taken and the session ends, ISO UTC; null where only a signal ends it. */
  ends: string | null;
  /** The workflow that follows the session, where that is another. */
  workflowId: string | null;
  /** As it was told last, within a minute; the heartbeats of `followSession` are of the last seconds. */
  position: SessionPosition | null;
}

export const sessionProgressQuery = defineQuery<SessionProgress>('progress');
/** Takes what is in the hub, ends the session, builds and compares it. */
export const drainSignal = defineSignal('drain');
/** Ends the workflow where the session is: nothing is built, and another workflow may go on with it. */
export const stopSignal = defineSignal('stop');
/** By the worker that follows the session. */
export const toldSignal = defineSignal<[SessionPosition]>('told');
