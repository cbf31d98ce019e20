/**
 * The streaming decoder: whatever the chunks, what comes out is what was written, at the offset where it was
 * written.
 */
import fc from 'fast-check';
import { DbnDecoder, RECORD_TYPES, encodeMbo, encodeMetadata, encodeRecord } from '../../../graph/dbn';
import type { DbnDecoderOptions, DbnMetadata, DbnSink, DbnVersion, StoredRecord } from '../../../graph/dbn';
import { MboBatch } from '../../../graph/records/mbo';
import { anyRecord } from '../../support/dbnRecords';

const METADATA: DbnMetadata = {
  version: 1,
  dataset: 'GLBX.MDP3',
  schema: null,
  start: 1n,
  end: null,
  limit: null,
  stypeIn: null,
  stypeOut: 'instrument_id',
  tsOut: false,
  symbols: ['ESH4'],
  partial: [],
  notFound: [],
  mappings: [],
};

function decode(stream: Uint8Array, cuts: number[] = [], options?: DbnDecoderOptions, mbo = true) {
  const records: StoredRecord[] = [];
  const offsets: number[] = [];
  const unknown: [number, number, number][] = [];
  let metadata: DbnMetadata | undefined;
  const sink: DbnSink = {
    metadata: (m) => (metadata = m),
    record(view) {
      records.push(view.stored());
      offsets.push(view.offset);
    },
    unknown: (rtype, bytes, offset) => unknown.push([rtype, bytes.length, offset]),
  };
  if (mbo)
    sink.mbo = (batch, offset, stride) => {
      for (let i = 0; i < batch.length; i++) {
        records.push(rowOf(batch, i));
        offsets.push(offset + i * stride);
      }
    };
  const decoder = new DbnDecoder(sink, options);
  let from = 0;
  for (const to of [...cuts, stream.length]) {
    // A copy at an address of its own: nothing may depend on how chunks lie in memory.
    const chunk = new Uint8Array(to - from + (from % 7)).subarray(from % 7);
    chunk.set(stream.subarray(from, to));
    decoder.push(chunk);
    chunk.fill(0xee);
    from = to;
  }
  decoder.end();
  return { records, offsets, unknown, metadata, decoder };
}

const letter = (code: number) => String.fromCharCode(code);
const rowOf = (batch: MboBatch, i: number): StoredRecord<'mbo'> => ({
  type: 'mbo',
  publisherId: batch.publisherId[i],
  instrumentId: batch.instrumentId[i],
  tsEvent: batch.tsEvent[i],
  orderId: batch.orderId[i],
  price: batch.price[i],
  size: batch.size[i],
  flags: batch.flags[i],
  channelId: batch.channelId[i],
  action: letter(batch.action[i]),
  side: letter(batch.side[i]),
  tsRecv: batch.tsRecv[i],
  tsInDelta: batch.tsInDelta[i],
  sequence: batch.sequence[i],
});

function streamOf(version: DbnVersion, records: StoredRecord[]) {
  const pieces = [encodeMetadata({ ...METADATA, version }), ...records.map((r) => encodeRecord(r, version))];
  const offsets = pieces
    .map((_, k) => pieces.slice(0, k).reduce((sum, piece) => sum + piece.length, 0))
    .slice(1);
  return { stream: new Uint8Array(Buffer.concat(pieces)), offsets };
}

const anyVersion = fc.constantFrom<DbnVersion>(1, 2, 3);
/** Streams of all types, with runs of MBO between. */
const anyStream = anyVersion.chain((version) => {
  const types = fc.oneof(
    { weight: 3, arbitrary: fc.constant('mbo' as const) },
    { weight: 1, arbitrary: fc.constantFrom(...RECORD_TYPES) },
  );
  const records = fc.array(
    types.chain((type) => anyRecord(type, version)),
    { maxLength: 30 },
  );
  return fc.record({ version: fc.constant(version), records });
});
const withoutTsOut = (record: StoredRecord) => {
  const { tsOut: _, ...rest } = record;
  return rest;
};

describe('chunks', () => {
  test('of any size give the same records, each at its offset', () => {
    fc.assert(
      fc.property(anyStream, fc.array(fc.nat(), { maxLength: 12 }), ({ version, records }, where) => {
        const { stream, offsets } = streamOf(version, records);
        const cuts = where.map((at) => at % (stream.length + 1)).sort((a, b) => a - b);
        const result = decode(stream, cuts);
        // Batches have no column for the gateway's time.
        const expected = records.map((r) => (r.type === 'mbo' ? withoutTsOut(r) : r));
        expect(result.records).toEqual(expected);
        expect(result.offsets).toEqual(offsets);
        expect(result.metadata).toEqual({ ...METADATA, version });
        expect(result.decoder.position).toBe(stream.length);
        expect(result.decoder.records).toBe(records.length);
      }),
      { numRuns: 300 },
    );
  });

  test('of one byte each are enough', () => {
    const records = fc.sample(anyRecord('mbo', 1), { numRuns: 5, seed: 3 });
    const { stream } = streamOf(1, records);
    const { records: decoded } = decode(
      stream,
      Array.from({ length: stream.length }, (_, k) => k),
    );
    expect(decoded).toEqual(records.map(withoutTsOut));
  });
});

describe('MBO batches', () => {
  const [row] = fc.sample(anyRecord('mbo', 3), { numRuns: 1, seed: 11 });
  const mbo = withoutTsOut(row) as StoredRecord<'mbo'>;
  const status = fc
    .sample(anyRecord('status', 3), { numRuns: 9, seed: 11 })
    .find((record) => record.tsOut === undefined)!;

  const batches = (stream: Uint8Array) => {
    const seen: [rows: number, offset: number, stride: number][] = [];
    const decoder = new DbnDecoder({ mbo: (batch, ...where) => seen.push([batch.length, ...where]) });
    decoder.push(stream);
    decoder.end();
    return seen;
  };

  test('never reach across another record or a change of ts_out', () => {
    const { stream, offsets } = streamOf(3, [
      mbo,
      mbo,
      status,
      mbo,
      { ...mbo, tsOut: 9n },
      { ...mbo, tsOut: 9n },
      mbo,
    ]);
    expect(batches(stream)).toEqual([
      [2, offsets[0], 56],
      [1, offsets[3], 56],
      [2, offsets[4], 64],
      [1, offsets[6], 56],
    ]);
  });

  test('hold up to their capacity, and go on where the last one ended', () => {
    const many = Array.from({ length: 10_000 }, (_, k) => ({ ...mbo, sequence: k }));
    for (const version of [1, 3] as const) {
      const { stream, offsets } = streamOf(version, many);
      const seen = batches(stream);
      expect(seen.map(([rows]) => rows)).toEqual([4096, 4096, 1808]);
      expect(seen.map(([, offset]) => offset)).toEqual([offsets[0], offsets[4096], offsets[8192]]);
    }
  });

  test('come as records to a sink without a place for batches, gateway time included', () => {
    const records = [mbo, { ...mbo, tsOut: 77n }];
    expect(decode(streamOf(2, records).stream, [], {}, false).records).toEqual(records);
  });

  test('are written as the records they came from', () => {
    fc.assert(
      fc.property(
        fc.array(anyRecord('mbo', 3), { minLength: 1, maxLength: 40 }),
        fc.nat(8),
        (records, shift) => {
          const plain = records.map((record) => withoutTsOut(record) as StoredRecord);
          const { stream, offsets } = streamOf(3, plain);
          const decoder = new DbnDecoder({
            mbo(batch) {
              const out = new Uint8Array(batch.length * 56 + shift);
              expect(encodeMbo(batch, 0, batch.length, out, shift)).toBe(out.length);
              expect(out.subarray(shift)).toEqual(stream.subarray(offsets[0]));
              const [from, to] = [1, batch.length];
              const part = new Uint8Array((to - from) * 56);
              encodeMbo(batch, from, to, part, 0);
              expect(part).toEqual(stream.subarray(offsets[0] + 56));
            },
          });
          decoder.push(stream);
          decoder.end();
          expect(decoder.byType).toEqual({ mbo: plain.length });
        },
      ),
    );
  });

  test('need room where they are written', () => {
    const batch = new MboBatch(2);
    batch.length = 2;
    expect(() => encodeMbo(batch, 0, 2, new Uint8Array(111), 0)).toThrow('do not fit');
  });
});

describe('what is not known', () => {
  test('is skipped by its length, counted, and shown to whom it may concern', () => {
    const [mbo] = fc.sample(anyRecord('mbo', 3), { numRuns: 1, seed: 11 });
    const { stream, offsets } = streamOf(3, [mbo, mbo]);
    const strange = new Uint8Array(200);
    strange.set([50, 0x99]);
    const mixed = new Uint8Array([
      ...stream.subarray(0, offsets[1]),
      ...strange,
      ...stream.subarray(offsets[1]),
    ]);
    const { unknown, decoder, records } = decode(mixed, [offsets[1] + 3, offsets[1] + 150]);
    expect(unknown).toEqual([[0x99, 200, offsets[1]]]);
    expect(decoder.unknown).toBe(1);
    expect(decoder.byType).toEqual({ mbo: 2 });
    expect(records.length).toBe(2);
  });
});

describe('damage', () => {
  const [mbo] = fc
    .sample(anyRecord('mbo', 3), { numRuns: 20, seed: 11 })
    .filter((record) => record.tsOut === undefined);
  const { stream, offsets } = streamOf(3, [mbo, mbo, mbo]);
  const damaged = (at: number, value: number) => {
    const bytes = stream.slice();
    bytes[at] = value;
    return () => decode(bytes);
  };
  const failure = (code: string, offset: number) =>
    expect.objectContaining({ code, details: expect.objectContaining({ offset }) });

  test('a record shorter than its header is refused at its offset', () => {
    expect(damaged(offsets[1], 3)).toThrow(failure('CorruptDbn', offsets[1]));
    expect(damaged(offsets[2], 0)).toThrow(failure('CorruptDbn', offsets[2]));
  });

  test('everything before it is handed over', () => {
    for (const [value, type] of [
      [3, 0xa0],
      [13, 0xa0],
      [8, 0x12],
    ]) {
      const bytes = stream.slice();
      bytes.set([value, type], offsets[2]);
      let rows = 0;
      const decoder = new DbnDecoder({ mbo: (batch) => (rows += batch.length) });
      expect(() => decoder.push(bytes)).toThrow(failure('CorruptDbn', offsets[2]));
      expect(rows).toBe(2);
    }
  });

  test('a known type of another length is refused at its offset', () => {
    expect(damaged(offsets[1], 13)).toThrow(failure('CorruptDbn', offsets[1]));
  });

  test('a stream that ends within a record is truncated there, unless that is accepted', () => {
    const cut = stream.subarray(0, offsets[2] + 20);
    expect(() => decode(cut)).toThrow(failure('TruncatedDbn', offsets[2]));
    const { decoder, records } = decode(cut, [], { acceptTruncated: true });
    expect(records.length).toBe(2);
    expect(decoder.truncatedBytes).toBe(20);
  });

  test('a stream that ends within its metadata is truncated, accepted or not', () => {
    for (const bytes of [0, 5, 8, 150])
      expect(() => decode(stream.subarray(0, bytes), [], { acceptTruncated: true })).toThrow(
        failure('TruncatedDbn', bytes),
      );
  });

  test('records without metadata are refused, or read with the metadata given', () => {
    const fragment = stream.subarray(offsets[0]);
    expect(() => decode(fragment)).toThrow(failure('UnsupportedDbn', 0));
    expect(decode(fragment, [], { metadata: { ...METADATA, version: 3 } }).records.length).toBe(3);
  });

  test('a length of a quarter of a gigabyte costs no memory before its bytes arrive', () => {
    const head = stream.slice(0, 1000);
    new DataView(head.buffer).setUint32(4, 2 ** 28, true);
    const before = process.memoryUsage().arrayBuffers;
    const decoder = new DbnDecoder({});
    decoder.push(head);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
    expect(() => decoder.end()).toThrow(failure('TruncatedDbn', head.length));
  });
});
