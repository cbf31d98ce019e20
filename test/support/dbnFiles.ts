/** Small self-generated DBN streams and files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMetadata, encodeRecord, fileMetadata } from '../../graph/dbn';
import type { DbnMetadata, DbnVersion, StoredRecord } from '../../graph/dbn';

export const someMetadata = (version: DbnVersion = 3): DbnMetadata =>
  fileMetadata({
    version,
    dataset: 'GLBX.MDP3',
    schema: 'mbo',
    start: 1_703_462_400_000_000_000n,
    end: 1_703_548_800_000_000_000n,
    symbols: ['ESH4'],
    mappings: [
      { rawSymbol: 'ESH4', intervals: [{ startDate: '2023-12-25', endDate: '2023-12-26', symbol: '17077' }] },
    ],
  });

/** `count` additions of orders, a millisecond apart, with rising ids. */
export const someMbo = (count: number): StoredRecord<'mbo'>[] =>
  Array.from({ length: count }, (_, k) => ({
    type: 'mbo',
    publisherId: 1,
    instrumentId: 17077,
    tsEvent: 1_703_462_400_000_000_000n + BigInt(k) * 1_000_000n,
    orderId: 6_412_777_162_812n + BigInt(k),
    price: 4_800_000_000_000n + BigInt(k % 40) * 250_000_000n,
    size: 1 + (k % 9),
    flags: 128,
    channelId: 0,
    action: 'A',
    side: k % 2 === 0 ? 'B' : 'A',
    tsRecv: 1_703_462_400_000_050_000n + BigInt(k) * 1_000_000n,
    tsInDelta: 12_000,
    sequence: k,
  }));

export const streamOf = (records: StoredRecord[], version: DbnVersion = 3): Uint8Array =>
  new Uint8Array(
    Buffer.concat([encodeMetadata(someMetadata(version)), ...records.map((r) => encodeRecord(r, version))]),
  );

/** A folder for one test file's files, gone when its tests are done. */
export function temporaryFiles(): (name: string, bytes: Uint8Array) => string {
  const folder = mkdtempSync(join(tmpdir(), 'spymaster-dbn-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return (name, bytes) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };
}
