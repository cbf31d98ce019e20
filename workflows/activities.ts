/** The activities as workflows call them: queue, time limits and retries of each kind. */
import { proxyActivities } from '@temporalio/workflow';
import type { ControlActivities } from '../activities/control';
import type { createLayerActivities } from '../activities/layers';
import { FAILURES } from '../graph/errors';
import { CPU_QUEUE } from './queues';

type LayerActivities = ReturnType<typeof createLayerActivities>;

/** Names of the failures that trying again cannot mend. */
const nonRetryableErrorTypes = Object.entries(FAILURES)
  .filter(([, { retryable }]) => !retryable)
  .map(([type]) => type);

/** Lookups in the lake and the calendar. */
export const control = proxyActivities<Pick<ControlActivities, 'plan' | 'planNightly' | 'recordFailure'>>({
  startToCloseTimeout: '10 minutes',
  retry: { maximumAttempts: 5, maximumInterval: '1 minute', nonRetryableErrorTypes },
});

/** Waiting for a build somebody else started: as long as that may take, anew when the waiting worker goes away. */
export const { awaitBuild } = proxyActivities<Pick<ControlActivities, 'awaitBuild'>>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout: '30 seconds',
  retry: { maximumInterval: '1 minute' },
});

/**
 * A layer of a contract-date: seconds on a usual day, minutes on an extreme one. A cancelled one is waited for, so that
 * a partition whose lock is free is being written by nobody.
 */
export const layers = proxyActivities<LayerActivities>({
  taskQueue: CPU_QUEUE,
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: '30 seconds',
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { maximumAttempts: 6, maximumInterval: '1 minute', nonRetryableErrorTypes },
});
