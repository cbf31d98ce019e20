/** A connection to Temporal for the length of a command. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { CONTROL_QUEUE, CPU_QUEUE } from '../../workflows/queues';
import { connectConfig, unreachable } from './connection';
import { loadTemporalSettings, type TemporalSettings } from './settings';

const CONNECT_TIMEOUT = '5s';
type TaskQueueType = Parameters<Client['workflowService']['describeTaskQueue']>[0]['taskQueueType'];
// temporal.api.enums.v1.TaskQueueType; none of the SDK's packages exports the enum.
// oxlint-disable-next-line typescript/no-unsafe-enum-assignment
const [WORKFLOW_TASKS, ACTIVITY_TASKS] = [1, 2] as TaskQueueType[];

/** @throws SpymasterError StoreUnavailable when Temporal does not answer */
export async function withClient<T>(
  use: (client: Client, settings: TemporalSettings) => Promise<T>,
  settings = loadTemporalSettings(),
): Promise<T> {
  const { connectionOptions, namespace = 'default' } = connectConfig(settings);
  const { address, apiKey, tls, metadata } = connectionOptions;
  const connection = await Connection.connect({
    address,
    apiKey,
    tls,
    metadata,
    connectTimeout: CONNECT_TIMEOUT,
  }).catch((error: unknown) => {
    throw unreachable(address, error);
  });
  try {
    return await use(new Client({ connection, namespace }), settings);
  } finally {
    await connection.close();
  }
}

/** A worker that has just started has not polled yet: the queues are looked at again after this. */
const SECOND_LOOK_MS = 2_000;

/** Task queues that no worker has polled lately: what is started there waits. */
export async function unservedQueues(client: Client): Promise<string[]> {
  if ((await unpolledQueues(client)).length === 0) return [];
  await sleep(SECOND_LOOK_MS);
  return unpolledQueues(client);
}

async function unpolledQueues(client: Client): Promise<string[]> {
  const served = async (queue: string, taskQueueType: TaskQueueType) => {
    const { namespace } = client.options;
    const { pollers } = await client.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType,
    });
    return pollers.length > 0;
  };
  const control = await served(CONTROL_QUEUE, WORKFLOW_TASKS);
  const cpu = await served(CPU_QUEUE, ACTIVITY_TASKS);
  return [...(control ? [] : [CONTROL_QUEUE]), ...(cpu ? [] : [CPU_QUEUE])];
}
