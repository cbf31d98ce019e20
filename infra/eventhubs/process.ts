/**
 * The peer as a process of its own, so that what consumers and producers do does not hold it up. It is told what to do by the process
 * that starts it, and ends with that, however that ends; Ctrl-C in a terminal does not reach it.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SpymasterError, isCode, type FailureCode } from '../../graph/errors';
import { endProcess, isAlive, untilGone } from '../processes';
import { PROJECT_ROOT } from '../root';
import type { EndpointPlace } from '../../workers/observing/endpoint';
import { RunningRecord } from '../runningRecord';
import type { HubDefinition } from './hubs';
import type { LogOptions } from './log/partition';

/** Where this clone's peer keeps logs, key and record. */
export const HUBS_FOLDER = join(PROJECT_ROOT, '.spymaster', 'eventhubs');

/** What the process is told. */
export interface PeerOrder extends LogOptions {
  folder: string;
  hubs: readonly HubDefinition[];
  host: string;
  port: number;
  /** Whether the port must be this one; otherwise any other is taken where it is not free. */
  exact: boolean;
  throughputUnits?: number;
  /** Where it serves its metrics; nowhere without. */
  metrics?: EndpointPlace;
}

/** What it answers. */
export type PeerAnswer =
  | { address: string; connectionString: string; metrics?: string }
  | { failure: { code: string; message: string } };

export interface RunningHubs {
  /** `host:port`. */
  address: string;
  /** For the clients of Azure's SDKs. */
  connectionString: string;
  pid: number;
  /** Where its metrics are. */
  metrics?: string;
  /** The process that stops it when it ends. */
  owner: number;
}

export interface HubsProcess extends RunningHubs {
  /** Resolves when it is gone, or the signal comes. */
  ended(signal: AbortSignal): Promise<void>;
  /** Ends it, unless another process runs it. */
  stop(): Promise<void>;
}

const recordIn = (folder: string) => new RunningRecord<RunningHubs>(join(folder, 'server.json'));

/** The peer of a folder, or undefined when none runs. */
export const readRunningHubs = (folder = HUBS_FOLDER): RunningHubs | undefined => recordIn(folder).read();

/** Ends the peer of a folder, whoever started it. */
export async function stopRunningHubs(pid: number, folder = HUBS_FOLDER): Promise<void> {
  await endProcess(pid);
  recordIn(folder).forget();
}

/**
 * The peer of a folder: the one that runs, or a new one.
 * @throws SpymasterError StoreUnavailable when it does not start
 */
export async function ensureHubs(order: PeerOrder): Promise<HubsProcess> {
  const { folder } = order;
  const running = readRunningHubs(folder);
  const ended = (pid: number) => (signal: AbortSignal) => untilGone(pid, { signal });
  if (running && isAlive(running.owner))
    return { ...running, ended: ended(running.pid), stop: () => Promise.resolve() };
  // Its owner has been killed. It is about to end, unless it stands still; it has the logs until then, and two would spoil them.
  if (running) await endProcess(running.pid);
  const { child, address, connectionString, metrics } = await startProcess(order);
  const pid = child.pid as number;
  const started = {
    address,
    connectionString,
    ...(metrics !== undefined && { metrics }),
    pid,
    owner: process.pid,
  };
  recordIn(folder).write(started);
  return { ...started, ended: ended(pid), stop: () => stopRunningHubs(pid, folder) };
}

async function startProcess(order: PeerOrder) {
  const program = join(PROJECT_ROOT, 'dist', 'infra', 'eventhubs', 'main.js');
  const child = fork(program, { detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.send(order);
  const answer = await Promise.race([
    once(child, 'message').then(([message]) => message as PeerAnswer),
    once(child, 'exit').then(([code]) => gone(code as number | null)),
  ]);
  if ('failure' in answer) {
    const { code, message } = answer.failure;
    throw new SpymasterError(isCode(code) ? code : ('StoreUnavailable' satisfies FailureCode), message);
  }
  letGo(child);
  return { child, ...answer };
}

const gone = (code: number | null): PeerAnswer => ({
  failure: { code: 'StoreUnavailable', message: `Event Hubs did not start: the process ended with ${code}` },
});

/** It is told of this process's end by the channel, which is not to keep this process. */
function letGo(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
}
