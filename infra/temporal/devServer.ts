/**
 * The Temporal development server as a child process: server, SQLite database and UI in one program.
 *
 * It runs in a process group of its own: Ctrl-C in a terminal reaches every process of the group, and the server must
 * outlive the workers, which report what they finished. It does not outlive the process that started it, however that ends.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SpymasterError } from '../../graph/errors';
import { makeFolders } from '../../lake/store/makeFolders';
import { STOP_LIMIT_MS, endProcess, isAlive, untilGone } from '../processes';
import { isServing } from './probe';
import {
  SERVER_FOLDER,
  forgetRunningServer,
  readRunningServer,
  writeRunningServer,
  type RunningServer,
} from './serverFile';

const START_LIMIT_MS = 30_000;
const LOOK_EVERY_MS = 50;
/** At ports that were free, and were another's when the server came to them. */
const MOST_STARTS = 5;

/** Where to listen. */
export interface Place {
  /** An address of this machine. */
  host: string;
  /** Any free port without one. */
  port?: number;
  /** Whether the port must be this one; otherwise any other is taken where it is not free. */
  exact?: boolean;
}

const LOOPBACK: Place = { host: '127.0.0.1' };

export interface DevServerOptions {
  /** Path of the `temporal` program. */
  program: string;
  namespace: string;
  /** Search attributes to register, by name, with their types. */
  searchAttributes: Record<string, string>;
  /** Any port of the loopback address without one. */
  place?: Place;
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
  /** The process that stops the server when it ends. */
  owner: number;
  /** Resolves when the server is gone, or the signal comes; until then this process does not end by itself. */
  ended(signal: AbortSignal): Promise<void>;
  /** Ends the server and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a server and waits until it answers.
 * @throws SpymasterError StoreUnavailable when the port is not to be had, or the server ends or does not answer in time, with the end
 * of its log; BadConfig when the address is none of this machine
 */
export async function startDevServer(options: DevServerOptions): Promise<DevServer> {
  const { place = LOOPBACK } = options;
  for (let starts = 1; ; starts++) {
    const port = await freePort(place);
    const ui: Place = { host: place.host, port: port + 1000 < 65_536 ? port + 1000 : 0 };
    const uiPort = await freePort(ui);
    try {
      return await startAt(options, { host: place.host, port, uiPort });
    } catch (error) {
      // Between the look and the start a process may have been given one of them.
      const lost = await Promise.all([port, uiPort].map((one) => isTaken({ host: place.host, port: one })));
      if (place.exact || starts === MOST_STARTS || !lost.includes(true)) throw error;
    }
  }
}

async function startAt(
  options: DevServerOptions,
  { host, port, uiPort }: { host: string; port: number; uiPort: number },
): Promise<DevServer> {
  const log = options.log ? openSync(options.log, 'w', 0o600) : 'ignore';
  const child = spawnGuarded(options.program, serverArguments(options, host, port, uiPort), log);
  if (typeof log === 'number') closeSync(log);
  const address = addressOf(host, port);
  try {
    await waitUntilServing(address, options, child);
  } catch (error) {
    await endProcess(child.pid);
    throw error;
  }
  return {
    address,
    uiUrl: options.ui ? `http://${addressOf(host, uiPort)}` : '',
    pid: child.pid as number,
    owner: process.pid,
    ended: (signal) => untilGone(child.pid as number, { signal }),
    stop: () => endProcess(child.pid),
  };
}

/**
 * Whatever ends this process closes the pipe that a watcher beside the server reads, which then ends the server: an orphan would hold
 * port and database. The files the server makes are this user's alone.
 */
const GUARD = 'umask 077; { cat <&3; kill "$$"; } >/dev/null 2>&1 & exec "$@" 3<&-';

function spawnGuarded(program: string, args: string[], log: number | 'ignore'): ChildProcess {
  const stdio = ['ignore', log, log, 'pipe'] as const;
  const child = spawn('/bin/sh', ['-c', GUARD, 'sh', program, ...args], {
    stdio: [...stdio],
    detached: true,
  });
  const pipe = child.stdio[3] as Socket;
  // The watcher must not wait for this process when the server has ended by itself.
  child.once('exit', () => pipe.destroy());
  pipe.on('error', () => {});
  pipe.unref();
  child.unref();
  return child;
}

/**
 * The write-ahead log is written at once and synced only at checkpoints: a server that is killed loses nothing, a machine that
 * loses power the last transactions, whose work is done again. Syncing each doubles what Temporal adds to a contract-date.
 */
const SQLITE = ['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=normal'];

/**
 * What waits is handed out by its priority key, which servers of this age do when they are told. A key counts within a partition of a queue:
 * there is one that is written; what an earlier server has left in others is still read.
 */
export const DYNAMIC_CONFIG = {
  'matching.useNewMatcher': true,
  'matching.numTaskqueueWritePartitions': 1,
};

function serverArguments(options: DevServerOptions, host: string, port: number, uiPort: number): string[] {
  const { namespace, searchAttributes, database, ui } = options;
  const where = `--ip ${host} --port ${port} --log-level warn`.split(' ');
  return ['server', 'start-dev', ...where, '--namespace', namespace].concat(
    Object.entries(DYNAMIC_CONFIG).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]),
    ui ? ['--ui-port', String(uiPort)] : ['--headless'],
    database ? ['--db-filename', database, ...SQLITE] : [],
    Object.entries(searchAttributes).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
  );
}

/**
 * The server of this clone: the one that is running, or a new one that keeps its state under `.spymaster/temporal`.
 * @throws SpymasterError BadConfig when one is running, and not where this one must be
 */
export async function ensureDevServer(
  options: Omit<DevServerOptions, 'database' | 'log' | 'ui'> & { place: Place },
): Promise<DevServer> {
  const running = readRunningServer();
  if (running && isAlive(running.owner) && (await isServing(running.address, options.namespace)))
    return joined(running, options.place);
  // Its owner has been killed, and it is about to end; it has the database until then.
  if (running) await untilGone(running.pid, { limitMs: STOP_LIMIT_MS });
  makePrivate();
  const server = await startDevServer({ ...options, ui: true, database: DATABASE, log: LOG });
  const { address, uiUrl, pid } = server;
  writeRunningServer({ address, uiUrl, pid, owner: process.pid });
  return { ...server, stop: () => stopRunningServer(pid) };
}

const DATABASE = join(SERVER_FOLDER, 'temporal.db');
const LOG = join(SERVER_FOLDER, 'server.log');

/** What the database holds is this user's alone, in folders that an earlier version made too. */
function makePrivate(): void {
  makeFolders(SERVER_FOLDER);
  chmodSync(SERVER_FOLDER, 0o700);
  for (const file of [DATABASE, `${DATABASE}-wal`, `${DATABASE}-shm`, LOG])
    if (existsSync(file)) chmodSync(file, 0o600);
}

/** A server that another process of this clone runs, and will stop. */
function joined({ address, uiUrl, pid, owner }: RunningServer, { host, port, exact }: Place): DevServer {
  const wanted = addressOf(host, port ?? 0);
  if (exact && address !== wanted) {
    const message = `The server of this project runs at ${address} already, and is to listen at ${wanted}: stop it first`;
    throw new SpymasterError('BadConfig', message, { field: 'address', expected: address });
  }
  return {
    address,
    uiUrl,
    pid,
    owner,
    ended: (signal) => untilGone(pid, { signal }),
    stop: () => Promise.resolve(),
  };
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
    ([code, signal]) => `it ended with ${code ?? signal}`,
    (error: Error) => error.message,
  );
  const deadline = Date.now() + START_LIMIT_MS;
  let outcome: string | undefined;
  while (Date.now() < deadline) {
    outcome = await Promise.race([failed, sleep(LOOK_EVERY_MS, undefined)]);
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

/**
 * A free port: the wanted one, or any other where that need not be it.
 * @throws SpymasterError StoreUnavailable when the wanted one is taken; BadConfig when the address is none of this machine
 */
async function freePort({ host, port = 0, exact = false }: Place): Promise<number> {
  const probe = createServer();
  try {
    probe.listen(port, host);
    await once(probe, 'listening');
    return (probe.address() as AddressInfo).port;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const field = { field: 'address', found: addressOf(host, port) };
    if (code !== 'EADDRINUSE' && code !== 'EACCES') {
      const message = `No server can listen at ${addressOf(host, port)}: that is no address of this machine`;
      throw new SpymasterError('BadConfig', message, field, { cause: error });
    }
    if (exact || port === 0)
      throw new SpymasterError('StoreUnavailable', `The port of ${addressOf(host, port)} is taken`, field);
  } finally {
    probe.close();
  }
  return freePort({ host });
}

const isTaken = async (place: Place): Promise<boolean> => (await freePort(place)) !== place.port;

/** `host:port`, an IPv6 address in brackets. */
const addressOf = (host: string, port: number) =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
