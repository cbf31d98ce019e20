/** Starts Azurite, Microsoft's stand-in for blob storage, as a process that ends with this one. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { SpymasterError } from '../../graph/errors';
import { makeFolders } from '../../lake/store/makeFolders';
import { STOP_LIMIT_MS, endProcess, untilGone } from '../processes';

export interface AzuriteOptions {
  readonly account: string;
  /** In base64. */
  readonly key: string;
  /** Where it keeps what is stored; in memory without. */
  readonly folder?: string;
}

export interface Azurite {
  readonly port: number;
  /** Resolves when it is gone. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const SAID_AT_MOST = 10_000;

/** @throws SpymasterError StoreUnavailable, with what it says, when it does not start */
export async function startAzurite({ account, key, folder }: AzuriteOptions): Promise<Azurite> {
  if (folder !== undefined) makeFolders(folder, 0o700);
  const place = folder === undefined ? ['--inMemoryPersistence'] : ['--location', folder];
  const child = fork(
    join(__dirname, 'azuriteProcess.js'),
    // Its list of versions is older than the clients.
    [...place, '--blobPort', '0', '--silent', '--skipApiVersionCheck', '--disableTelemetry'],
    {
      env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}`, NODE_OPTIONS: '' },
      execArgv: [],
      // Ctrl-C in a terminal does not reach it.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const ended = once(child, 'exit').then(() => undefined);
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    const listen = (text: string) => {
      said = (said + text).slice(-SAID_AT_MOST);
      const [, found] = /successfully listens on http:\/\/[\d.]+:(\d+)/.exec(said) ?? [];
      if (found !== undefined) resolve(Number(found));
    };
    child.stdout!.setEncoding('utf8').on('data', listen);
    child.stderr!.setEncoding('utf8').on('data', listen);
    void ended.then(() =>
      reject(new SpymasterError('StoreUnavailable', `Azurite did not start: ${said.trim()}`)),
    );
  });
  const stop = async () => {
    if (child.connected) child.disconnect();
    await untilGone(child.pid!, { limitMs: STOP_LIMIT_MS });
    await endProcess(child.pid);
  };
  return { port, ended, stop };
}
