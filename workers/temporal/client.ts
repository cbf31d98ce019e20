/** A connection to Temporal for the length of a command. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection, type ConnectionOptions } from '@temporalio/client';
import { controlQueue, cpuQueue, liveQueue } from '../../workflows/queues';
import { withApiKey } from './apiKey';
import { retriesUntil } from './closing';
import { connectConfig } from './connection';
import { requireListening } from './listening';
import { dataConverter } from './payloads/dataConverter';
import { pollersOf } from './servedLakes';
import { loadTemporalSettings, type TemporalSettings } from './settings';
import { whyUnanswered } from './unanswered';

const CONNECT_TIMEOUT = '5s';
/** @throws SpymasterError StoreUnavailable when Temporal does not answer; AccessDenied when it does not let this process in */
export async function withClient<T>(
  use: (client: Client, settings: TemporalSettings) => Promise<T>,
  settings = loadTemporalSettings(),
  connectTimeout: ConnectionOptions['connectTimeout'] = CONNECT_TIMEOUT,
): Promise<T> {
  const { connectionOptions, namespace = 'default' } = await withApiKey(connectConfig(settings));
  const { address, apiKey, tls, metadata } = connectionOptions;
  const converter = await dataConverter();
  await requireListening(address);
  let closed = false;
  const connection = await Connection.connect({
    interceptors: retriesUntil(() => closed),
    address,
    apiKey,
    tls,
    metadata,
    connectTimeout,
  }).catch(async (error: unknown) => {
    throw await whyUnanswered(connectionOptions, error);
  });
  try {
    return await use(new Client({ connection, namespace, dataConverter: converter }), settings);
  } finally {
    closed = true;
    await connection.close();
  }
}

/** A worker that has just started has not polled yet: the queues are looked at again after this. */
const SECOND_LOOK_MS = 2_000;

/**
 * Task queues of a lake that no worker has polled lately: what is started there waits.
 * @param wanted whether the one of sessions that are followed counts too
 */
export async function unservedQueues(
  client: Client,
  lake: string,
  wanted = { live: false },
): Promise<string[]> {
  if ((await unpolledQueues(client, lake, wanted)).length === 0) return [];
  await sleep(SECOND_LOOK_MS);
  return unpolledQueues(client, lake, wanted);
}

async function unpolledQueues(client: Client, lake: string, { live }: { live: boolean }): Promise<string[]> {
  const { namespace } = client.options;
  const unpolled: string[] = [];
  const look = async (queue: string, type: 'workflow' | 'activity') => {
    if ((await pollersOf(client, namespace, queue, type)).length === 0) unpolled.push(queue);
  };
  await look(controlQueue(lake), 'workflow');
  await look(cpuQueue(lake), 'activity');
  if (live) await look(liveQueue(lake), 'activity');
  return unpolled;
}
