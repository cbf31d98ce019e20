/**
 * Metadata: the published golden head, sizes of every version, round trips, and everything that must be
 * refused.
 */
import fc from 'fast-check';
import { SCHEMAS, STYPES, decodeMetadata, encodeMetadata } from '../../../graph/dbn';
import type { DbnMetadata, DbnVersion } from '../../../graph/dbn';
import { readPrefix } from '../../../graph/dbn/metadata';

const ESH1: DbnMetadata = {
  version: 3,
  dataset: 'GLBX.MDP3',
  schema: 'mbo',
  start: 1609160400000000000n,
  end: 1609200000000000000n,
  limit: 2n,
  stypeIn: 'raw_symbol',
  stypeOut: 'instrument_id',
  tsOut: false,
  symbols: ['ESH1'],
  partial: [],
  notFound: [],
  mappings: [
    { rawSymbol: 'ESH1', intervals: [{ startDate: '2020-12-28', endDate: '2020-12-29', symbol: '5482' }] },
  ],
};

describe('the golden head', () => {
  test('is written as published', () => {
    const hex = Buffer.from(encodeMetadata(ESH1)).toString('hex');
    expect(hex.slice(0, 68)).toBe('44424e0360010000474c42582e4d4450330000000000000000000020a0acdbe25416');
    expect(hex.slice(68, 110)).toBe('00008fc4df06551602000000000000000100004700');
  });

  test.each([
    [1, 198],
    [2, 345],
    [3, 352],
  ] as const)('version %i with one symbol and one mapping takes %i bytes', (version, length) => {
    const bytes = encodeMetadata({ ...ESH1, version });
    expect(bytes.length).toBe(8 + length);
    expect(new DataView(bytes.buffer).getUint32(4, true)).toBe(length);
  });

  test('version 1 carries the unused record count, later ones do not', () => {
    const one = encodeMetadata({ ...ESH1, version: 1 });
    expect(new DataView(one.buffer).getBigUint64(50, true)).toBe(2n ** 64n - 1n);
    expect(decodeMetadata(one)).toEqual({ ...ESH1, version: 1 });
  });
});

const printable = fc.integer({ min: 32, max: 126 }).map((code) => String.fromCharCode(code));
const name = (longest: number) => fc.string({ unit: printable, minLength: 1, maxLength: longest });
const date = fc
  .tuple(
    fc.integer({ min: 1970, max: 2199 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([y, m, d]) => `${y}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`);

const anyMetadata = fc.constantFrom<DbnVersion>(1, 2, 3).chain((version) => {
  const symbol = name(version === 1 ? 21 : 70);
  const time = fc.bigInt({ min: 1n, max: 2n ** 64n - 2n });
  return fc.record<DbnMetadata>({
    version: fc.constant(version),
    dataset: name(15),
    schema: fc.option(fc.constantFrom(...SCHEMAS)),
    start: time,
    end: fc.option(time),
    limit: fc.option(time),
    stypeIn: fc.option(fc.constantFrom(...STYPES)),
    stypeOut: fc.constantFrom(...STYPES),
    tsOut: fc.boolean(),
    symbols: fc.array(symbol),
    partial: fc.array(symbol, { maxLength: 3 }),
    notFound: fc.array(symbol, { maxLength: 3 }),
    mappings: fc.array(
      fc.record({
        rawSymbol: symbol,
        intervals: fc.array(fc.record({ startDate: date, endDate: date, symbol }), { maxLength: 4 }),
      }),
    ),
  });
});

test('any metadata survives writing and reading', () => {
  fc.assert(
    fc.property(anyMetadata, (metadata) => {
      const bytes = encodeMetadata(metadata);
      expect(decodeMetadata(bytes)).toEqual(metadata);
      if (metadata.version === 3) expect(bytes.length % 8).toBe(0);
    }),
    { numRuns: 300 },
  );
});

test('two hundred thousand symbols are read', () => {
  const symbols = Array.from({ length: 200_000 }, (_, k) => `SYM${k}`);
  const mappings = symbols.map((rawSymbol, k) => ({
    rawSymbol,
    intervals: [{ startDate: '2024-01-01', endDate: '2024-02-01', symbol: String(k) }],
  }));
  const bytes = encodeMetadata({ ...ESH1, symbols, mappings });
  expect(bytes.length).toBeGreaterThan(40e6);
  const metadata = decodeMetadata(bytes);
  expect(metadata.symbols.length).toBe(200_000);
  expect(metadata.mappings[199_999]).toEqual(mappings[199_999]);
});

describe('codes', () => {
  test('of symbologies are named as Databento names them', () => {
    const named = (code: number) => {
      const bytes = encodeMetadata(ESH1);
      bytes.set([code, code], 50);
      return decodeMetadata(bytes);
    };
    expect([named(12), named(13), named(14), named(15)].map(({ stypeIn }) => stypeIn)).toEqual([
      'figi_ticker',
      'listing_id',
      'issuer_id',
      'security_id',
    ]);
    expect(named(16)).toEqual({ ...ESH1, stypeIn: 'code_16', stypeOut: 'code_16' });
  });

  test('that came later are kept as they are', () => {
    for (const version of [1, 2, 3] as const) {
      const metadata: DbnMetadata = {
        ...ESH1,
        version,
        schema: 'code_99',
        stypeIn: 'code_77',
        stypeOut: 'code_254',
      };
      expect(decodeMetadata(encodeMetadata(metadata))).toEqual(metadata);
    }
  });
});

describe('what is refused, and where', () => {
  const golden = encodeMetadata(ESH1);
  const changed = (at: number, ...values: number[]) => {
    const bytes = golden.slice();
    bytes.set(values, at);
    return () => decodeMetadata(bytes);
  };
  const failure = (code: string, offset: number) =>
    expect.objectContaining({ code, details: expect.objectContaining({ offset }) });

  test.each([
    ['another magic', 'UnsupportedDbn', 0, changed(0, 0x45)],
    ['version 0', 'UnsupportedDbn', 3, changed(3, 0)],
    ['a version from the future', 'UnsupportedDbn', 3, changed(3, 4)],
    ['a length below the fixed part', 'CorruptDbn', 4, changed(4, 99, 0, 0, 0)],
    ['a length of four gigabytes', 'CorruptDbn', 4, changed(4, 255, 255, 255, 255)],
    ['symbols of no width', 'CorruptDbn', 53, changed(53, 0, 0)],
    ['symbols narrower than any version has', 'CorruptDbn', 53, changed(53, 21, 0)],
    ['a schema definition', 'CorruptDbn', 108, changed(108, 1)],
    ['four billion symbols', 'CorruptDbn', 116, changed(112, 255, 255, 255, 255)],
    ['four billion intervals', 'CorruptDbn', 274, changed(270, 255, 255, 255, 255)],
    ['a date that is none', 'CorruptDbn', 274, changed(274, 1, 2, 3, 4)],
    ['bytes behind the mappings', 'CorruptDbn', 359, changed(359, 1)],
  ])('%s', (_, code, offset, decode) => {
    expect(decode).toThrow(failure(code, offset));
  });

  test.each([1, 2, 3])('a length that holds less than four empty lists, in version %i', (version) => {
    for (let length = 0; length < 120; length++) {
      const bytes = golden.slice(0, 8 + length);
      bytes.set([version, length, 0, 0, 0], 3);
      expect(() => decodeMetadata(bytes)).toThrow(failure('CorruptDbn', 4));
    }
    const { symbols, mappings } = decodeMetadata(encodeMetadata({ ...ESH1, symbols: [], mappings: [] }));
    expect([symbols, mappings]).toEqual([[], []]);
  });

  test('more than a stream of its size can hold', () => {
    const bytes = encodeMetadata(ESH1);
    expect(readPrefix(bytes, bytes.length - 8).bytes).toBe(bytes.length);
    expect(() => readPrefix(bytes, bytes.length - 9)).toThrow(failure('CorruptDbn', 4));
  });

  test('bytes that are fewer or more than the length says', () => {
    expect(() => decodeMetadata(golden.subarray(0, 300))).toThrow(failure('CorruptDbn', 4));
  });

  test.each([
    ['a symbol longer than the version holds', { version: 1 as const, symbols: ['S'.repeat(22)] }],
    ['a symbol that is not ASCII', { symbols: ['\u00c9S'] }],
    ['a dataset of more than 15 letters', { dataset: 'D'.repeat(16) }],
    [
      'an impossible date',
      {
        mappings: [
          { rawSymbol: 'A', intervals: [{ startDate: '2023-02-30', endDate: '2023-03-01', symbol: '1' }] },
        ],
      },
    ],
  ])('%s is not written', (_, change) => {
    expect(() => encodeMetadata({ ...ESH1, ...change })).toThrow(
      expect.objectContaining({ code: 'BadArgument' }),
    );
  });
});
