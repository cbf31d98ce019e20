/** The activities as workflows call them: queue, time limits and retries of each kind. */
import { proxyActivities } from '@temporalio/workflow';
import type { ControlActivities } from '../activities/control';
import type { createLayerActivities } from '../activities/layers';
import type { TrainingActivities } from '../activities/training/activities';
import type { createTrainingControl } from '../activities/training/control';
import type { TrackingActivities } from '../activities/tracking/activities';
import type { createSessionControl } from '../activities/session/control';
import type { SessionActivities } from '../activities/session/follow';
import type { ReceptionActivities } from '../activities/reception';
import { FAILURES } from '../graph/errors';

type LayerActivities = ReturnType<typeof createLayerActivities>;

/** Codes of failures that are not retried. */
const nonRetryableErrorTypes = Object.entries(FAILURES)
  .filter(([, { retryable }]) => !retryable)
  .map(([type]) => type);

/**
 * How long a worker may be silent before another takes over what it was doing. Workers send a heartbeat every two seconds, from a
 * thread that is never busy for long.
 */
const HEARTBEAT_TIMEOUT = '10 seconds';

/** Lookups in the lake and the calendar: planning years takes minutes at most. */
export const control = proxyActivities<
  Pick<ControlActivities, 'plan' | 'planNightly' | 'planSession' | 'recordFailure'> &
    ReturnType<typeof createTrainingControl> &
    ReturnType<typeof createSessionControl>
>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { maximumAttempts: 5, maximumInterval: '1 minute', nonRetryableErrorTypes },
});

/** Tells an MLflow server of a training: a request for each of its trials. */
export const { trackTraining } = proxyActivities<TrackingActivities>({
  startToCloseTimeout: '30 minutes',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { maximumAttempts: 3, nonRetryableErrorTypes },
});

/** Waits for a build that another workflow started; on another worker when the waiting one ends. */
export const { awaitBuild } = proxyActivities<Pick<ControlActivities, 'awaitBuild'>>({
  startToCloseTimeout: '1 day',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: { maximumInterval: '1 minute' },
});

/**
 * Follows a session for as long as it lasts, on the live queue of the lake, which callers name. A worker that is gone is replaced, however
 * often. Cancellation waits until what was taken has been written.
 */
export const { followSession } = proxyActivities<Pick<SessionActivities, 'followSession'>>({
  startToCloseTimeout: '14 days',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: {
    initialInterval: '1 second',
    maximumInterval: '10 seconds',
    // One that was sent away by a worker that came back takes the session back.
    nonRetryableErrorTypes: nonRetryableErrorTypes.filter((type) => type !== 'Fenced'),
  },
});

/** Also on the live queue. */
export const { forgetSession } = proxyActivities<Pick<SessionActivities, 'forgetSession'>>({
  startToCloseTimeout: '1 minute',
  retry: { maximumInterval: '10 seconds', nonRetryableErrorTypes },
});

/** Looks up which lakes have workers; one that was started a moment ago may not be seen yet. */
export const { chooseLake } = proxyActivities<ReceptionActivities>({
  startToCloseTimeout: '1 minute',
  retry: {
    initialInterval: '1 second',
    maximumInterval: '2 seconds',
    maximumAttempts: 5,
    nonRetryableErrorTypes,
  },
});

/**
 * A layer of a contract-date: seconds on a usual day, minutes on an extreme one. Cancellation waits until it
 * has ended, so that nothing writes to a partition whose lock is free. On the cpu queue of the lake, which callers name.
 */
export const layers = proxyActivities<LayerActivities>({
  startToCloseTimeout: '1 hour',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { maximumAttempts: 6, maximumInterval: '1 minute', nonRetryableErrorTypes },
});

/** Pieces of a training: seconds each, minutes of a long history. On the cpu queue of the lake, which callers name. */
export const training = proxyActivities<TrainingActivities>({
  startToCloseTimeout: '6 hours',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  cancellationType: 'WAIT_CANCELLATION_COMPLETED',
  retry: { maximumAttempts: 6, maximumInterval: '1 minute', nonRetryableErrorTypes },
});
