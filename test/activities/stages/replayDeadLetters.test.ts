import fc from 'fast-check';
import type { Row } from '../../../graph/datasets/schema';
import { bronzeDeadLetters } from '../../../graph/records/deadLettersTable';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { opsPartitions } from '../../../graph/catalog/partitionsTable';
import { canonical } from '../../../graph/catalog/provenance';
import { encodeRecord, RECORDS, RecordView, type StoredRecord } from '../../../graph/dbn';
import { encodeMbo } from '../../../graph/dbn/mboCodec';
import { windowOf } from '../../../graph/market/calendar';
import { MboBatch } from '../../../graph/records/mbo';
import type { DeadLetterReason } from '../../../graph/records/validate';
import { listLetters } from '../../../lake/deadLetters/letters';
import { replayLetters } from '../../../activities/stages/replayDeadLetters';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import { appendMbo } from '../../../lake/parquet/mbo';
import { someMbo, streamOf, temporaryFiles } from '../../support/dbnFiles';
import { commitOptions, damageFile, LINEAGE, temporaryFolder } from '../../support/lake';
import { ES } from '../../support/products';
import { TableBuilder } from '../../support/tables';

const CONTRACT = 'ESH4';
const DATE = '2023-12-26';
const PARTITION = { contract: CONTRACT, trade_date: DATE };
const START = windowOf(DATE, ES).start;
const write = temporaryFiles();

/** `rows` usable records a microsecond apart; the order id is the record's number. */
function records(rows: number): MboBatch {
  const batch = new MboBatch(Math.max(1, rows));
  for (let i = 0; i < rows; i++) {
    batch.tsRecv[i] = batch.tsEvent[i] = START + 1_000_000n + BigInt(i) * 1000n;
    batch.orderId[i] = BigInt(i);
    batch.price[i] = 4_800_250_000_000n;
    batch.instrumentId[i] = 17_077;
    batch.size[i] = 1;
    batch.publisherId[i] = 1;
    batch.flags[i] = 128;
    batch.action[i] = 'A'.charCodeAt(0);
    batch.side[i] = 'B'.charCodeAt(0);
  }
  batch.length = rows;
  return batch;
}

type Reasons = ReadonlyMap<number, DeadLetterReason>;

/** Stores the records as a build does, those with a reason as letters. */
async function build(lake: Lake, batch: MboBatch, letters: Reasons, source = 'f'.repeat(64)) {
  const rows = new TableBuilder(bronzeDeadLetters);
  let kept = 0;
  const options = commitOptions({ txn: { appId: `build-bronze-${CONTRACT}-${DATE}`, version: 1 } });
  await lake.table(bronzeMbo).overwritePartition(
    PARTITION,
    (writer) => {
      for (let i = 0; i < batch.length; i++) {
        const reason = letters.get(i);
        if (reason === undefined) {
          writer.writeMbo(batch, i, i + 1);
          kept++;
          continue;
        }
        const bytes = new Uint8Array(56);
        encodeMbo(batch, i, i + 1, bytes, 0);
        rows.push({
          reason,
          field: null,
          expected: null,
          detail: null,
          source,
          byte_offset: BigInt(1000 + 56 * i),
          record_type: 'mbo',
          position: BigInt(kept),
          ts_recv: batch.tsRecv[i],
          instrument_id: BigInt(batch.instrumentId[i]),
          bytes,
          found_at: BigInt(Date.parse('2024-03-06')) * 1_000_000n,
        });
      }
    },
    options,
  );
  await lake.table(bronzeDeadLetters).overwritePartition(PARTITION, [rows.build()], options);
}

async function recordEntry(lake: Lake) {
  const entry = new TableBuilder(opsPartitions);
  entry.push({
    status: 'published',
    digest: LINEAGE.digest,
    provenance: canonical({ code: {}, settings: {}, inputs: { 'raw.dbn a.dbn': '04597c54' } }),
    code_version: '1',
    rows: 1n,
    seconds: 1,
    fence: 1n,
    workflow_id: 'w',
    run_id: 'r',
    reason: null,
    finished_at: BigInt(Date.parse('2024-03-06')) * 1_000_000n,
    product: 'ES',
    contract: CONTRACT,
    trade_date: DATE,
  });
  await lake
    .table(opsPartitions)
    .overwritePartition(
      { layer: 'bronze', partition: `${CONTRACT}/${DATE}` },
      [entry.build()],
      commitOptions(),
    );
}

async function orderIds(lake: Lake): Promise<number[]> {
  const ids: number[] = [];
  await lake.table(bronzeMbo).readMbo(PARTITION, (batch) => {
    for (let i = 0; i < batch.length; i++) ids.push(Number(batch.orderId[i]));
  });
  return ids;
}

const openLake = () => Lake.open(temporaryFolder(), TABLES);
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const positions = (letters: Row[]) => letters.map(({ position }) => Number(position));

describe('replaying dead letters', () => {
  it('puts each one back where it arrived, and keeps those that still do not pass', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('kept', 'sound', 'broken'), { minLength: 1, maxLength: 60 }),
        async (kinds) => {
          const lake = await openLake();
          const batch = records(kinds.length);
          const letters = new Map<number, DeadLetterReason>();
          kinds.forEach((kind, i) => {
            if (kind !== 'kept') letters.set(i, 'price_off_tick');
            if (kind === 'broken') batch.size[i] = 0;
          });
          await build(lake, batch, letters);
          const sound = kinds.filter((kind) => kind === 'sound').length;
          const [result] = await replayLetters(lake, {});
          if (letters.size === 0) return expect(result).toBeUndefined();
          expect(result).toEqual({
            contract: CONTRACT,
            tradeDate: DATE,
            letters: letters.size,
            replayed: sound,
          });
          expect(await orderIds(lake)).toEqual(numbers(kinds.length).filter((i) => kinds[i] !== 'broken'));

          const remaining = await listLetters(lake);
          const broken = numbers(kinds.length).filter((i) => kinds[i] === 'broken');
          expect(remaining.map(({ byte_offset: offset }) => Number(offset))).toEqual(
            broken.map((i) => 1000 + 56 * i),
          );
          // Positions are those in the partition as it is now.
          expect(positions(remaining)).toEqual(
            broken.map((i) => kinds.slice(0, i).filter((kind) => kind !== 'broken').length),
          );
          if (sound > 0) for (const { reason } of remaining) expect(reason).toBe('size_nonpositive');
          expect(await replayLetters(lake, {})).toEqual(
            broken.length === 0
              ? []
              : [{ contract: CONTRACT, tradeDate: DATE, letters: broken.length, replayed: 0 }],
          );
        },
      ),
      { numRuns: 20 },
    );
  });

  it('works over more rows than a batch holds', async () => {
    const lake = await openLake();
    const count = 40_000;
    const letters = new Map<number, DeadLetterReason>();
    for (let i = 0; i < count; i += 997) letters.set(i, 'side_unknown');
    await build(lake, records(count), letters);
    await replayLetters(lake, {});
    expect(await orderIds(lake)).toEqual(numbers(count));
  });

  it('lets nothing go back in time', async () => {
    const lake = await openLake();
    const batch = records(6);
    batch.tsRecv[2] = batch.tsRecv[5]; // later than the records after it
    batch.tsRecv[4] = batch.tsRecv[0]; // earlier than the records before it
    await build(
      lake,
      batch,
      new Map([
        [2, 'price_off_tick'],
        [4, 'ts_regressed'],
      ]),
    );
    expect(await replayLetters(lake, {})).toMatchObject([{ letters: 2, replayed: 0 }]);
    expect(await orderIds(lake)).toEqual([0, 1, 3, 5]);
    expect((await lake.table(bronzeMbo).snapshot()).version).toBe(0);
  });

  it('makes stale what was built from the partition, and says from what it is now', async () => {
    const lake = await openLake();
    await build(lake, records(3), new Map([[1, 'side_unknown']]));
    await recordEntry(lake);
    await replayLetters(lake, {});
    const [{ digest, provenance }] = await lake.table(opsPartitions).readRows();
    expect(digest).not.toBe(LINEAGE.digest);
    expect(JSON.parse(provenance as string)).toEqual({
      code: {},
      settings: {},
      inputs: {
        'raw.dbn a.dbn': '04597c54',
        'replayed dead letters': expect.stringMatching(/^bronze\.dead_letters@/) as string,
      },
    });
    const { lineage } = (await lake.table(bronzeMbo).snapshot()).partition(PARTITION)!;
    expect(lineage).toMatchObject({ digest, codeVersion: '1' });
    expect(lineage?.inputs).toEqual([...LINEAGE.inputs, expect.stringMatching(/^bronze\.dead_letters@/)]);
  });

  it('only says what would happen when asked to', async () => {
    const lake = await openLake();
    await build(lake, records(3), new Map([[1, 'side_unknown']]));
    expect(await replayLetters(lake, {}, { dryRun: true })).toMatchObject([{ letters: 1, replayed: 1 }]);
    expect(await orderIds(lake)).toEqual([0, 2]);
    expect(await listLetters(lake)).toHaveLength(1);
  });

  it('can be confined to a reason, a contract and a date', async () => {
    const lake = await openLake();
    await build(
      lake,
      records(4),
      new Map([
        [1, 'side_unknown'],
        [2, 'price_off_tick'],
      ]),
    );
    expect(await listLetters(lake, { reason: 'side_unknown' })).toHaveLength(1);
    expect(await listLetters(lake, { contract: 'ESM4' })).toEqual([]);
    expect(await replayLetters(lake, { tradeDate: '2023-12-27' })).toEqual([]);
    expect(await replayLetters(lake, { reason: 'price_off_tick' })).toMatchObject([
      { letters: 2, replayed: 1 },
    ]);
    expect(await orderIds(lake)).toEqual([0, 2, 3]);
    expect(await listLetters(lake)).toMatchObject([{ reason: 'side_unknown', position: 1n }]);
  });

  it('never puts back what the record alone cannot justify, or what is no record', async () => {
    const lake = await openLake();
    await build(
      lake,
      records(3),
      new Map([
        [1, 'unknown_order'],
        [2, 'json_parse'],
      ]),
    );
    expect(await replayLetters(lake, {})).toMatchObject([{ replayed: 0 }]);
    const trade = encodeRecord({ ...someMbo(1)[0], type: 'trades', depth: 0 } as unknown as StoredRecord);
    const [letter] = await listLetters(lake);
    const builder = new TableBuilder(bronzeDeadLetters);
    for (const bytes of [trade, new Uint8Array([1, 2, 3]), new Uint8Array(0)])
      builder.push({ ...letter, reason: 'side_unknown', bytes });
    await lake.table(bronzeDeadLetters).overwritePartition(PARTITION, [builder.build()], commitOptions());
    expect(await replayLetters(lake, {})).toMatchObject([{ letters: 3, replayed: 0 }]);
  });

  it('puts an unmapped record back once a raw file tells that it is of this contract', async () => {
    const lake = await openLake();
    const [first] = someMbo(1);
    const unmapped = { ...first, instrumentId: 5, tsRecv: START + 1_001_500n };
    const { file } = await lake.raw.import(write('unmapped.dbn', streamOf([first, unmapped])));
    const batch = records(3);
    batch.instrumentId[1] = 5;
    await build(lake, batch, new Map([[1, 'symbol_unmapped']]), file.digest);
    expect(await replayLetters(lake, {})).toMatchObject([{ replayed: 0 }]);

    const definition = { ...definitionOf(5, 'ESH4'), tsRecv: START + 1n, tsEvent: START + 1n };
    await lake.raw.import(write('definition.dbn', streamOf([definition])));
    expect(await replayLetters(lake, {})).toMatchObject([{ replayed: 1 }]);
    expect(await orderIds(lake)).toEqual([0, 1, 2]);
  });
});

describe('a replay', () => {
  it('does not touch a partition that is not the one the letters were set aside from', async () => {
    const lake = await openLake();
    await build(lake, records(3), new Map([[1, 'side_unknown']]));
    const other = commitOptions({ lineage: { ...LINEAGE, digest: 'another build' } });
    await lake.table(bronzeMbo).overwritePartition(PARTITION, (writer) => writer.writeMbo(records(9)), other);
    const [{ replayed, skipped }] = await replayLetters(lake, {});
    expect([replayed, skipped]).toEqual([0, expect.stringContaining('another build')]);
    expect(await orderIds(lake)).toEqual(numbers(9));
  });

  it('that died between its commits is noticed, and nothing goes in twice', async () => {
    const lake = await openLake();
    await build(lake, records(3), new Map([[1, 'side_unknown']]));
    const letters = lake.table(bronzeDeadLetters);
    const original = letters.overwritePartition.bind(letters);
    letters.overwritePartition = () => Promise.reject(new Error('killed'));
    await expect(replayLetters(lake, {})).rejects.toThrow('killed');
    letters.overwritePartition = original;
    const [{ replayed, skipped }] = await replayLetters(lake, {});
    expect([replayed, skipped]).toEqual([0, expect.stringContaining('interrupted')]);
    expect(await orderIds(lake)).toEqual([0, 1, 2]);
  });

  it('gives way to a build that came in between', async () => {
    const lake = await openLake();
    await build(lake, records(3), new Map([[1, 'side_unknown']]));
    const mbo = lake.table(bronzeMbo);
    const original = mbo.overwritePartition.bind(mbo);
    mbo.overwritePartition = async (...args) => {
      const txn = { appId: `build-bronze-${CONTRACT}-${DATE}`, version: 2 };
      await original(PARTITION, (writer) => writer.writeMbo(records(5)), commitOptions({ txn }));
      return original(...args);
    };
    await expect(replayLetters(lake, {})).rejects.toMatchObject({ code: 'Fenced' });
    expect(await orderIds(lake)).toEqual(numbers(5));
  });

  it('leaves a partition alone of which a file is damaged', async () => {
    const lake = await openLake();
    const table = lake.table(bronzeMbo);
    await build(lake, records(300_000), new Map([[150_000, 'side_unknown']]));
    const before = (await table.snapshot()).partition(PARTITION)!;
    const path = await table.files.pathOf(before.files[0]);
    damageFile(path);
    await expect(replayLetters(lake, {})).rejects.toMatchObject({
      code: 'CorruptTable',
      details: { file: path },
    });
    const after = (await table.snapshot()).partition(PARTITION)!;
    expect([after.rows, after.files]).toEqual([299_999, before.files]);
    expect(await listLetters(lake)).toHaveLength(1);
  });

  it('of an unpublished partition says so', async () => {
    const lake = await openLake();
    const batch = records(2);
    const copy = new MboBatch(2);
    appendMbo(copy, batch, 0, 2);
    await build(lake, copy, new Map([[0, 'side_unknown']]));
    const fresh = await openLake();
    const letters = await listLetters(lake);
    const builder = new TableBuilder(bronzeDeadLetters);
    for (const letter of letters) builder.push(letter);
    await fresh.table(bronzeDeadLetters).overwritePartition(PARTITION, [builder.build()], commitOptions());
    expect(await replayLetters(fresh, {})).toMatchObject([
      { replayed: 0, skipped: expect.stringContaining('not published') as string },
    ]);
  });
});

/** A definition of an outright future, with nothing in it but its name. */
function definitionOf(instrumentId: number, rawSymbol: string): StoredRecord {
  const bytes = new Uint8Array(520);
  bytes[0] = 130;
  bytes[1] = RECORDS.definition.rtype;
  const record = new RecordView(3).set('definition', bytes, 0).stored();
  return { ...record, publisherId: 1, instrumentId, rawSymbol } as StoredRecord;
}
