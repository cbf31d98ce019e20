/** Bronze: MBO records into a Delta table and back, and how small they get; beside Python's deltalake on the same rows. The same in Azure's storage. */
import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bronzeMbo } from '../../graph/records/mboTable';
import { encodeMbo, MBO_BYTES } from '../../graph/dbn';
import { MboBatch } from '../../graph/records/mbo';
import { tableRoot, type CommitOptions, type CommitResult, type DeltaTable } from '../../lake/delta/table';
import { TABLES } from '../../graph/catalog/declaration';
import { Lake } from '../../lake/lake';
import { appendMbo } from '../../lake/parquet/mbo';
import { readDbn } from '../../lake/raw/dbnFile';
import { loadZstdWriter } from '../../lake/raw/zstd';
import { PROJECT_ROOT } from '../root';
import { benchAzureLake } from './azureLake';
import { beside, runPeer } from './peers';
import { sized } from './size';
import type { BenchResult } from './types';

const DATA = process.env.SPYMASTER_TEST_DATA ?? join(PROJECT_ROOT, '..', 'shared', 'data');
const FILE = join(DATA, 'esh4-glbx-mdp3-20231225.mbo.dbn.zst');
/** Times the file's records are repeated, each time as those of a later day and of orders never seen. */
const DAYS = sized(60, 2);
const DAY_NS = 86_400_000_000_000n;
/** Above the span of order ids, and of sequence numbers, in the file. */
const ID_STEP = 700_000n;
const SEQUENCE_STEP = 60_000;
const ROUNDS = sized(3, 1);
const MOST_RECORDS = 100_000;
const PARTITION = { contract: 'ESH4', trade_date: '2023-12-26' };
const COMMIT: CommitOptions = {
  operation: 'bench',
  lineage: { inputs: [], codeVersion: '', digest: '', runId: '', workflowId: '' },
};

export async function bench(): Promise<BenchResult[]> {
  if (!existsSync(FILE)) {
    process.stderr.write(`bench: no lake: ${FILE} is not there (set SPYMASTER_TEST_DATA)\n`);
    return [];
  }
  const folder = await mkdtemp(join(tmpdir(), 'spymaster-bench-'));
  try {
    const one = await load();
    const single = (await Lake.open(join(folder, 'one'), TABLES)).table(bronzeMbo);
    const small = await write(single, [one]);
    const table = (await Lake.open(folder, TABLES)).table(bronzeMbo);
    const days = repeat(one);
    const rows = DAYS * one.length;
    const note = `${rows} records of an ES evening, repeated with ever later times and ever new ids; fastest of ${ROUNDS}`;

    let written: CommitResult | undefined;
    const writing = await fastest(async () => (written = await write(table, days)));
    const reading = await fastest(() => read(table, rows));
    const work = {
      rows,
      write: (elsewhere: DeltaTable) => write(elsewhere, days),
      read: (elsewhere: DeltaTable) => read(elsewhere, rows),
    };
    const inAzure = await benchAzureLake(work, { writing, reading });
    const peer = runPeer('deltalake_write.py', join(folder, tableRoot(bronzeMbo.name)));
    const bytes = written!.bytes;
    return [
      {
        name: 'Bronze write',
        value: rows / writing,
        unit: 'rows/s',
        ...beside(rows / writing, "Python's deltalake, zstd", peer?.rows_per_second),
        note,
      },
      { name: 'Bronze read', value: rows / reading, unit: 'rows/s', note },
      {
        name: 'Bronze size, one file',
        value: small.bytes / statSync(FILE).size,
        unit: 'of its .dbn.zst',
        note: `${small.bytes} of ${statSync(FILE).size} bytes`,
      },
      {
        name: 'Bronze size, long',
        value: bytes / (await compressed(days)),
        unit: 'of the same as .dbn.zst',
        ...beside(bytes, "Python's deltalake, zstd", peer?.bytes),
        note: `${bytes} bytes, ${(bytes / rows).toFixed(2)} a row`,
      },
      ...inAzure,
    ];
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Seconds of the fastest round. */
async function fastest(work: () => Promise<unknown>): Promise<number> {
  let seconds = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    await work();
    seconds = Math.min(seconds, (performance.now() - started) / 1000);
  }
  return seconds;
}

/** Writes batches as the decoder hands them out. */
const write = (table: DeltaTable, batches: readonly MboBatch[]): Promise<CommitResult> =>
  table.overwritePartition(
    PARTITION,
    async (writer) => {
      for (const batch of batches) {
        for (let at = 0; at < batch.length; at += 4096)
          writer.writeMbo(batch, at, Math.min(batch.length, at + 4096));
        await writer.drain();
      }
    },
    COMMIT,
  );

async function read(table: DeltaTable, rows: number): Promise<void> {
  let found = 0;
  await table.readMbo(PARTITION, (batch) => void (found += batch.length));
  if (found !== rows) throw new Error(`${found} of ${rows} records came back`);
}

/** The file's records in one batch. */
async function load(): Promise<MboBatch> {
  const all = new MboBatch(MOST_RECORDS);
  await readDbn(FILE, { mbo: (batch) => appendMbo(all, batch, 0, batch.length) });
  const one = new MboBatch(all.length);
  appendMbo(one, all, 0, all.length);
  return one;
}

/** The records again and again, as those of later days. */
function repeat(one: MboBatch): MboBatch[] {
  return Array.from({ length: DAYS }, (_, day) => {
    const batch = new MboBatch(one.capacity, one.buffer.slice(0));
    batch.length = one.length;
    for (let i = 0; i < batch.length; i++) {
      batch.tsEvent[i] += BigInt(day) * DAY_NS;
      batch.tsRecv[i] += BigInt(day) * DAY_NS;
      batch.orderId[i] += BigInt(day) * ID_STEP;
      batch.sequence[i] += day * SEQUENCE_STEP;
    }
    return batch;
  });
}

/** Bytes of the records as zstd-compressed DBN. */
async function compressed(batches: readonly MboBatch[]): Promise<number> {
  let bytes = 0;
  const openZstd = await loadZstdWriter();
  const zstd = openZstd((chunk) => void (bytes += chunk.length));
  const block = new Uint8Array(4096 * MBO_BYTES);
  for (const batch of batches)
    for (let at = 0; at < batch.length; at += 4096) {
      const end = encodeMbo(batch, at, Math.min(batch.length, at + 4096), block, 0);
      zstd.push(block.subarray(0, end));
    }
  zstd.end();
  return bytes;
}
