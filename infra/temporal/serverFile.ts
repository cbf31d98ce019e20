/** The record of a running development server, by which the other processes of this clone find it. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeFolders } from '../../lake/store/makeFolders';
import { PROJECT_ROOT } from '../root';

/** Where the development server keeps its database, log and record. */
export const SERVER_FOLDER = join(PROJECT_ROOT, '.spymaster', 'temporal');
const SERVER_FILE = join(SERVER_FOLDER, 'server.json');

export interface RunningServer {
  /** `host:port` of the gRPC endpoint. */
  address: string;
  uiUrl: string;
  pid: number;
  /** The process that stops the server when it ends. */
  owner: number;
}

/** The server of this clone, or undefined when there is none or its process is gone. */
export function readRunningServer(): RunningServer | undefined {
  try {
    const server = JSON.parse(readFileSync(SERVER_FILE, 'utf8')) as RunningServer;
    return isAlive(server.pid) ? server : undefined;
  } catch {
    return undefined;
  }
}

export function writeRunningServer(server: RunningServer): void {
  makeFolders(dirname(SERVER_FILE), 0o700);
  writeFileSync(SERVER_FILE, `${JSON.stringify(server, null, 2)}\n`);
}

export function forgetRunningServer(): void {
  rmSync(SERVER_FILE, { force: true });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
