/** Reading raw files: every form they come in, and what is said of those that cannot be read. */
import { decodeDbz, encodeDbz } from '../../../graph/dbn/dbz';
import { encodeMetadata, encodeRecord } from '../../../graph/dbn';
import type { StoredRecord } from '../../../graph/dbn';
import { readDbn } from '../../../lake/raw/dbnFile';
import type { ReadDbnOptions } from '../../../lake/raw/dbnFile';
import { decompress } from '../../../lake/raw/zstd';
import { someMbo, someMetadata, streamOf, temporaryFiles } from '../../support/dbnFiles';
import { loadCompressor, type Compress } from '../../support/zstd';

const file = temporaryFiles();
let compress: Compress;
beforeAll(async () => {
  compress = await loadCompressor();
});
const concat = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
/** Large enough to be read in several chunks. */
const RECORDS = someMbo(12_000);

/** Compared as bytes: an `expect` of ten thousands of objects takes seconds. */
const same = (a: StoredRecord[], b: StoredRecord[]) =>
  a.length === b.length &&
  a.every((record, k) => Buffer.compare(encodeRecord(record, 1), encodeRecord(b[k], 1)) === 0);

async function read(path: string, options?: ReadDbnOptions) {
  const records: StoredRecord[] = [];
  const summary = await readDbn(path, { record: (view) => void records.push(view.stored()) }, options);
  return { records, summary };
}

describe.each([1, 2, 3] as const)('a file of version %i', (version) => {
  const stream = streamOf(RECORDS, version);
  const facts = {
    metadata: someMetadata(version),
    records: RECORDS.length,
    byType: { mbo: RECORDS.length },
    unknown: 0,
    streamBytes: stream.length,
    truncated: false,
    leftBytes: 0,
    uncheckedFrames: 0,
  };

  test('is read plain', async () => {
    const { records, summary } = await read(file(`plain${version}.dbn`, stream));
    expect(same(records, RECORDS)).toBe(true);
    expect(summary).toEqual({ ...facts, encoding: 'plain', fileBytes: stream.length });
  });

  test('is read compressed, in one frame or several', async () => {
    const frames = [stream.subarray(0, 150), stream.subarray(150, 300_001), stream.subarray(300_001)];
    for (const packed of [compress(stream), concat(...frames.map((frame) => compress(frame)))]) {
      const { records, summary } = await read(file(`packed${version}.dbn.zst`, packed));
      expect(same(records, RECORDS)).toBe(true);
      expect(summary).toEqual({ ...facts, encoding: 'zstd', fileBytes: packed.length });
    }
  });

  test('comes in batches with the same columns, at the same offsets', async () => {
    for (const path of [file('p.dbn', stream), file('z.dbn.zst', compress(stream))]) {
      let next = encodeMetadata(someMetadata(version)).length;
      let row = 0;
      await readDbn(path, {
        mbo(batch, offset, stride) {
          expect(offset).toBe(next);
          for (let i = 0; i < batch.length; i++, row++)
            if (batch.orderId[i] !== RECORDS[row].orderId || batch.tsRecv[i] !== RECORDS[row].tsRecv)
              throw new Error(`row ${row} differs`);
          next += batch.length * stride;
        },
      });
      expect(next).toBe(stream.length);
      expect(row).toBe(RECORDS.length);
    }
  });
});

test('legacy DBZ is read', async () => {
  const metadata = someMetadata(1);
  const records = streamOf(RECORDS, 1).subarray(encodeMetadata(metadata).length);
  const frame = encodeDbz({ metadata, recordCount: 12_000n }, compress);
  expect(decodeDbz(frame, (body) => decompress(body, 1e6))).toEqual({ metadata, recordCount: 12_000n });
  const result = await read(file('legacy.dbz', concat(frame, compress(records))));
  expect(same(result.records, RECORDS)).toBe(true);
  expect(result.summary).toMatchObject({ metadata, encoding: 'dbz', streamBytes: records.length });
});

describe('what cannot be read', () => {
  const stream = streamOf(RECORDS);
  let packed: Uint8Array;
  let first: Uint8Array;
  let second: Uint8Array;
  let dbz: Uint8Array;
  beforeAll(() => {
    packed = compress(stream);
    [first, second] = [compress(stream.subarray(0, 360)), compress(stream.subarray(360))];
    dbz = encodeDbz({ metadata: someMetadata(1), recordCount: 0n }, compress);
  });
  const failure = (code: string, path: string, offset?: number) =>
    expect.objectContaining({
      code,
      message: expect.stringContaining(path),
      details: expect.objectContaining({ file: path, ...(offset !== undefined && { offset }) }),
    });
  const flipped = (bytes: Uint8Array, at: number) => {
    const out = bytes.slice();
    out[at] ^= 0x10;
    return out;
  };

  test.each<[string, string, () => Uint8Array, (() => number) | undefined]>([
    ['nothing', 'TruncatedDbn', () => new Uint8Array(0), () => 0],
    ['three bytes', 'UnsupportedDbn', () => Buffer.from('abc'), () => 0],
    ['something else', 'UnsupportedDbn', () => Buffer.from('ts_event,price,size\n1,2,3\n'), () => 0],
    ['records without metadata', 'UnsupportedDbn', () => stream.subarray(360), () => 0],
    ['records without metadata, compressed', 'UnsupportedDbn', () => compress(stream.subarray(360)), () => 0],
    ['half a head', 'TruncatedDbn', () => stream.subarray(0, 100), () => 100],
    ['a broken record', 'CorruptDbn', () => flipped(stream, 360 + 56 * 9), () => 360 + 56 * 9],
    [
      'the start of a record at the end',
      'TruncatedDbn',
      () => stream.subarray(0, stream.length - 1),
      () => stream.length - 56,
    ],
    [
      'half a zstd frame',
      'TruncatedDbn',
      () => packed.subarray(0, packed.length >> 1),
      () => packed.length >> 1,
    ],
    ['a wrong checksum', 'CorruptDbn', () => flipped(packed, packed.length - 1), () => 0],
    [
      'a damaged second frame',
      'CorruptDbn',
      () => concat(first, flipped(second, second.length - 2)),
      () => first.length,
    ],
    [
      'bytes behind the last frame',
      'CorruptDbn',
      () => concat(packed, Buffer.from('tail')),
      () => packed.length,
    ],
    ['half of the DBZ metadata', 'TruncatedDbn', () => dbz.subarray(0, 90), undefined],
    ['damaged DBZ metadata', 'CorruptDbn', () => flipped(dbz, 104 + 20), undefined],
    [
      'DBZ metadata without records, cut',
      'TruncatedDbn',
      () => concat(dbz, compress(stream).subarray(0, 50)),
      undefined,
    ],
  ])('%s', async (name, code, bytes, offset) => {
    const path = file(`${name}.bin`, bytes());
    await expect(read(path)).rejects.toEqual(failure(code, path, offset?.()));
  });

  test('a file that is not there, and a folder', async () => {
    await expect(read('/nonexistent/x.dbn')).rejects.toEqual(failure('NoInput', '/nonexistent/x.dbn'));
    await expect(read(__dirname)).rejects.toEqual(failure('NoInput', __dirname));
  });

  test('a live capture that was cut off is read as far as it goes, when that is accepted', async () => {
    for (const cut of [stream.subarray(0, stream.length - 20), packed.subarray(0, packed.length - 4000)]) {
      const { records, summary } = await read(file('cut.bin', cut), { acceptTruncated: true });
      expect(summary.truncated).toBe(true);
      expect(summary.leftBytes).toBeGreaterThan(0);
      expect(records.length).toBeGreaterThan(9_000);
      expect(same(records, RECORDS.slice(0, records.length))).toBe(true);
      expect(summary.records).toBe(records.length);
    }
    const plain = await read(file('cut.dbn', stream.subarray(0, stream.length - 20)), {
      acceptTruncated: true,
    });
    expect(plain.summary).toMatchObject({ records: RECORDS.length - 1, leftBytes: 56 - 20 });
    const damaged = file('damaged.bin', flipped(packed, packed.length - 1));
    await expect(read(damaged, { acceptTruncated: true })).rejects.toEqual(failure('CorruptDbn', damaged));
  });
});

describe('files joined byte by byte', () => {
  const stream = streamOf(RECORDS.slice(0, 20));
  const headOnly = streamOf([]);
  let packed: Uint8Array;
  let legacy: Uint8Array;
  let large: Uint8Array;
  let frames: Uint8Array[];
  beforeAll(() => {
    packed = compress(stream);
    large = compress(streamOf(RECORDS));
    frames = Array.from({ length: 20 }, (_, k) =>
      compress(stream.subarray(k * 100, k === 19 ? undefined : (k + 1) * 100)),
    );
    legacy = concat(
      encodeDbz({ metadata: someMetadata(1), recordCount: 1n }, compress),
      compress(encodeRecord(RECORDS[0], 1)),
    );
  });

  test.each<[string, () => Uint8Array[], () => number]>([
    ['plain', () => [stream, stream], () => stream.length],
    ['plain, the second without records', () => [stream, headOnly], () => stream.length],
    ['of two versions', () => [stream, streamOf(RECORDS.slice(0, 3), 1)], () => stream.length],
    ['compressed', () => [packed, packed], () => packed.length],
    ['compressed, the second without records', () => [packed, compress(headOnly)], () => packed.length],
    ['compressed, after many small frames', () => [...frames, packed], () => concat(...frames).length],
    ['large ones, compressed', () => [large, large], () => large.length],
    ['compressed, then plain', () => [packed, stream], () => packed.length],
    ['plain, then compressed', () => [stream, packed], () => stream.length],
    ['plain, then legacy', () => [stream, legacy], () => stream.length],
    ['compressed, then legacy', () => [packed, legacy], () => packed.length],
    ['legacy', () => [legacy, legacy], () => legacy.length],
  ])('%s: refused with the offset of the second', async (name, parts, offset) => {
    const path = file(`joined ${name}.bin`, concat(...parts()));
    for (const acceptTruncated of [false, true])
      await expect(read(path, { acceptTruncated })).rejects.toMatchObject({
        code: 'UnsupportedDbn',
        message: expect.stringContaining(path) as string,
        details: { file: path, offset: offset() },
      });
  });
});

describe('sizes that a file declares', () => {
  /** A stream whose metadata says that `symbols` symbols follow, and holds zeros for them. */
  const declaring = (bytes: number) => {
    const stream = new Uint8Array(8 + bytes);
    stream.set(encodeMetadata({ ...someMetadata(), symbols: [], mappings: [] }).subarray(0, 112));
    const view = new DataView(stream.buffer);
    view.setUint32(4, bytes, true);
    view.setUint32(112, Math.floor((bytes - 120) / 71), true);
    return stream;
  };

  test('beyond what the compressed bytes can hold are refused before they are read', async () => {
    const packed = compress(declaring(2 ** 25));
    expect(packed.length).toBeLessThan(5000);
    const path = file('bomb.dbn.zst', packed);
    await expect(read(path)).rejects.toMatchObject({
      code: 'CorruptDbn',
      details: { file: path, offset: 4, field: 'length' },
    });
  });

  test('that are there are read, many symbols too', async () => {
    const symbols = Array.from({ length: 50_000 }, (_, k) => `ESH4 C${k}`);
    const bytes = encodeMetadata({ ...someMetadata(), symbols });
    const { summary } = await read(file('symbols.dbn.zst', compress(bytes)));
    expect(summary.metadata.symbols.length).toBe(50_000);
  });
});

describe('reading', () => {
  let path: string;
  beforeAll(() => {
    path = file('large.dbn.zst', compress(streamOf(RECORDS)));
  });

  test('waits for a slow consumer', async () => {
    let waiting = false;
    let drained = 0;
    await readDbn(file('large.dbn', streamOf(RECORDS)), {
      mbo() {
        expect(waiting).toBe(false);
      },
      async drain() {
        waiting = true;
        await new Promise((resolve) => setImmediate(resolve));
        waiting = false;
        drained++;
      },
    });
    expect(drained).toBeGreaterThan(1);
  });

  test('tells how far it is', async () => {
    const told: [number, number][] = [];
    const { fileBytes } = await readDbn(path, {}, { onBytes: (read, total) => told.push([read, total]) });
    expect(told.at(-1)).toEqual([fileBytes, fileBytes]);
  });

  test('stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(readDbn(path, {}, { signal: stop.signal })).rejects.toMatchObject({ code: 'Cancelled' });
  });

  test('hands out what its consumer throws', async () => {
    const mbo = () => {
      throw new RangeError('enough');
    };
    await expect(readDbn(path, { mbo })).rejects.toThrow('enough');
  });
});
