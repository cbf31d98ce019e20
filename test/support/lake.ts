/** Throwaway lakes and small tables for tests. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row, TableBatch, TableContract } from '../../graph/datasets/schema';
import { MboBatch } from '../../graph/records/mbo';
import type { CommitOptions } from '../../lake/delta/table';
import { TableBuilder } from './tables';

const folders: string[] = [];
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder that is removed after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'spymaster-test-'));
  folders.push(folder);
  return folder;
}

/** Overwrites bytes in a file's last third: of a large Parquet file, the row groups before it can still be read. */
export function damageFile(path: string): void {
  const bytes = readFileSync(path);
  bytes.fill(0, Math.floor(bytes.length * 0.7), Math.floor(bytes.length * 0.75));
  writeFileSync(path, bytes);
}

export const LINEAGE = {
  inputs: ['raw.dbn@04597c54'],
  codeVersion: '1',
  digest: 'd1',
  runId: 'run-1',
  workflowId: 'workflow-1',
};

export const commitOptions = (more: Partial<CommitOptions> = {}): CommitOptions => ({
  operation: 'test',
  lineage: LINEAGE,
  ...more,
});

/** A table with a column of every type, nullable where the type can be. */
export const everyType: TableContract = {
  name: 'test.every_type',
  description: 'A column of every type.',
  version: 1,
  columns: [
    { name: 'id', type: 'int64', unit: '', meaning: 'Number of the row' },
    { name: 'wide', type: 'int64', unit: 'ns UTC', meaning: 'A 64-bit number', nullable: true },
    { name: 'whole', type: 'int32', unit: 'count', meaning: 'A 32-bit number', nullable: true },
    { name: 'small', type: 'int16', unit: 'count', meaning: 'A 16-bit number', nullable: true },
    { name: 'real', type: 'double', unit: '1', meaning: 'A real number', nullable: true },
    { name: 'text', type: 'string', unit: '', meaning: 'A text', nullable: true },
    { name: 'yes', type: 'boolean', unit: '', meaning: 'True or false' },
    { name: 'bytes', type: 'binary', unit: '', meaning: 'Bytes', nullable: true },
    { name: 'day', type: 'date', unit: '', meaning: 'A day', nullable: true },
    { name: 'vector', type: 'floats', unit: '', meaning: 'A vector', nullable: true },
    { name: 'contract', type: 'string', unit: '', meaning: 'Contract' },
    { name: 'trade_date', type: 'date', unit: '', meaning: 'Trade date' },
  ],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'id'],
};

export const NULLS: Row = {
  wide: null,
  whole: null,
  small: null,
  real: null,
  text: null,
  bytes: null,
  day: null,
  vector: null,
};

/** Row `i` of `everyType`; every fifth is null wherever it may be. */
export function everyTypeRow(i: number): Row {
  const row: Row = {
    id: BigInt(i),
    wide: 1_703_548_799_446_821_072n + BigInt(i) * 1_000_000_007n,
    whole: i * 7 - 100,
    small: (i % 300) - 150,
    real: i / 3 - 1e6,
    text: `row "${i}" é😀`,
    yes: i % 2 === 0,
    bytes: new Uint8Array([i & 255, 0, 255]),
    day: i % 2 === 0 ? '2023-12-26' : '1969-12-31',
    vector: new Float32Array([i, -0.5, 1e-20]),
  };
  return i % 5 === 4 ? { ...row, ...NULLS } : row;
}

export function everyTypeBatch(from: number, to: number, contract = everyType): TableBatch {
  const builder = new TableBuilder(contract);
  for (let i = from; i < to; i++) builder.push(everyTypeRow(i));
  return builder.build();
}

/** A table of one number, for tests that care about commits rather than columns. */
export const numbers: TableContract = {
  name: 'test.numbers',
  description: 'Numbers.',
  version: 1,
  columns: [
    { name: 'n', type: 'int64', unit: 'count', meaning: 'A number' },
    { name: 'contract', type: 'string', unit: '', meaning: 'Contract' },
  ],
  partitionBy: ['contract'],
  key: ['contract', 'n'],
};

export function numbersBatch(...values: number[]): TableBatch {
  const builder = new TableBuilder(numbers);
  for (const n of values) builder.push({ n: BigInt(n) });
  return builder.build();
}

/** MBO records with every field different and every bit of the wide ones used. */
export function syntheticMbo(rows: number, from = 0): MboBatch {
  const batch = new MboBatch(rows);
  for (let i = 0; i < rows; i++) {
    const n = BigInt(from + i);
    batch.tsRecv[i] = 1_703_548_799_000_000_000n + n * 1_001n;
    batch.tsEvent[i] = i % 1000 === 999 ? 0xffff_ffff_ffff_ffffn : batch.tsRecv[i] - 119_000n;
    batch.orderId[i] = (n << 40n) | n | (i % 2 === 0 ? 1n << 63n : 0n);
    batch.price[i] = i % 97 === 0 ? 0x7fff_ffff_ffff_ffffn : (n % 400n) * -250_000_000n + 50_000_000_000n;
    batch.instrumentId[i] = 17_077 + (i % 3);
    batch.size[i] = i % 101 === 0 ? 0xffff_ffff : i % 50;
    batch.sequence[i] = 0xffff_fff0 + i;
    batch.tsInDelta[i] = (i % 5000) - 2500;
    batch.publisherId[i] = i % 65_536;
    batch.flags[i] = i % 256;
    batch.channelId[i] = (i * 7) % 256;
    batch.action[i] = 'ACMRTFN'.charCodeAt(i % 7);
    batch.side[i] = 'ABN'.charCodeAt(i % 3);
  }
  batch.length = rows;
  return batch;
}
