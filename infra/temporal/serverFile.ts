/** The record of a running development server, by which the other processes of this clone find it. */
import { join } from 'node:path';
import { PROJECT_ROOT } from '../root';
import { RunningRecord } from '../runningRecord';

/** Where the development server keeps its database, log and record. */
export const SERVER_FOLDER = join(PROJECT_ROOT, '.spymaster', 'temporal');

export interface RunningServer {
  /** `host:port` of the gRPC endpoint. */
  address: string;
  uiUrl: string;
  pid: number;
  /** The process that stops the server when it ends. */
  owner: number;
}

const record = new RunningRecord<RunningServer>(join(SERVER_FOLDER, 'server.json'));

/** The server of this clone, or undefined when there is none or its process is gone. */
export const readRunningServer = (): RunningServer | undefined => record.read();
export const writeRunningServer = (server: RunningServer): void => record.write(server);
export const forgetRunningServer = (): void => record.forget();
