/** Signals, updates and queries of a running backfill. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
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

/** Starts no further builds; those that run go on. */
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
