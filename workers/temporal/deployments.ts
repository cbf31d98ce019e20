/** Versions of a lake's workers, as Temporal keeps them: which takes what is new, and which only finishes what it has begun. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { SpymasterError } from '../../graph/errors';
import { isMissing, requireNamespace } from './namespace';

const { WorkerDeploymentVersionStatus: Status } = temporal.api.enums.v1;

/** Temporal's deployment of a lake: all of its versioned workers. */
export const deploymentOf = (lake: string): string => `spymaster-${lake}`;

export interface WorkerVersion {
  build: string;
  /** `waiting`: never promoted. `draining`: finishes what it has begun; `drained`: has, and may be ended. */
  state: 'waiting' | 'current' | 'ramping' | 'draining' | 'drained' | 'unknown';
  /** ISO UTC. */
  since: string | null;
}

const STATES = {
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_INACTIVE]: 'waiting',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_CURRENT]: 'current',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_RAMPING]: 'ramping',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINING]: 'draining',
  [Status.WORKER_DEPLOYMENT_VERSION_STATUS_DRAINED]: 'drained',
} as Readonly<Record<number, WorkerVersion['state']>>;

/** Newest first; none where no versioned worker has ever been. */
export async function workerVersions(client: Client, lake: string): Promise<WorkerVersion[]> {
  const { namespace } = client.options;
  try {
    const { workerDeploymentInfo } = await client.workflowService.describeWorkerDeployment({
      namespace,
      deploymentName: deploymentOf(lake),
    });
    const versions = (workerDeploymentInfo?.versionSummaries ?? []).map((summary) => ({
      build: summary.deploymentVersion?.buildId ?? '',
      state: STATES[summary.status ?? 0] ?? 'unknown',
      since: summary.createTime ? new Date(Number(summary.createTime.seconds) * 1000).toISOString() : null,
    }));
    return versions.sort((a, b) => ((a.since ?? '') < (b.since ?? '') ? 1 : -1));
  } catch (error) {
    if (!isMissing(error)) throw error;
    await requireNamespace(client);
    return [];
  }
}

const WAIT_MS = 60_000;
const LOOK_EVERY_MS = 500;

/**
 * Has a build take all that is new, and of what is under way whatever does not stay with the build that began it.
 * @throws SpymasterError NoInput where no worker of that build comes within a minute
 */
export async function promoteBuild(
  client: Client,
  lake: string,
  build: string,
  waitMs = WAIT_MS,
): Promise<void> {
  const { namespace, identity } = client.options;
  const until = performance.now() + waitMs;
  for (;;) {
    const known = await workerVersions(client, lake);
    if (known.some((version) => version.build === build)) break;
    if (performance.now() > until)
      throw new SpymasterError('NoInput', `No worker of build ${build} serves ${lake}`, {
        field: 'build',
        found: known.map((version) => version.build).join(', ') || 'no versioned workers',
        expected: '`./spymaster worker --versioned` of that build, running',
      });
    await sleep(LOOK_EVERY_MS);
  }
  await client.workflowService.setWorkerDeploymentCurrentVersion({
    namespace,
    identity,
    deploymentName: deploymentOf(lake),
    buildId: build,
  });
}
