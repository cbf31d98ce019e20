import { RawCatalog, type DayCoverage, type RawFile } from '../../../lake/raw/registry';
import { dayNumber } from '../../../graph/market/days';
import { NS_PER_DAY, utcMidnight } from '../../../graph/market/easternTime';
import { ES, PRODUCTS } from '../../support/products';

const DATE = '2024-03-12';
let files = 0;

function day(firstTs: bigint, lastTs: bigint, more: Partial<DayCoverage> = {}): DayCoverage {
  return {
    tradeDate: DATE,
    records: { mbo: 10 },
    firstTs,
    lastTs,
    volume: 100,
    high: 50n,
    low: 10n,
    rthVolume: 60,
    rthHigh: 40n,
    rthLow: 20n,
    ...more,
  };
}

const midnight = (date: string) => utcMidnight(dayNumber(date));

/** What a file tells of an id, from the beginning of a day to that of another. */
const named = (instrumentId: number, symbol: string, from: string, to: string) => ({
  instrumentId,
  symbol,
  from: midnight(from),
  to: midnight(to),
});

/** A file of instruments by symbol; those it names are named for ever, unless `names` say otherwise. */
function file(
  instruments: Record<string, DayCoverage[]>,
  ids: Record<string, number> = { ESH4: 1, ESM4: 2 },
  names?: RawFile['coverage']['names'],
): RawFile {
  const covered = Object.entries(instruments).map(([symbol, days]) => ({
    publisherId: 1,
    instrumentId: ids[symbol],
    symbol: symbol === '' ? null : symbol,
    days,
  }));
  return {
    digest: String(files++).padStart(64, '0'),
    name: 'x.dbn',
    extension: '.dbn',
    bytes: 1,
    importedAt: '2024-03-13T00:00:00.000Z',
    encoding: 'zstd',
    version: 3,
    dataset: 'GLBX.MDP3',
    schema: 'mbo',
    start: covered[0]?.days[0]?.firstTs ?? 0n,
    end: null,
    records: 10,
    byType: { mbo: 10 },
    unknown: 0,
    leftBytes: null,
    coverage: {
      counting: 2,
      instruments: covered,
      unlisted: { instruments: 0, records: 0, names: 0 },
      days: covered.flatMap(({ days }) =>
        days.map(({ tradeDate, records, firstTs, lastTs }) => ({
          tradeDate,
          instruments: 1,
          records,
          firstTs,
          lastTs,
        })),
      ),
      undated: 0,
      roots: null,
      calendars: {},
      names:
        names ??
        covered.flatMap(({ instrumentId, symbol }) =>
          symbol === null || symbol.includes('.') ? [] : [{ instrumentId, symbol, from: 0n, to: 2n ** 63n }],
        ),
    },
  };
}

describe('the catalog of raw files', () => {
  it('adds up what several files hold of one trade date', () => {
    const catalog = new RawCatalog(
      [
        file({
          ESH4: [
            day(200n, 300n, { volume: 7, high: 60n, low: 30n, rthVolume: 0, rthHigh: null, rthLow: null }),
          ],
        }),
        file({ ESH4: [day(100n, 150n)], ESM4: [day(100n, 150n, { volume: 5 })] }),
      ],
      PRODUCTS,
    );
    expect(catalog.trading(DATE)).toEqual([
      {
        symbol: 'ESH4',
        tradeDate: DATE,
        volume: 107,
        high: 60n,
        low: 10n,
        rthVolume: 60,
        rthHigh: 40n,
        rthLow: 20n,
        captured: [
          { first: 100n, last: 150n },
          { first: 200n, last: 300n },
        ],
      },
      {
        symbol: 'ESM4',
        tradeDate: DATE,
        volume: 5,
        high: 50n,
        low: 10n,
        rthVolume: 60,
        rthHigh: 40n,
        rthLow: 20n,
        captured: [{ first: 100n, last: 150n }],
      },
    ]);
    expect(catalog.volumes(DATE)).toContainEqual({ symbol: 'ESH4', volume: 107 });
    expect(catalog.pieces('ESH4', DATE).map((piece) => piece.day.firstTs)).toEqual([100n, 200n]);
    expect(catalog.trading('2024-03-13')).toEqual([]);
  });

  it('tells where files overlap, and takes what was counted there', () => {
    const whole = file({ ESH4: [day(100n, 300n)] });
    const again = file({ ESH4: [day(100n, 300n)] });
    const part = file({ ESH4: [day(150n, 200n)] });
    const behind = file({ ESH4: [day(301n, 400n, { volume: 7 })] });
    for (const files of [
      [part, again, behind, whole],
      [behind, whole, again, part],
    ]) {
      const catalog = new RawCatalog(files, PRODUCTS);
      expect(catalog.runs('ESH4', DATE).map((run) => run.map((piece) => piece.file))).toEqual([
        [whole, again, part],
        [behind],
      ]);
      const [overlap, ...others] = catalog.overlaps();
      expect(others).toEqual([]);
      expect(overlap).toMatchObject({ symbol: 'ESH4', tradeDate: DATE, type: 'mbo' });
      expect(() => catalog.volumes(DATE)).toThrow('not counted');
      catalog.learn(overlap, day(100n, 300n, { volume: 93 }));
      expect(catalog.volumes(DATE)).toEqual([{ symbol: 'ESH4', volume: 100 }]);
    }
  });

  it('finds no overlap between files that follow each other, and one where they meet in one instant', () => {
    const overlaps = (...pieces: DayCoverage[]) =>
      new RawCatalog(
        pieces.map((piece) => file({ ESH4: [piece] })),
        PRODUCTS,
      ).overlaps().length;
    expect(overlaps(day(100n, 199n), day(200n, 300n))).toBe(0);
    expect(overlaps(day(100n, 200n), day(200n, 300n))).toBe(1);
    expect(overlaps(day(100n, 200n, { records: { trades: 1 } }), day(150n, 300n))).toBe(0);
    expect(overlaps(day(1n, 2n, { records: { trades: 1 } }), day(2n, 3n, { records: { trades: 1 } }))).toBe(
      1,
    );
  });

  it('does not count trades beside the MBO they are part of', () => {
    const trades = file({ ESH4: [day(90n, 400n, { records: { trades: 10 }, volume: 99 })] });
    const mbo = file({ ESH4: [day(100n, 300n)] });
    expect(new RawCatalog([trades, mbo], PRODUCTS).volumes(DATE)).toEqual([{ symbol: 'ESH4', volume: 100 }]);
    expect(new RawCatalog([trades], PRODUCTS).volumes(DATE)).toEqual([{ symbol: 'ESH4', volume: 99 }]);
    const catalog = new RawCatalog([trades, mbo], PRODUCTS);
    expect(catalog.pieces('ESH4', DATE).map((piece) => piece.file)).toEqual([mbo]);
    expect(catalog.filesWith('trades', DATE, ES)).toEqual([trades]);
    expect(catalog.filesWith('definition', DATE, ES)).toEqual([]);
  });

  it('leaves spreads and unknown instruments out of the volumes', () => {
    const ids = { 'ESH4-ESM4': 3, '': 4, XYZ: 5 };
    const catalog = new RawCatalog(
      [file({ 'ESH4-ESM4': [day(1n, 2n)], '': [day(1n, 2n)], XYZ: [day(1n, 2n)] }, ids)],
      PRODUCTS,
    );
    expect(catalog.volumes(DATE)).toEqual([]);
    expect(catalog.tradeDates()).toEqual([DATE]);
  });

  it('learns from other files what a continuous symbol, or none, stood for', () => {
    const continuous = file({ 'ES.v.0': [day(100n, 300n)], '': [day(100n, 300n)] }, { 'ES.v.0': 1, '': 2 });
    expect(new RawCatalog([continuous], PRODUCTS).pieces('ESH4', DATE)).toEqual([]);
    const defined = day(1n, 2n, { records: { definition: 1 }, volume: 0, high: null, low: null });
    const definitions = file({ ESH4: [defined], ESM4: [defined] });
    const catalog = new RawCatalog([continuous, definitions], PRODUCTS);
    expect(catalog.pieces('ESH4', DATE).map((piece) => piece.file)).toEqual([continuous]);
    expect(catalog.volumes(DATE)).toEqual([
      { symbol: 'ESH4', volume: 100 },
      { symbol: 'ESM4', volume: 100 },
    ]);
  });
});

describe('the symbol of an instrument id', () => {
  /** A file of `ES.c.0`, id 17077, on some dates. */
  const continuous = (...dates: string[]) =>
    file(
      {
        'ES.c.0': dates.map((tradeDate) => ({
          ...day(midnight(tradeDate) - 7_200_000_000_000n, midnight(tradeDate) + 1n),
          tradeDate,
        })),
      },
      { 'ES.c.0': 17077 },
    );
  const telling = (...names: RawFile['coverage']['names']) => file({}, {}, names);
  const symbolsOn = (date: string, ...told: RawFile[]) =>
    new RawCatalog([continuous(date), ...told], PRODUCTS).volumes(date).map(({ symbol }) => symbol);

  it('is that of a file about the same time, never of one about another year', () => {
    const expired = telling(named(17077, 'ESH1', '2020-12-20', '2021-03-20'));
    expect(symbolsOn('2024-03-06', expired)).toEqual([]);
    const [unmapped] = new RawCatalog([continuous('2024-03-06'), expired], PRODUCTS).unmapped('2024-03-06');
    expect([unmapped.instrument.instrumentId, unmapped.instrument.symbol]).toEqual([17077, 'ES.c.0']);
    const right = telling(named(17077, 'ESH4', '2023-12-18', '2024-03-16'));
    for (const told of [
      [expired, right],
      [right, expired],
    ])
      expect(symbolsOn('2024-03-06', ...told)).toEqual(['ESH4']);
    expect(symbolsOn('2021-03-08', expired, right)).toEqual(['ESH1']);
  });

  it('may change within one file', () => {
    const both = telling(
      named(17077, 'ESH1', '2020-12-20', '2021-03-20'),
      named(17077, 'ESH4', '2023-12-18', '2024-03-16'),
    );
    expect(symbolsOn('2021-03-08', both)).toEqual(['ESH1']);
    expect(symbolsOn('2024-03-06', both)).toEqual(['ESH4']);
    expect(symbolsOn('2022-03-08', both)).toEqual([]);
  });

  it('holds for the evening before, where a trade date begins, but not beyond expiration', () => {
    const date = '2024-03-18';
    expect(symbolsOn(date, telling(named(17077, 'ESM4', date, '2024-03-19')))).toEqual(['ESM4']);
    const expired = telling({
      ...named(17077, 'ESH4', '2024-03-01', date),
      to: midnight('2024-03-15') + NS_PER_DAY / 2n,
    });
    expect(symbolsOn(date, expired)).toEqual([]);
    expect(symbolsOn('2024-03-15', expired)).toEqual(['ESH4']);
  });

  it('is what the file itself says, whatever another says', () => {
    const own = { ...continuous('2024-03-06') };
    own.coverage = { ...own.coverage, names: [named(17077, 'ESH4', '2024-03-05', '2024-03-07')] };
    const other = telling(named(17077, 'ESM4', '2024-03-06', '2024-03-07'));
    expect(new RawCatalog([other, own], PRODUCTS).volumes('2024-03-06')[0].symbol).toBe('ESH4');
  });

  it('is not that of another venue', () => {
    const elsewhere = {
      ...telling(named(17077, 'ESH4', '2024-03-01', '2024-03-20')),
      dataset: 'IFEU.IMPACT',
    };
    expect(symbolsOn('2024-03-06', elsewhere)).toEqual([]);
  });
});
