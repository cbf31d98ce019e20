/** A table of Bronze in a lake in Azure's storage, as this machine stands for it, beside the same in a folder. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TABLES } from '../../graph/catalog/declaration';
import { bronzeMbo } from '../../graph/records/mboTable';
import type { DeltaTable } from '../../lake/delta/table';
import { Lake } from '../../lake/lake';
import { KEY_VARIABLE, PEER_VARIABLE } from '../../lake/store/azure/variables';
import { StoragePeer } from '../storage/peer';
import { beside } from './peers';
import { sized } from './size';
import type { BenchResult } from './types';

const ACCOUNT = 'bench';
const KEY = Buffer.from('of nobody but this measurement').toString('base64');
const CACHE_BYTES = 20e9;
const ROUNDS = sized(3, 1);

/** What is measured of a table; both throw where not all comes back. */
export interface Work {
  readonly rows: number;
  readonly write: (table: DeltaTable) => Promise<unknown>;
  readonly read: (table: DeltaTable) => Promise<unknown>;
}

/** @param folder seconds that the same takes in a folder */
export async function benchAzureLake(
  { rows, write, read }: Work,
  folder: { readonly writing: number; readonly reading: number },
): Promise<BenchResult[]> {
  const place = await mkdtemp(join(tmpdir(), 'spymaster-bench-azure-'));
  const peer = await StoragePeer.start({
    account: ACCOUNT,
    key: KEY,
    port: 0,
    folder: join(place, 'azurite'),
  });
  const before = { ...process.env };
  try {
    Object.assign(process.env, { [KEY_VARIABLE]: KEY, [PEER_VARIABLE]: peer.address });
    await peer.createContainer('lake');
    let caches = 0;
    /** As a machine finds it that has not read anything of it. */
    const open = async () =>
      (
        await Lake.open(`abfss://lake@${ACCOUNT}.dfs.core.windows.net/es`, TABLES, undefined, {
          cache: { folder: join(place, `cache-${++caches}`), bytes: CACHE_BYTES },
        })
      ).table(bronzeMbo);
    const [writing, fetching, again] = [[], [], []] as number[][];
    for (let round = 0; round < ROUNDS; round++) {
      writing.push(await seconds(async () => write(await open())));
      const table = await open();
      fetching.push(await seconds(() => read(table)));
      again.push(await seconds(() => read(table)));
    }
    const figure = (name: string, times: number[], local: number): BenchResult => ({
      name,
      value: rows / Math.min(...times),
      unit: 'rows/s',
      ...beside(rows / Math.min(...times), 'a folder', rows / local),
      note: 'Azurite and what is in front of it take their share of the same cores',
    });
    return [
      figure("Bronze write, Azure's storage on this machine", writing, folder.writing),
      figure('Bronze read from there, fetched', fetching, folder.reading),
      figure('Bronze read from there, again', again, folder.reading),
    ];
  } finally {
    process.env = before;
    await peer.stop();
    await rm(place, { recursive: true });
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
