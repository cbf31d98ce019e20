/** Which lakes have workers: told by the identities under which they poll the queue that is no lake's. */
import { hostname } from 'node:os';
import type { Connection } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';
import type { ServedLake } from '../../activities/reception';
import { isAlive } from '../../infra/processes';
import { RECEPTION_QUEUE, controlQueue, cpuQueue, liveQueue } from '../../workflows/queues';

type TaskQueueType = Parameters<Connection['workflowService']['describeTaskQueue']>[0]['taskQueueType'];
// temporal.api.enums.v1.TaskQueueType; none of the SDK's packages exports the enum.
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const [WORKFLOW_TASKS, ACTIVITY_TASKS] = [1, 2] as TaskQueueType[];
const TYPES = { workflow: WORKFLOW_TASKS, activity: ACTIVITY_TASKS };

/** This process among all: `1234@host`. */
export const processName = (): string => `${process.pid}@${hostname()}`;

/** Identity of a worker process: `1234@host#9f3a2c1b holiday-3f9a2c /lakes/holiday`; after the # the build it runs. */
export const workerIdentity = ({ id, folder }: ServedLake, build: string | undefined): string =>
  `${processName()}${build === undefined ? '' : `#${build}`} ${id} ${folder}`;

function lakeOf(identity: string): ServedLake[] {
  const [, id, folder] = /^\S+@\S+ (\S+) (.+)$/.exec(identity) ?? [];
  return folder === undefined ? [] : [{ id, folder }];
}

type Server = Pick<Connection | NativeConnection, 'workflowService'>;

/** Of a process of this machine that runs no more: the server goes on naming it for minutes. */
function hasEnded(identity: string): boolean {
  const [, pid, host] = /^(\d+)@([^ #]+)/.exec(identity) ?? [];
  return host === hostname() && !isAlive(Number(pid));
}

/** Identities of the workers that poll a queue, or did within the last minutes; of this machine, of those that still run. */
export async function pollersOf(
  server: Server,
  namespace: string,
  queue: string,
  type: keyof typeof TYPES = 'workflow',
): Promise<string[]> {
  const request = { namespace, taskQueue: { name: queue }, taskQueueType: TYPES[type] };
  const { pollers } = await server.workflowService.describeTaskQueue(request);
  return pollers.flatMap(({ identity }) => (identity && !hasEnded(identity) ? [identity] : []));
}

/** A worker process of a lake. */
export interface WorkerState {
  /** `1234@host`. */
  process: string;
  /** What it takes: workflows and planning, stages, live sessions. */
  takes: Role[];
  /** Build it runs (`compiledBuild`); null of one of before workers told. */
  build: string | null;
}

type Role = 'control' | 'cpu' | 'live';

/** Worker processes that take a lake's work. */
export async function workersOf(server: Server, namespace: string, lake: string): Promise<WorkerState[]> {
  const polled: [Role, string[]][] = [
    ['control', await pollersOf(server, namespace, controlQueue(lake))],
    ['cpu', await pollersOf(server, namespace, cpuQueue(lake), 'activity')],
    ['live', await pollersOf(server, namespace, liveQueue(lake), 'activity')],
  ];
  const found = new Map<string, WorkerState>();
  for (const [role, identities] of polled)
    for (const identity of identities) {
      const [process, build = null] = identity.split(' ')[0].split('#');
      const known = found.get(process) ?? { process, takes: [], build };
      found.set(process, { ...known, takes: [...known.takes, role] });
    }
  return [...found.values()].sort((a, b) => (a.process < b.process ? -1 : 1));
}

/** The lakes that have workers, each once. */
export async function servedLakes(server: Server, namespace: string): Promise<ServedLake[]> {
  const served = (await pollersOf(server, namespace, RECEPTION_QUEUE)).flatMap(lakeOf);
  return [...new Map(served.map((lake) => [lake.id, lake])).values()];
}
