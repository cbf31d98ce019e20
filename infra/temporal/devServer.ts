/**
 * The Temporal development server as a child process: server, SQLite database and UI in one program.
 *
 * It runs in a process group of its own: Ctrl-C in a terminal reaches every process of the group, and the server must
 * outlive the workers, which report what they finished.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { SpymasterError } from '../../graph/errors';
import {
  SERVER_FOLDER,
  forgetRunningServer,
  isAlive,
  readRunningServer,
  writeRunningServer,
  type RunningServer,
} from './serverFile';

const HOST = '127.0.0.1';
const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;

export interface DevServerOptions {
  /** Path of the `temporal` program. */
  program: string;
  namespace: string;
  /** Search attributes to register, by name, with their types. */
  searchAttributes: Record<string, string>;
  /** Port to take when it is free; otherwise, and without one, any free port. */
  port?: number;
  /** SQLite file; without one everything is forgotten when the server ends. */
  database?: string;
  /** Log file, overwritten; without one nothing is logged. */
  log?: string;
  /** Serves the web UI, on the port 1000 above when that is free. */
  ui?: boolean;
}

export interface DevServer {
  address: string;
  uiUrl: string;
  pid: number;
  /** Ends the server and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a server and waits until it answers.
 * @throws SpymasterError StoreUnavailable when it ends or does not answer in time, with the end of its log
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const port = await freePort(options.port);
  const uiPort = await freePort(port + 1000);
  const log = options.log ? openSync(options.log, 'w') : 'ignore';
  const child = spawn(options.program, serverArguments(options, port, uiPort), {
    stdio: ['ignore', log, log],
    detached: true,
  });
  if (typeof log === 'number') closeSync(log);
  child.unref();
  const address = `${HOST}:${port}`;
  try {
    await waitUntilServing(address, options, child);
  } catch (error) {
    await endProcess(child.pid);
    throw error;
  }
  return {
    address,
    uiUrl: options.ui ? `http://${HOST}:${uiPort}` : '',
    pid: child.pid as number,
    stop: () => endProcess(child.pid),
  };
}

/**
 * The write-ahead log is written at once and synced only at checkpoints: a server that is killed loses nothing, a machine that
 * loses power the last transactions, whose work is done again. Syncing each doubles what Temporal adds to a contract-date.
 */
const SQLITE = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'];

function serverArguments(options: DevServerOptions, port: number, uiPort: number): string[] {
  const { namespace, searchAttributes, database, ui } = options;
  const where = `--ip ${HOST} --port ${port} --log-level warn`.split(' ');
  return ['server', 'start-dev', ...where, '--namespace', namespace].concat(
    ui ? ['--ui-port', String(uiPort)] : ['--headless'],
    database ? ['--db-filename', database, ...SQLITE] : [],
    Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  );
}

/**
 * The server of this clone: the one that is running, or a new one that keeps its state under `.spymaster/temporal`. A
 * server whose owner was killed is taken over.
 */
export async function ensureDevServer(
  options: Omit<DevServerOptions, 'database' | 'log' | 'ui'>,
): Promise<DevServer> {
  const running = readRunningServer();
  if (running && (await isServing(running.address, options.namespace))) return adopt(running);
  mkdirSync(SERVER_FOLDER, { recursive: true });
  const server = await startDevServer({
    ...options,
    ui: true,
    database: join(SERVER_FOLDER, 'temporal.db'),
    log: join(SERVER_FOLDER, 'server.log'),
  });
  const { address, uiUrl, pid } = server;
  writeRunningServer({ address, uiUrl, pid, owner: process.pid });
  return { ...server, stop: () => stopRunningServer(pid) };
}

function adopt(running: RunningServer): DevServer {
  const { address, uiUrl, pid } = running;
  if (isAlive(running.owner)) return { address, uiUrl, pid, stop: () => Promise.resolve() };
  writeRunningServer({ ...running, owner: process.pid });
  return { address, uiUrl, pid, stop: () => stopRunningServer(pid) };
}

/** Ends the server of this clone, and removes its record. */
export async function stopRunningServer(pid: number): Promise<void> {
  await endProcess(pid);
  forgetRunningServer();
}

/** @throws SpymasterError StoreUnavailable when the process ends, or does not answer in time */
async function waitUntilServing(
  address: string,
  options: DevServerOptions,
  child: ChildProcess,
): Promise<void> {
  const failed = once(child, 'exit').then(
    ([code]) => `it ended with ${code}`,
    (error: Error) => error.message,
  );
  const deadline = Date.now() + START_LIMIT_MS;
  let outcome: string | undefined;
  while (Date.now() < deadline) {
    outcome = await Promise.race([failed, sleep(50, undefined)]);
    if (outcome) break;
    if (await isServing(address, options.namespace)) return;
  }
  const log = options.log ? `\n${readFileSync(options.log, 'utf8').slice(-1500)}` : '';
  throw new SpymasterError(
    'StoreUnavailable',
    `The Temporal server did not start: ${outcome ?? 'it does not answer'}${log}`,
    {
      file: options.program,
    },
  );
}

/** Whether anything listens at the address; a gRPC client would wait a second before it tries again. */
async function accepts(address: string): Promise<boolean> {
  const [host, port] = address.split(':');
  const socket = connect(Number(port), host);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** Whether a server that has the namespace answers at the address. */
export async function isServing(address: string, namespace: string): Promise<boolean> {
  let connection: Connection | undefined;
  try {
    if (!(await accepts(address))) return false;
    connection = await Connection.connect({ address, connectTimeout: '2s' });
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } catch {
    return false;
  } finally {
    await connection?.close();
  }
}

/** Ends a process, by force where it does not end in time. */
async function endProcess(pid: number | undefined): Promise<void> {
  if (pid === undefined || !isAlive(pid)) return;
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + STOP_LIMIT_MS;
  while (isAlive(pid) && Date.now() < deadline) await sleep(20);
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
}

/** The preferred port when it is free, else any. */
async function freePort(preferred?: number): Promise<number> {
  for (const port of [preferred, 0]) {
    if (port === undefined) continue;
    const probe = createServer();
    try {
      probe.listen(port, HOST);
      await once(probe, 'listening');
      return (probe.address() as AddressInfo).port;
    } catch {
      // Taken: the next one.
    } finally {
      probe.close();
    }
  }
  throw new SpymasterError('StoreUnavailable', 'No free port', {});
}
