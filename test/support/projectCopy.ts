/** A copy of the compiled project with a Temporal server of its own: what is recorded of that is kept in the project's folder. */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { obtainTemporal } from '../../infra/temporal/cli';
import { PROJECT_ROOT } from '../../infra/root';
import { temporaryFolder } from './lake';
import type { RunningCommand } from './spymaster';
import { until } from './until';

/** A command under way, with what it has said so far. */
export interface Talking extends RunningCommand {
  said(): string;
  /** Waits until it has said something, or has ended. */
  hears(text: string): Promise<void>;
}

export interface ProjectCopy {
  folder: string;
  start(environment: NodeJS.ProcessEnv, ...args: string[]): Talking;
}

/** @param address what its `temporal.yaml` says */
export async function projectCopy(address: string): Promise<ProjectCopy> {
  const folder = temporaryFolder();
  cpSync(join(PROJECT_ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(PROJECT_ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(PROJECT_ROOT, 'node_modules'), join(folder, 'node_modules'));
  const yaml = readFileSync(join(PROJECT_ROOT, 'temporal.yaml'), 'utf8');
  writeFileSync(join(folder, 'temporal.yaml'), yaml.replace('127.0.0.1:7233', address));
  const { path } = await obtainTemporal();
  const main = join(folder, 'dist', 'workers', 'cli', 'main.js');
  const { TEMPORAL_ADDRESS: _, TEMPORAL_NAMESPACE: __, TEMPORAL_ENV: ___, ...inherited } = process.env;
  return {
    folder,
    start(environment, ...args) {
      const env = { ...inherited, TEMPORAL_CLI_PATH: path, ...environment };
      const child = spawn(process.execPath, [main, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      // Not `exit`: what it said last may still be on its way then.
      const finished = once(child, 'close').then(([code]) => ({
        code: code as number | null,
        stdout,
        stderr,
      }));
      const over = () => child.exitCode !== null || child.signalCode !== null;
      return {
        process: child,
        finished,
        said: () => stdout + stderr,
        hears: (text) => until(() => (stdout + stderr).includes(text) || over()),
      };
    },
  };
}

/**
 * A port that is free now, and is likely to stay so: it is none of those that the system hands out to whoever asks for any, which on Linux
 * begin at 32768.
 */
export async function somePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 30_000);
    const server = await listening(port).catch(() => undefined);
    if (!server) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** Something else that has a port. */
export async function listening(port: number): Promise<Server> {
  const server = createServer((socket) => socket.destroy()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
