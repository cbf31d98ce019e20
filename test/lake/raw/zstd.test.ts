/**
 * zstd streams: several frames, skippable ones, and every kind of damage, none of which may pass unnoticed.
 */
import fc from 'fast-check';
import { decompress, isZstd, loadZstdWriter, ZstdReader, type OpenZstdWriter } from '../../../lake/raw/zstd';
import { ZstdFrameWalker } from '../../../lake/raw/zstdFrames';
import { randomNumbers } from '../../support/dbnRecords';
import { loadCompressor, type Compress } from '../../support/zstd';

let compress: Compress;
let openWriter: OpenZstdWriter;
beforeAll(async () => {
  compress = await loadCompressor();
  openWriter = await loadZstdWriter();
});

const concat = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
const skippable = (bytes: number, variant = 0) =>
  concat(
    Uint8Array.of(0x50 | variant, 0x2a, 0x4d, 0x18, bytes & 255, bytes >> 8, 0, 0),
    new Uint8Array(bytes).fill(9),
  );
const random = randomNumbers(1);
/** Compressible to about a third, like market data. */
const content = (bytes: number) =>
  Uint8Array.from({ length: bytes }, (_, k) => (k % 8 < 5 ? (k >> 9) & 255 : random(64)));
const failure = (code: string) =>
  expect.objectContaining({ code, details: expect.objectContaining({ offset: expect.any(Number) }) });

/** Reads the stream in chunks that break at `cuts`. */
function read(stream: Uint8Array, cuts: number[] = []) {
  const pieces: Uint8Array[] = [];
  const reader = new ZstdReader((piece) => pieces.push(piece));
  let from = 0;
  for (const to of [...cuts, stream.length]) {
    const chunk = stream.slice(from, to);
    for (let at = 0; at < chunk.length;) at = reader.push(chunk, at);
    from = to;
  }
  reader.end();
  return { bytes: concat(...pieces), reader, pieces };
}

describe('what was written', () => {
  test('is read again, in chunks of any size', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (parts, where) => {
          const stream = concat(...parts.map((part) => compress(part)));
          const cuts = where.map((at) => at % (stream.length + 1)).sort((a, b) => a - b);
          const { bytes, reader } = read(stream, cuts);
          expect(bytes).toEqual(concat(...parts));
          expect(reader.uncheckedFrames).toBe(0);
        },
      ),
    );
  });

  test('in many pieces is one frame with a checksum the native library agrees with', () => {
    const whole = content(3_000_000);
    const pieces: Uint8Array[] = [];
    const writer = openWriter((piece) => pieces.push(piece));
    for (let at = 0; at < whole.length; at += 70_001) writer.push(whole.subarray(at, at + 70_001));
    writer.end();
    const stream = concat(...pieces);
    const { bytes, reader } = read(stream);
    expect(Buffer.compare(bytes, whole)).toBe(0);
    expect(reader.uncheckedFrames).toBe(0);
    stream[stream.length - 1] ^= 1;
    expect(() => read(stream)).toThrow(failure('CorruptDbn'));
  });
});

describe('several frames', () => {
  const parts = [content(1000), content(300_000), new Uint8Array(0), content(50)];

  test('are read as one stream, skippable frames between them passed over', () => {
    const stream = concat(
      skippable(5),
      compress(parts[0]),
      compress(parts[1]),
      skippable(0, 15),
      compress(parts[2]),
      skippable(300, 3),
      compress(parts[3]),
      skippable(1),
    );
    expect(read(stream).bytes).toEqual(concat(...parts));
    expect(
      read(
        stream,
        Array.from({ length: 2000 }, (_, k) => k),
      ).bytes,
    ).toEqual(concat(...parts));
  });

  test('cut anywhere but between two frames are truncated', () => {
    const frames = [compress(parts[0]), skippable(20), compress(parts[3]), skippable(0), compress(parts[2])];
    const stream = concat(...frames);
    let at = 0;
    const ends = new Set([0, ...frames.map((frame) => (at += frame.length))]);
    for (let cut = 0; cut <= stream.length; cut++) {
      const attempt = () => read(stream.slice(0, cut));
      if (ends.has(cut)) expect(attempt).not.toThrow();
      else expect(attempt).toThrow(failure('TruncatedDbn'));
    }
  });

  test('cut at a block of a large frame are truncated', () => {
    const stream = compress(content(600_000));
    for (let cut = 1; cut < stream.length; cut += 997)
      expect(() => read(stream.slice(0, cut))).toThrow(failure('TruncatedDbn'));
  });
});

describe('small frames', () => {
  const empty = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 0, 1, 0, 0);
  const many = (frame: Uint8Array, count: number) => concat(...Array.from({ length: count }, () => frame));

  test.each([
    ['skippable', () => skippable(0), 0],
    ['without content', () => empty, 0],
    ['of one byte', () => compress(Uint8Array.of(7)), 1],
  ])('%s are decompressed many at a time', (_, frame, each) => {
    const stream = many(frame(), 50_000);
    let bytes = 0;
    let calls = 0;
    const reader = new ZstdReader((piece) => (bytes += piece.length));
    for (let at = 0; at < stream.length; calls++) at = reader.push(stream, at);
    reader.end();
    expect(bytes).toBe(50_000 * each);
    expect(calls).toBe(1);
  });

  test('blocks without content within a frame as well', () => {
    const header = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58);
    const stream = concat(header, many(Uint8Array.of(0, 0, 0), 50_000), Uint8Array.of(1, 0, 0));
    const reader = new ZstdReader(() => undefined);
    expect(reader.push(stream, 0)).toBe(stream.length);
    reader.end();
  });

  test('one that is damaged is named, those before it are handed out', () => {
    const whole = compress(Uint8Array.of(1, 2, 3));
    const bad = compress(Uint8Array.of(4, 5, 6));
    bad[bad.length - 1] ^= 1;
    for (const before of [0, 1, 100]) {
      let size = 0;
      const reader = new ZstdReader((piece) => (size += piece.length), 1000);
      const stream = concat(many(whole, before), bad, many(whole, 5));
      expect(() => reader.push(stream, 0)).toThrow(
        expect.objectContaining({ code: 'CorruptDbn', details: { offset: 1000 + before * whole.length } }),
      );
      expect(size).toBe(before * 3);
    }
  });

  test('those before what is no frame are handed out', () => {
    const whole = compress(Uint8Array.of(1, 2, 3));
    let size = 0;
    const reader = new ZstdReader((piece) => (size += piece.length));
    expect(() => reader.push(concat(whole, whole, Uint8Array.of(1, 2, 3, 4)), 0)).toThrow(
      failure('CorruptDbn'),
    );
    expect(size).toBe(6);
  });
});

describe('damage', () => {
  test('of any single bit is found, or changes nothing', () => {
    const whole = content(2000);
    const stream = concat(compress(whole), compress(content(100)));
    const clean = read(stream).bytes;
    let refused = 0;
    for (let bit = 0; bit < stream.length * 8; bit++) {
      const bytes = stream.slice();
      bytes[bit >> 3] ^= 1 << (bit & 7);
      try {
        // Some bits mean nothing, e.g. the one that says the window is larger than needed.
        expect(Buffer.compare(read(bytes).bytes, clean)).toBe(0);
      } catch (error) {
        expect(['CorruptDbn', 'TruncatedDbn']).toContain((error as { code: string }).code);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(stream.length * 8 * 0.95);
  });

  test('of many random kinds ends in bytes or in an error with its offset', () => {
    const frames = [compress(content(3000)), skippable(30), compress(content(10))];
    const stream = concat(...frames);
    for (let run = 0; run < 5000; run++) {
      let bytes = stream.slice();
      for (let k = random(4); k >= 0; k--) bytes[random(bytes.length)] = random(256);
      if (random(3) === 0) bytes = bytes.subarray(0, random(bytes.length));
      try {
        read(bytes, [random(bytes.length + 1)]);
      } catch (error) {
        expect(error).toEqual(failure((error as { code: string }).code));
      }
    }
  });

  test('between frames is named at its offset', () => {
    const first = compress(content(100));
    const stream = concat(first, Uint8Array.of(1, 2, 3, 4));
    expect(() => read(stream)).toThrow(
      expect.objectContaining({ code: 'CorruptDbn', details: { offset: first.length, frame: first.length } }),
    );
  });

  test('in a frame without a checksum may pass, and the frame is counted', () => {
    // A raw block of three bytes in a single-segment frame.
    const stream = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 3, 0x19, 0, 0, 7, 8, 9);
    const { bytes, reader } = read(stream);
    expect(bytes).toEqual(Uint8Array.of(7, 8, 9));
    expect(reader.uncheckedFrames).toBe(1);
  });

  test('that names a reserved block or an impossible size is refused by the walker', () => {
    const walk = (...block: number[]) => {
      const walker = new ZstdFrameWalker(100);
      walker.advance(Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x20, 3, ...block), 0, 9);
    };
    expect(() => walk(0x07, 0, 0)).toThrow(expect.objectContaining({ details: { offset: 106, frame: 100 } }));
    expect(() => walk(0xf9, 0xff, 0xff)).toThrow('a block claims');
  });
});

test('a bomb is handed out in pieces of a mebibyte at most', () => {
  // 2000 RLE blocks of 128 KiB: 8 kB that become 250 MB.
  const block = Uint8Array.of(0x02, 0, 0x10, 0);
  const header = Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x58);
  const stream = concat(
    header,
    ...Array.from({ length: 2000 }, () => block),
    Uint8Array.of(0x03, 0, 0x10, 0),
  );
  let size = 0;
  let most = 0;
  let inOneCall = 0;
  const reader = new ZstdReader((piece) => (inOneCall += piece.length));
  for (let at = 0; at < stream.length;) {
    inOneCall = 0;
    at = reader.push(stream, at);
    size += inOneCall;
    most = Math.max(most, inOneCall);
  }
  reader.end();
  expect(size).toBe(2001 * 128 * 1024);
  expect(most).toBeLessThanOrEqual(1024 * 1024);
  expect(() => decompress(stream, 1e6)).toThrow(failure('CorruptDbn'));
});

test('what the consumer throws comes out as it is', () => {
  const reader = new ZstdReader(() => {
    throw new RangeError('enough');
  });
  expect(() => reader.push(compress(content(10)), 0)).toThrow('enough');
});

test('zstd is known by its first four bytes', () => {
  expect(isZstd(compress(content(10)))).toBe(true);
  expect(isZstd(skippable(1, 7))).toBe(true);
  expect(isZstd(Buffer.from('DBN\x03'))).toBe(false);
  expect(isZstd(Buffer.from('(\xb5/', 'latin1'))).toBe(false);
});
