import { statSync } from 'node:fs';
import fc from 'fast-check';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { MboBatch } from '../../../graph/records/mbo';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import { appendMbo, type MboColumn } from '../../../lake/parquet/mbo';
import { FILE_ROWS } from '../../../lake/parquet/partitionWriter';
import { readDbn } from '../../../lake/raw/dbnFile';
import { dataPath, describeWithData } from '../../support/data';
import { commitOptions, numbers, syntheticMbo, temporaryFolder } from '../../support/lake';

const PARTITION = { contract: 'ESH4', trade_date: '2023-12-26' };
const FIELDS = [
  'tsEvent',
  'tsRecv',
  'orderId',
  'price',
  'instrumentId',
  'size',
  'sequence',
  'tsInDelta',
  'publisherId',
  'flags',
  'channelId',
  'action',
  'side',
] as const;

async function openTable() {
  return (await Lake.open(temporaryFolder(), TABLES)).table(bronzeMbo);
}

async function readAll(table: Awaited<ReturnType<typeof openTable>>, rows: number): Promise<MboBatch> {
  const all = new MboBatch(rows);
  await table.readMbo(PARTITION, (batch) => appendMbo(all, batch, 0, batch.length));
  return all;
}

function expectSame(found: MboBatch, expected: MboBatch, from = 0) {
  for (const field of FIELDS)
    expect(
      Buffer.compare(bytesOf(found, field, 0, found.length), bytesOf(expected, field, from, found.length)),
    ).toBe(0);
}

function bytesOf(batch: MboBatch, field: (typeof FIELDS)[number], from: number, rows: number): Uint8Array {
  const { buffer, byteOffset } = batch[field].subarray(from, from + rows);
  return new Uint8Array(buffer, byteOffset, rows * batch[field].BYTES_PER_ELEMENT);
}

describe('MBO records in Bronze', () => {
  it('come back bit for bit and in order of arrival, over several files', async () => {
    const table = await openTable();
    const rows = FILE_ROWS + 12_345;
    const records = syntheticMbo(rows);
    const result = await table.overwritePartition(
      PARTITION,
      async (writer) => {
        for (let at = 0; at < rows; at += 4096) {
          writer.writeMbo(records, at, Math.min(rows, at + 4096));
          await writer.drain();
        }
      },
      commitOptions(),
    );
    expect(result).toMatchObject({ rows, files: 2 });
    const found = await readAll(table, rows);
    expect(found.length).toBe(rows);
    expectSame(found, records);
  });

  it('come back whatever their fields hold', async () => {
    const table = await openTable();
    const u64 = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
    const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const u8 = fc.integer({ min: 0, max: 255 });
    const record = fc.tuple(
      fc.tuple(u64, u64, u64, fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n })),
      fc.tuple(u32, u32, u32, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
      fc.tuple(
        fc.integer({ min: 0, max: 65_535 }),
        u8,
        u8,
        fc.constantFrom('A', 'C', 'M', 'R', 'T', 'F', 'N'),
        fc.constantFrom('A', 'B', 'N'),
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(record, { maxLength: 60 }), async (records) => {
        const batch = new MboBatch(64);
        for (const [wide, narrow, small] of records) {
          const i = batch.length++;
          [batch.tsEvent[i], batch.tsRecv[i], batch.orderId[i], batch.price[i]] = wide;
          [batch.instrumentId[i], batch.size[i], batch.sequence[i], batch.tsInDelta[i]] = narrow;
          [batch.publisherId[i], batch.flags[i], batch.channelId[i]] = small as unknown as number[];
          batch.action[i] = small[3].charCodeAt(0);
          batch.side[i] = small[4].charCodeAt(0);
        }
        await table.overwritePartition(PARTITION, (writer) => writer.writeMbo(batch), commitOptions());
        const found = await readAll(table, 64);
        expect(found.length).toBe(records.length);
        expectSame(found, batch);
      }),
      { numRuns: 25 },
    );
  });

  it('fill only the columns that were asked for', async () => {
    const table = await openTable();
    const records = syntheticMbo(5000);
    await table.overwritePartition(PARTITION, (writer) => writer.writeMbo(records), commitOptions());
    const columns: MboColumn[] = ['side', 'price', 'ts_event'];
    const found = new MboBatch(5000);
    await table.readMbo(PARTITION, (batch) => appendMbo(found, batch, 0, batch.length), { columns });
    for (const field of ['side', 'price', 'tsEvent'] as const)
      expect(Buffer.compare(bytesOf(found, field, 0, 5000), bytesOf(records, field, 0, 5000))).toBe(0);
    expect(found.orderId.every((id) => id === 0n)).toBe(true);
  });

  it('wait for a slow reader, and stop when it fails or is cancelled', async () => {
    const table = await openTable();
    await table.overwritePartition(
      PARTITION,
      (writer) => writer.writeMbo(syntheticMbo(60_000)),
      commitOptions(),
    );
    let inside = 0;
    const sizes: number[] = [];
    await table.readMbo(PARTITION, async (batch) => {
      expect(++inside).toBe(1);
      sizes.push(batch.length);
      await new Promise(setImmediate);
      expect(sizes.at(-1)).toBe(batch.length);
      inside--;
    });
    expect(sizes.reduce((sum, n) => sum + n)).toBe(60_000);

    const failing = table.readMbo(PARTITION, () => Promise.reject(new Error('enough')));
    await expect(failing).rejects.toThrow('enough');
    const controller = new AbortController();
    const cancelled = table.readMbo(PARTITION, () => controller.abort(), { signal: controller.signal });
    await expect(cancelled).rejects.toMatchObject({ code: 'Cancelled' });
    expect((await readAll(table, 60_000)).length).toBe(60_000);
  });

  it('are refused with an action or side that is no letter, naming the row', async () => {
    const table = await openTable();
    const records = syntheticMbo(10);
    records.action[7] = 0;
    await expect(
      table.overwritePartition(PARTITION, (writer) => writer.writeMbo(records), commitOptions()),
    ).rejects.toMatchObject({ code: 'ContractViolation', details: { field: 'action', row: 7 } });
    records.action[7] = 'A'.charCodeAt(0);
    records.side[3] = 'X'.charCodeAt(0);
    await expect(
      table.overwritePartition(PARTITION, (writer) => writer.writeMbo(records), commitOptions()),
    ).rejects.toMatchObject({ details: { field: 'side', row: 3 } });
    expect((await table.snapshot()).exists).toBe(false);
  });

  it('do not go into a table of something else', async () => {
    const table = (await Lake.open(temporaryFolder(), TABLES)).table(numbers);
    await expect(
      table.overwritePartition(
        { contract: 'A' },
        (writer) => writer.writeMbo(syntheticMbo(1)),
        commitOptions(),
      ),
    ).rejects.toMatchObject({ code: 'ContractViolation' });
  });
});

describeWithData('Bronze of a real file', () => {
  it('is smaller than the zstd-compressed DBN it came from', async () => {
    const source = dataPath('esh4-glbx-mdp3-20231225.mbo.dbn.zst');
    const table = await openTable();
    const result = await table.overwritePartition(
      PARTITION,
      async (writer) => {
        await readDbn(source, { mbo: (batch) => writer.writeMbo(batch), drain: () => writer.drain() });
      },
      commitOptions(),
    );
    expect(result.rows).toBe(68_792);
    expect(result.bytes).toBeLessThan(0.8 * statSync(source).size);
  });
});
