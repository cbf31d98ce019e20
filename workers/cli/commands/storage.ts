/** `spymaster storage`: Azure Data Lake Storage on this machine, to try a lake there without an account. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { SpymasterError } from '../../../graph/errors';
import {
  STORAGE_ACCOUNT,
  STORAGE_CONTAINER,
  STORAGE_FOLDER,
  STORAGE_KEY_FILE,
  STORAGE_PORT,
} from '../../../infra/storage/home';
import { StoragePeer } from '../../../infra/storage/peer';
import { RunningRecord } from '../../../infra/runningRecord';
import { secretIn } from '../../../infra/secretFile';
import { KEY_VARIABLE, PEER_VARIABLE } from '../../../lake/store/azure/variables';
import { portNumber } from '../arguments';
import { shortPath } from '../openLake';
import { aborted, untilInterrupted } from '../terminal/interrupt';
import { note, print, printJson } from '../terminal/output';

const HELP = `
It is Azurite, Microsoft's own stand-in, with what a data lake has beside it; what is stored stays in .spymaster/storage. What is printed
sets the environment of a shell for a lake there. Clients and addresses are those of Azure: with an address of your account, a key or a
sign-in, and no ${PEER_VARIABLE}, the same commands work on a lake there.`;

export function define(command: Command): void {
  command
    .option('--port <number>', 'port; 0 takes a free one', portNumber, STORAGE_PORT)
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(run);
}

const KEY_BYTES = 64;
const RECORD = new RunningRecord<{ pid: number; address: string }>(join(STORAGE_FOLDER, 'server.json'));

async function run({ port, json }: { port: number; json?: boolean }): Promise<void> {
  await untilInterrupted(async (signal) => {
    const peer = await start(port);
    try {
      await peer.createContainer(STORAGE_CONTAINER);
      const lake = `abfss://${STORAGE_CONTAINER}@${STORAGE_ACCOUNT}.dfs.core.windows.net/lake`;
      if (json) printJson({ [PEER_VARIABLE]: peer.address, keyFile: STORAGE_KEY_FILE, lake });
      else {
        note(`Azure's storage on this machine, at ${peer.address}. Ctrl-C stops it. For a lake there:`);
        print(`export ${PEER_VARIABLE}=${peer.address}\n`);
        print(`export ${KEY_VARIABLE}=$(cat ${shortPath(STORAGE_KEY_FILE)})\n`);
        print(`export SPYMASTER_LAKE=${lake}\n`);
      }
      await Promise.race([aborted(signal), peer.ended]);
      if (!signal.aborted) throw new SpymasterError('StoreUnavailable', 'Azurite has ended');
    } finally {
      RECORD.forget();
      await peer.stop();
    }
  });
}

/** @throws SpymasterError StoreUnavailable where it runs already, or something else listens there */
async function start(port: number): Promise<StoragePeer> {
  const running = RECORD.read();
  if (running)
    throw new SpymasterError('StoreUnavailable', `it runs already, at ${running.address}`, {
      expected: 'one process alone with what is stored',
    });
  const key = secretIn(STORAGE_KEY_FILE, KEY_BYTES);
  const options = { account: STORAGE_ACCOUNT, key, port, folder: join(STORAGE_FOLDER, 'blobs') };
  try {
    const peer = await StoragePeer.start(options);
    RECORD.write({ pid: process.pid, address: peer.address });
    return peer;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new SpymasterError(
      'StoreUnavailable',
      `something listens at port ${port} already`,
      { field: '--port', expected: 'a port that is free; it may be another `./spymaster storage`' },
      { cause },
    );
  }
}
