/** The worker process of a lake: workflows and small activities on one of its queues, whole cores on another, live sessions on the third. */
import {
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type LogLevel,
  type WorkerOptions,
} from '@temporalio/worker';
import type { DataConverter } from '@temporalio/common';
import type { Registry } from 'prom-client';
import { createControlActivities } from '../../activities/control';
import { FailureInterceptor } from '../../activities/interceptor';
import { createLayerActivities } from '../../activities/layers';
import { planBackfill } from '../../activities/planning/plan';
import type { Ended } from '../../activities/pool/activity';
import { StagePool } from '../../activities/pool/pool';
import { recordFailure } from '../../activities/publishing/recordFailure';
import { createReceptionActivities, type ServedLake } from '../../activities/reception';
import { compareStreamed } from '../../activities/session/compareStreamed';
import { createSessionControl } from '../../activities/session/control';
import { createSessionActivities, type Follower } from '../../activities/session/follow';
import { planSession } from '../../activities/session/sessionPlan';
import { sharedLake } from '../../activities/stages/sharedLake';
import {
  createTrainingActivities,
  trainingPool,
  type TrainingPool,
} from '../../activities/training/activities';
import { createTrackingActivities } from '../../activities/tracking/activities';
import { createTrainingControl } from '../../activities/training/control';
import { SpymasterError } from '../../graph/errors';
import { lakeId } from '../../lake/identity';
import { RECEPTION_QUEUE, controlQueue, cpuQueue, liveQueue } from '../../workflows/queues';
import type { Config } from '../config';
import { sessionFollower } from '../live/sessionFollower';
import type { Log } from '../observing/log';
import { mlflowServer } from '../mlflowServer';
import { modelCardPage } from '../report/modelCardPage';
import { STAGE_THREAD, TRAINING_THREAD } from '../stageThread';
import { keepApiKey, withApiKey } from './apiKey';
import { compiledBuild, WORKFLOW_BUNDLE } from './build';
import { connectConfig } from './connection';
import { deploymentOf } from './deployments';
import { dataConverter } from './payloads/dataConverter';
import type { SdkMetrics } from './sdkMetrics';
import { registerSearchAttributes } from './searchAttributes';
import { processName, servedLakes, workerIdentity } from './servedLakes';
import type { QueueSettings, TemporalSettings } from './settings';
import { whyUnanswered } from './unanswered';
import { passOn } from './workerLog';

/**
 * How long the activities of a stopping worker may go on; then they are cancelled, and the next worker runs them again. A
 * layer of a usual day takes seconds.
 */
const SHUTDOWN_GRACE = '10 seconds';
const SHUTDOWN_FORCE = '30 seconds';
/** A cancellation comes with the answer to a heartbeat; by default the SDK sends one only every 8 s (80 % of the timeout). */
const HEARTBEAT_THROTTLE = '2 seconds';

/** A few steps each. */
const RECEIVED_AT_ONCE = 10;

export const ROLES = ['control', 'cpu', 'live', 'all'] as const;
export type Role = (typeof ROLES)[number];

export interface WorkerSetup {
  role: Role;
  config: Config;
  temporal: TemporalSettings;
  /** Takes the work of this build alone, once it is promoted; without it whatever comes. */
  versionedAs?: string;
  /** Told of every stage that has ended. */
  onStage?: (ended: Ended) => void;
  /** Compiled file the stage threads run, and the lake's part of the control activities; others in tests only. */
  stageThread?: string;
  lake?: {
    planBackfill: typeof planBackfill;
    planSession: typeof planSession;
    recordFailure: typeof recordFailure;
    compareStreamed: typeof compareStreamed;
  };
  /** Where Prometheus finds what comes of sessions that are followed. */
  registry?: Registry;
  /** What follows sessions; another in tests only. */
  follower?: Follower;
}

export interface RunningWorkers {
  /** Of the server they serve. */
  address: string;
  /** The lake whose work they take. */
  lake: ServedLake;
  /** Whether that answers now. */
  reached(): Promise<boolean>;
  /** Takes no more work, finishes or hands back what is running, and ends. May be called again. */
  stop(): Promise<void>;
  /** Settles when the workers have ended; rejects when one failed. */
  ended: Promise<void>;
}

/**
 * Sets up the SDK's native runtime; once a process, before any worker starts. Signals are the caller's to handle.
 * @param telemetry of `sdkMetrics`, where they are asked for
 */
export function installRuntime(level: LogLevel, log: Log, telemetry: SdkMetrics['telemetry'] = {}): void {
  Runtime.install({
    logger: new DefaultLogger(level, (entry) => passOn(log, entry)),
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} }, ...telemetry },
    shutdownSignals: [],
  });
}

/**
 * Connects and starts the workers of a role.
 * @throws SpymasterError StoreUnavailable when Temporal does not answer there; AccessDenied when it does not let this process in
 */
export async function startWorkers(setup: WorkerSetup): Promise<RunningWorkers> {
  const { role, config, temporal, stageThread = STAGE_THREAD } = setup;
  const configured = connectConfig(temporal);
  const { connectionOptions, namespace = 'default' } = await withApiKey(configured);
  const connection = await NativeConnection.connect(connectionOptions).catch(async (error: unknown) => {
    throw await whyUnanswered(connectionOptions, error);
  });
  const forgetKey = keepApiKey(configured, connection, onlyWarnOfKey);
  const served: ServedLake = { id: await lakeId((await sharedLake(config)).store), folder: config.lake };
  const place: Place = {
    connection,
    namespace,
    lake: served,
    identity: workerIdentity(served, compiledBuild()),
    dataConverter: await dataConverter(config),
    versionedAs: setup.versionedAs,
  };
  const pool = new StagePool(temporal.cpu.activities, config, stageThread);
  const trainers = trainingPool(temporal.cpu.activities, config, TRAINING_THREAD);
  try {
    const workers: Worker[] = [];
    const takes = (one: Role) => role === one || role === 'all';
    if (takes('control')) workers.push(await controlWorker(setup, place), await receptionWorker(place));
    if (takes('cpu')) workers.push(await cpuWorker(setup, place, pool, trainers));
    if (takes('live')) workers.push(await liveWorker(setup, place));
    const ended = running(workers, async () => {
      forgetKey();
      await pool.close();
      await trainers.close();
      await connection.close();
    });
    const { address = '' } = connectionOptions;
    return { address, lake: served, reached: () => answers(connection), ...ended };
  } catch (error) {
    forgetKey();
    await connection.close();
    throw error;
  }
}

const ANSWER_LIMIT_MS = 5_000;

/** Whether the server at the other end answers; whatever it says, it is there. */
async function answers(connection: NativeConnection): Promise<boolean> {
  try {
    const ask = () => connection.workflowService.getSystemInfo({});
    await connection.withDeadline(Date.now() + ANSWER_LIMIT_MS, ask);
    return true;
  } catch {
    return false;
  }
}

/** Where workers work, and for which lake. */
interface Place {
  connection: NativeConnection;
  namespace: string;
  lake: ServedLake;
  /** Under which it polls. */
  identity: string;
  versionedAs: string | undefined;
  /** How payloads leave the process. */
  dataConverter: DataConverter;
}

const LAKE = { planBackfill, planSession, recordFailure, compareStreamed };

async function controlWorker(setup: WorkerSetup, place: Place): Promise<Worker> {
  const { connection, namespace } = place;
  const { id } = place.lake;
  const { config, temporal, lake = LAKE } = setup;
  const server = await mlflowServer(config);
  await registerSearchAttributes(connection, namespace, temporal.searchAttributes).catch(onlyWarn);
  return Worker.create({
    ...shared(place),
    taskQueue: controlQueue(id),
    workflowBundle: { codePath: WORKFLOW_BUNDLE },
    maxCachedWorkflows: temporal.control.cachedWorkflows,
    activities: {
      ...createControlActivities({
        lakeId: id,
        settings: config,
        threads: temporal.cpu.activities,
        ...lake,
      }),
      ...createSessionControl(config, lake.compareStreamed),
      ...createTrainingControl(config, config.mlflow?.trackingUri),
      ...createTrackingActivities(config, server && { server, cardPage: modelCardPage }),
    },
    ...taken(temporal.control),
  });
}

/** Sends what was started without naming a queue to the queue of its lake, whichever that is; nothing else. */
function receptionWorker(place: Place): Promise<Worker> {
  const { connection, namespace } = place;
  return Worker.create({
    // It is every lake's, and so no version's.
    ...shared({ ...place, versionedAs: undefined }),
    taskQueue: RECEPTION_QUEUE,
    workflowBundle: { codePath: WORKFLOW_BUNDLE },
    maxCachedWorkflows: RECEIVED_AT_ONCE,
    activities: createReceptionActivities(() => servedLakes(connection, namespace)),
    maxConcurrentActivityTaskExecutions: RECEIVED_AT_ONCE,
  });
}

/** A server that refuses to register search attributes, as Temporal Cloud does, may know them already. */
function onlyWarn(error: unknown): void {
  if (error instanceof SpymasterError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  Runtime.instance().logger.warn('Search attributes of temporal.yaml were not checked', { reason });
}

function onlyWarnOfKey(error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  Runtime.instance().logger.warn('The API key of Temporal was not read again', { reason });
}

function cpuWorker(
  { temporal, onStage }: WorkerSetup,
  place: Place,
  pool: StagePool,
  trainers: TrainingPool,
): Promise<Worker> {
  return Worker.create({
    ...shared(place),
    taskQueue: cpuQueue(place.lake.id),
    activities: { ...createLayerActivities(pool, onStage), ...createTrainingActivities(trainers, onStage) },
    ...taken(temporal.cpu),
  });
}

/**
 * Follows sessions. One that stops hands them over at once: what was taken is written in a moment, and another worker goes on.
 */
function liveWorker({ config, temporal, registry, follower }: WorkerSetup, place: Place): Promise<Worker> {
  const warn = (text: string) => Runtime.instance().logger.warn(text);
  return Worker.create({
    ...shared(place),
    taskQueue: liveQueue(place.lake.id),
    activities: createSessionActivities(follower ?? sessionFollower(config, warn, registry), processName()),
    ...taken(temporal.live),
    // What a worker that stands still has asked for is given to it all the same, a heartbeat's time lost with each: it asks for one at once.
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 1 },
    shutdownGraceTime: 0,
  });
}

const taken = ({ activities, perSecond }: QueueSettings) => ({
  maxConcurrentActivityTaskExecutions: activities,
  ...(perSecond !== undefined && { maxTaskQueueActivitiesPerSecond: perSecond }),
});

const shared = ({
  connection,
  namespace,
  identity,
  dataConverter: converter,
  lake,
  versionedAs,
}: Place): Omit<WorkerOptions, 'taskQueue'> => ({
  connection,
  namespace,
  identity,
  dataConverter: converter,
  ...(versionedAs !== undefined && {
    workerDeploymentOptions: {
      version: { deploymentName: deploymentOf(lake.id), buildId: versionedAs },
      useWorkerVersioning: true,
      // Long ones go on with new code, which has to replay what the old has done; the others say so themselves.
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  }),
  shutdownGraceTime: SHUTDOWN_GRACE,
  shutdownForceTime: SHUTDOWN_FORCE,
  maxHeartbeatThrottleInterval: HEARTBEAT_THROTTLE,
  interceptors: { activity: [() => ({ inbound: new FailureInterceptor() })] },
});

/** Runs workers until one is stopped or fails; then all end, and what they used is closed. */
function running(workers: Worker[], close: () => Promise<void>): Pick<RunningWorkers, 'ended' | 'stop'> {
  const shutDown = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  const runs = workers.map((worker) => worker.run().finally(shutDown));
  const ended = Promise.allSettled(runs).then(async (results) => {
    await close();
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  });
  // A failure reaches the code that awaits `ended`; where none does, it must be no unhandled rejection.
  ended.catch(() => {});
  return {
    ended,
    stop: () => {
      shutDown();
      return ended;
    },
  };
}
