/** Gateway, feed, hubs and live worker as processes of their own, to be killed, stopped and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { StateReader } from '../../graph/state/codec';
import type { Store } from '../../lake/store/store';
import { endProcess } from '../../infra/processes';
import { SavedProgress } from '../../workers/live/savedProgress';
import { PROJECT_ROOT } from '../../infra/root';
import { HUBS } from '../../infra/eventhubs/hubs';
import type * as HubsProcesses from '../../infra/eventhubs/process';
import { somePort } from './projectCopy';
import { MAIN } from './spymaster';
import { until } from './until';

// It starts another compiled process.
const { ensureHubs } = require(
  join(PROJECT_ROOT, 'dist', 'infra', 'eventhubs', 'process.js'),
) as typeof HubsProcesses;

/** Of a test that fails half-way too. */
const running = new Set<number>();
afterAll(() => Promise.all([...running].map(endProcess)));

/** A command of `spymaster`, with what it has said so far and a line for its standard input. */
export class Command {
  stdout = '';
  stderr = '';
  private readonly closed: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(environment: NodeJS.ProcessEnv, ...args: string[]) {
    this.child = spawn(process.execPath, [MAIN, ...args], {
      env: { ...process.env, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const pid = this.child.pid!;
    running.add(pid);
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.closed = new Promise((resolve) => this.child.once('close', resolve));
    void this.closed.then(() => running.delete(pid));
  }

  /** Waits until it has said something on stderr; fails if it ends before. @param from where to look from */
  async said(text: string, from = 0): Promise<string> {
    const found = () => this.stderr.includes(text, from);
    await until(
      () => found() || this.isOver,
      () => `${text} was not said, but ${this.stderr}`,
    );
    if (!found()) throw new Error(`It ended without ${text}: ${this.stderr}`);
    return this.stderr;
  }

  /** Waits until it ends. @returns its exit code, null if it was killed */
  async ended(): Promise<number | null> {
    await until(
      () => this.isOver,
      () => `It does not end, and said ${this.stderr}`,
    );
    return this.closed;
  }

  private get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  tell(line: string): void {
    this.child.stdin!.write(`${line}\n`);
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.closed;
  }
}

/** Hubs of a folder in a process of their own: started again, they are at the same address. */
export async function startHubs(folder: string, address?: string): Promise<HubsProcesses.HubsProcess> {
  const hubs = await ensureHubs({
    folder,
    hubs: HUBS,
    host: '127.0.0.1',
    port: address === undefined ? await somePort() : Number(address.split(':')[1]),
    exact: address !== undefined,
    fsync: 'never',
    retentionMs: 3_600_000,
    retentionBytes: 1 << 30,
    segmentBytes: 1 << 20,
  });
  running.add(hubs.pid);
  return hubs;
}

/** Lets the market of a gateway go on until a time, ISO UTC, and waits until it stands still there. */
export async function marketUntil(gateway: Command, time: string): Promise<void> {
  goUntil(gateway, time);
  await until(() => {
    gateway.tell('status');
    const times = [...gateway.stderr.matchAll(/^(\d{4}-\d{2}-\d{2}T[\d:]+)\S*, paused/gm)];
    return times.length > 0 && times.at(-1)![1] >= time;
  });
}

/** Lets the market of a gateway go on, to stand still at a time, ISO UTC, at the latest. */
export function goUntil(gateway: Command, time: string): void {
  gateway.tell('resume');
  gateway.tell(`pause ${time}Z`);
}

/**
 * Sequence number of the last event in the state that a store has of a session; -1 where it is that of the beginning, or there is none yet.
 */
export async function keptUpTo(store: Store, contract: string, tradeDate: string): Promise<number> {
  const kept = await new SavedProgress(store, contract, tradeDate).state();
  if (!kept) return -1;
  const from = new StateReader(kept.bytes);
  from.section('live', 4);
  from.text();
  from.unsigned();
  from.section('contract progress', 4);
  return from.unsigned() - 1;
}
