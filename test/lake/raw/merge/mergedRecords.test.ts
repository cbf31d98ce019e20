import fc from 'fast-check';
import type { StoredRecord } from '../../../../graph/dbn';
import { mergeMbo, mergeRecords } from '../../../../lake/raw/merge/mergedRecords';
import { bytesOf, type MergeInput } from '../../../../lake/raw/merge/recordStream';
import { someMbo, streamOf, temporaryFiles } from '../../../support/dbnFiles';

const write = temporaryFiles();
let files = 0;

type Mbo = StoredRecord<'mbo'>;

const fileOf = (records: readonly StoredRecord[], version: 1 | 2 | 3 = 3): MergeInput => ({
  path: write(`${files++}.dbn`, streamOf([...records], version)),
  acceptTruncated: false,
  begins: 0n,
});

/** Order ids of the merged files, and how many records were left out. */
async function merged(...parts: readonly Mbo[][]) {
  const ids: number[] = [];
  const left = await mergeMbo(
    parts.map((records) => fileOf(records)),
    (batch) => {
      for (let i = 0; i < batch.length; i++) ids.push(Number(batch.orderId[i]));
    },
  );
  return { ids, left };
}

/** A record a second after the origin, captured `t` ns later; its order id is its number. */
const at = (t: number, id: number, more: Partial<Mbo> = {}): Mbo => ({
  ...someMbo(1)[0],
  tsRecv: 1_703_462_401_000_000_000n + BigInt(t),
  orderId: BigInt(id),
  sequence: 5,
  ...more,
});

describe('files that overlap', () => {
  const stream = fc
    .array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 40 })
    .map((steps) => {
      let t = 0;
      return steps.map(([same, gap], i) => at(same ? t : (t += gap), i, { sequence: i }));
    });
  /** The stream in files, each with up to two pieces of it, which together are the whole. */
  const cut = stream.chain((records) =>
    fc
      .array(fc.array(fc.nat({ max: records.length }), { minLength: 2, maxLength: 4 }), { maxLength: 4 })
      .map((cuts) => {
        const pieces = cuts.map((bounds) => {
          const [a, b, c = b, d = c] = bounds.sort((x, y) => x - y);
          return records.filter((_, i) => (i >= a && i < b) || (i >= c && i < d));
        });
        const held = new Set(pieces.flat());
        return { records, pieces: [...pieces, records.filter((record) => !held.has(record))] };
      }),
  );

  it('are one stream in which every record counts once, however it was cut and in whatever order they come', () =>
    fc.assert(
      fc.asyncProperty(cut, fc.boolean(), async ({ records, pieces }, turned) => {
        const { ids, left } = await merged(...(turned ? [...pieces].reverse() : pieces));
        expect(ids).toEqual(records.map(({ orderId }) => Number(orderId)));
        expect(left).toBe(pieces.reduce((sum, piece) => sum + piece.length, 0) - records.length);
      }),
      { numRuns: 60 },
    ));

  it('may be cut within a packet, at its beginning or at its end', async () => {
    const packet = [1, 2, 3, 4].map((id) => at(10, id));
    const [before, after] = [[at(5, 0)], [at(15, 5)]];
    const whole = [0, 1, 2, 3, 4, 5];
    for (const k of [0, 1, 2, 3, 4]) {
      const [head, tail] = [
        [...before, ...packet.slice(0, k)],
        [...packet.slice(k), ...after],
      ];
      expect((await merged(head, tail)).ids).toEqual(whole);
      expect((await merged(tail, head)).ids).toEqual(whole);
      const overlapping = await merged([...packet.slice(Math.max(0, k - 1)), ...after], head);
      expect(overlapping.ids).toEqual(whole);
      const hole = [...before, ...packet.slice(0, k), ...after];
      expect((await merged(hole, packet.slice(k))).ids).toEqual(whole);
      expect((await merged(packet.slice(k), hole)).ids).toEqual(whole);
    }
  });

  it('keep records that are equal within one of them', async () => {
    const fills = [at(10, 7), at(10, 7), at(10, 8), at(10, 7)];
    expect(await merged(fills, fills)).toEqual({ ids: [7, 7, 8, 7], left: 4 });
    expect(await merged(fills.slice(1), fills.slice(0, 2))).toEqual({ ids: [7, 8, 7], left: 2 });
  });

  it('have a record in common though a live gateway delivered it', async () => {
    const records = someMbo(50);
    const live = records
      .slice(10, 30)
      .map((record) => ({ ...record, tsInDelta: 7, tsOut: record.tsRecv + 5n }));
    const { ids, left } = await merged(live, records);
    expect([ids, left]).toEqual([records.map(({ orderId }) => Number(orderId)), 20]);
  });

  it('are not held up by a clock that jumps', async () => {
    const records = Array.from({ length: 60 }, (_, i) => at(i * 10, i));
    records[20] = { ...records[20], tsRecv: 2n ** 64n - 1n };
    records[25] = { ...records[25], tsRecv: records[25].tsRecv + 1_000_000n };
    records[35] = { ...records[35], tsRecv: 5n };
    const whole = records.map(({ orderId }) => Number(orderId));
    expect((await merged(records.slice(0, 40), records.slice(10))).ids).toEqual(whole);
    expect((await merged(records.slice(22, 30), records)).ids).toEqual(whole);
  });

  it('are told which file, and which place in it, a record is of', async () => {
    const records = someMbo(6);
    const places: [number, number][] = [];
    await mergeMbo([fileOf(records.slice(2)), fileOf(records.slice(0, 3))], (_, of) =>
      of.forEach(({ source, offset }) => places.push([source, offset])),
    );
    const head = streamOf([]).length;
    expect(places).toEqual([
      [1, head],
      [1, head + 56],
      [1, head + 112],
      [0, head + 56],
      [0, head + 112],
      [0, head + 168],
    ]);
  });

  it('are read with bounded memory, by a consumer as slow as it likes', async () => {
    const records = someMbo(60_000);
    let rows = 0;
    let drained = 0;
    const left = await mergeMbo(
      [fileOf(records), fileOf(records.slice(30_000))],
      (batch) => {
        rows += batch.length;
      },
      { drain: () => new Promise((resolve) => void (drained++, setImmediate(resolve))) },
    );
    expect([rows, left]).toEqual([60_000, 30_000]);
    expect(drained).toBeGreaterThan(5);
  });

  it('fail as one of them does, and stop when they are to', async () => {
    const whole = fileOf(someMbo(2000));
    const broken = { ...whole, path: write('broken.dbn', streamOf(someMbo(2000)).subarray(0, 90_000)) };
    const none = () => undefined;
    await expect(mergeMbo([whole, broken], none)).rejects.toMatchObject({
      code: 'TruncatedDbn',
      details: { file: broken.path },
    });
    expect(await mergeMbo([whole, { ...broken, acceptTruncated: true }], none)).toBeGreaterThan(1500);
    await expect(mergeMbo([whole], none, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'Cancelled',
    });
    await expect(
      mergeMbo([whole, whole], () => {
        throw new Error('full');
      }),
    ).rejects.toThrow('full');
  });
});

describe('records of other types', () => {
  const trade = (id: number, more: object = {}): StoredRecord =>
    ({
      type: 'trades',
      publisherId: 1,
      instrumentId: 9,
      tsEvent: 1_703_462_400_000_000_000n + BigInt(id),
      price: 5_000_000_000n,
      size: 1 + id,
      action: 'T',
      side: 'B',
      flags: 0,
      depth: 0,
      tsRecv: 1_703_462_400_000_000_000n + BigInt(10 * id),
      tsInDelta: 0,
      sequence: id,
      ...more,
    }) as StoredRecord;

  it('count once too, whatever version they are stored in', async () => {
    const trades = [0, 1, 2, 3, 4].map((id) => trade(id));
    const sizes: number[] = [];
    const left = await mergeRecords(
      [fileOf(trades.slice(0, 4), 1), fileOf([...someMbo(3), ...trades.slice(2)], 3)],
      'trades',
      (record) => sizes.push(bytesOf(record)[24]),
    );
    expect([sizes, left]).toEqual([[1, 2, 3, 4, 5], 2]);
  });
});
