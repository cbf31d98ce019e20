/** What a running backfill can be told and asked. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { LedgerProgress, PartitionPage } from './ledger';

export type BackfillPhase =
  | 'planning'
  | 'running'
  | 'paused'
  /** No new builds; those that run are being cancelled. */
  | 'cancelling'
  | 'cancelled'
  | 'completed';

export interface BackfillProgress extends LedgerProgress {
  phase: BackfillPhase;
  /** Contract-dates built at once. */
  concurrency: number;
  /** After a cancellation: contract-dates that were never begun, at most 50. */
  untouched: string[];
}

/** Starts no further builds; those that run go on. */
export const pauseSignal = defineSignal('pause');
export const resumeSignal = defineSignal('resume');
/** Contract-dates built at once from now on, 1 to 64. Returns what was before. */
export const setConcurrencyUpdate = defineUpdate<number, [number]>('setConcurrency');
/** Builds the failed contract-dates again. Returns how many. */
export const retryFailedUpdate = defineUpdate<number>('retryFailed');
export const progressQuery = defineQuery<BackfillProgress>('progress');
/** Every contract-date of the plan, layer by layer, 100 a page; pages count from 0. */
export const partitionsQuery = defineQuery<PartitionPage, [number?]>('partitions');
