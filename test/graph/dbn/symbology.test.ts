/** Which symbol an id stands for, on which day, told by whom. */
import { SymbolResolver, UNDEF_TIMESTAMP, encodeRecord, viewRecord } from '../../../graph/dbn';
import type { DbnMetadata, DbnRecord } from '../../../graph/dbn';
import { layoutOf } from '../../../graph/dbn/records';

const DAY = 86_400_000_000_000n;
const DEC_1 = 19_692n * DAY; // 2023-12-01

function metadata(change: Partial<DbnMetadata>): DbnMetadata {
  return {
    version: 3,
    dataset: 'GLBX.MDP3',
    schema: 'mbo',
    start: 0n,
    end: null,
    limit: null,
    stypeIn: 'raw_symbol',
    stypeOut: 'instrument_id',
    tsOut: false,
    symbols: [],
    partial: [],
    notFound: [],
    mappings: [],
    ...change,
  };
}
const interval = (startDate: string, endDate: string, symbol: string) => ({ startDate, endDate, symbol });

/** A record whose fields are all zero or empty but for those given. */
function record(type: 'definition' | 'symbol-mapping', fields: object) {
  const blank = viewRecord(
    (() => {
      const bytes = new Uint8Array(layoutOf(type, 3).bytes);
      bytes[0] = bytes.length / 4;
      bytes[1] = type === 'definition' ? 0x13 : 0x16;
      return bytes;
    })(),
    3,
  ).decode();
  return viewRecord(encodeRecord({ ...blank, ...fields } as DbnRecord), 3);
}

test('an id means its symbol from the first day up to, not on, the last', () => {
  const symbols = new SymbolResolver(
    metadata({
      mappings: [{ rawSymbol: 'ESH4', intervals: [interval('2023-12-01', '2023-12-10', '17077')] }],
    }),
  );
  expect(symbols.symbolOf(17077, '2023-11-30')).toBeNull();
  expect(symbols.symbolOf(17077, '2023-12-01')).toBe('ESH4');
  expect(symbols.symbolOf(17077, '2023-12-09')).toBe('ESH4');
  expect(symbols.symbolOf(17077, '2023-12-10')).toBeNull();
  expect(symbols.symbolOf(1, '2023-12-01')).toBeNull();
});

test('an id may be given to another symbol later', () => {
  const symbols = new SymbolResolver(
    metadata({
      mappings: [
        { rawSymbol: 'ESH4', intervals: [interval('2023-12-01', '2023-12-10', '5')] },
        { rawSymbol: 'NQH4', intervals: [interval('2023-12-10', '2023-12-20', '5')] },
      ],
    }),
  );
  expect(symbols.symbolOf(5, '2023-12-09')).toBe('ESH4');
  expect(symbols.symbolOf(5, '2023-12-10')).toBe('NQH4');
});

test('requests by id map the other way round', () => {
  const symbols = new SymbolResolver(
    metadata({
      stypeIn: 'instrument_id',
      stypeOut: 'raw_symbol',
      mappings: [{ rawSymbol: '17077', intervals: [interval('2023-12-01', '2023-12-10', 'ESH4')] }],
    }),
  );
  expect(symbols.symbolOf(17077, '2023-12-05')).toBe('ESH4');
});

test('mappings without an id, and days without a symbol, tell nothing', () => {
  const symbols = new SymbolResolver(
    metadata({ mappings: [{ rawSymbol: 'ESH4', intervals: [interval('2023-12-01', '2023-12-10', '')] }] }),
  );
  symbols.learnMetadata(
    metadata({
      stypeIn: 'continuous',
      stypeOut: 'raw_symbol',
      mappings: [{ rawSymbol: 'ES.c.0', intervals: [interval('2023-12-01', '2023-12-10', 'ESH4')] }],
    }),
  );
  expect(symbols.symbolOf(0, '2023-12-05')).toBeNull();
});

test("a definition's raw symbol wins over the rule that was asked for", () => {
  const symbols = new SymbolResolver(
    metadata({
      stypeIn: 'continuous',
      mappings: [{ rawSymbol: 'ES.c.0', intervals: [interval('2023-12-01', '2023-12-31', '17077')] }],
    }),
  );
  expect(symbols.symbolOf(17077, '2023-12-05')).toBe('ES.c.0');
  for (const day of [4n, 5n, 6n])
    symbols.learn(
      record('definition', { instrumentId: 17077, tsRecv: DEC_1 + day * DAY, rawSymbol: 'ESH4' }),
    );
  expect(symbols.symbolOf(17077, '2023-12-04')).toBe('ES.c.0');
  expect(symbols.symbolOf(17077, '2023-12-05')).toBe('ESH4');
  expect(symbols.symbolOf(17077, '2023-12-07')).toBe('ESH4');
});

test('a definition holds from activation to expiration, and not a day longer', () => {
  const symbols = new SymbolResolver();
  const [activation, tsRecv, expiration] = [
    DEC_1 - 90n * DAY,
    DEC_1,
    DEC_1 + 20n * DAY + 13n * 3_600_000_000_000n,
  ];
  symbols.learn(record('definition', { instrumentId: 7, rawSymbol: 'ESZ3', tsRecv, activation, expiration }));
  const on = (...days: string[]) => days.map((day) => symbols.symbolOf(7, day));
  expect(on('2023-09-01', '2023-09-02', '2023-12-21', '2023-12-22', '2027-12-01')).toEqual([
    null,
    'ESZ3',
    'ESZ3',
    null,
    null,
  ]);
  symbols.learn(record('definition', { instrumentId: 7, rawSymbol: 'ESH7', tsRecv: DEC_1 + 900n * DAY }));
  expect(on('2023-12-21', '2026-05-19', '2026-05-20')).toEqual(['ESZ3', 'ESH7', null]);
});

test.each([0n, UNDEF_TIMESTAMP])('a definition that tells no expiration (%s) holds for its day', (none) => {
  const symbols = new SymbolResolver();
  const told = { instrumentId: 7, rawSymbol: 'ESZ3', tsRecv: DEC_1, activation: none, expiration: none };
  symbols.learn(record('definition', told));
  expect(['2023-11-30', '2023-12-01', '2023-12-02'].map((day) => symbols.symbolOf(7, day))).toEqual([
    null,
    'ESZ3',
    null,
  ]);
});

test('a symbol mapping of the live gateway holds for the days it names', () => {
  const symbols = new SymbolResolver();
  const told = { instrumentId: 5, stypeInSymbol: 'ES.FUT', stypeOutSymbol: 'ESH4' };
  symbols.learn(record('symbol-mapping', { ...told, startTs: DEC_1, endTs: DEC_1 + 2n * DAY }));
  expect(
    ['2023-11-30', '2023-12-01', '2023-12-02', '2023-12-03'].map((day) => symbols.symbolOf(5, day)),
  ).toEqual([null, 'ESH4', 'ESH4', null]);
  symbols.learn(
    record('symbol-mapping', { ...told, instrumentId: 6, startTs: UNDEF_TIMESTAMP, endTs: UNDEF_TIMESTAMP }),
  );
  expect(symbols.symbolOf(6, '2030-01-01')).toBe('ESH4');
});
