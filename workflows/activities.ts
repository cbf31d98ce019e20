/** The activities as workflows call them: queue, time limits and retries of each kind. */
import { proxyActivities } from '@temporalio/workflow';
import type { ControlActivities } from '../activities/control';
import type { createLayerActivities } from '../activities/layers';
import { FAILURES } from '../graph/errors';
import { CPU_QUEUE } from './queues';

type LayerActivities = ReturnType<typeof createLayerActivities>;

/** Codes of failures that are not retried. */
const nonRetryableErrorTypes = Object.entries(FAILURES)
  .filter(([, { retryable }]) => !retryable)
  .map(([type]) => type);

/** Lookups in the lake and the calendar. */
export const control = proxyActivities<Pick<ControlActivities, 'plan' | 'planNightly' | 'recordFailure'>>({
  startToCloseTimeout: '10 minutes',
  retry: { maximumAttempts: 5, maximumInterval: '1 minute', nonRetryableErrorTypes },
});

/** Waits for a build that another workflow started; on another worker when the waiting one ends. */
export const { awaitBuild } = proxyActivities<Pick<ControlActivities, 'awaitBuild'>>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '30 seconds',
  retry: { maximumInterval: '1 minute' },
});

/**
 * A layer of a contract-date: seconds on a usual day, minutes on an extreme one. Cancellation waits until it
 * has ended, so that nothing writes to a partition whose lock is free.
 */
export const layers = proxyActivities<LayerActivities>({
  taskQueue: CPU_QUEUE,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { maximumAttempts: 6, maximumInterval: '1 minute', nonRetryableErrorTypes },
});
