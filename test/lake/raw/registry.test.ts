import { RawCatalog, type DayCoverage, type RawFile } from '../../../lake/raw/registry';
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

function file(
  instruments: Record<string, DayCoverage[]>,
  ids: Record<string, number> = { ESH4: 1, ESM4: 2 },
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
      instruments: covered,
      days: covered.flatMap(({ days }) =>
        days.map(({ tradeDate, records }) => ({ tradeDate, instruments: 1, records })),
      ),
      undated: 0,
      roots: null,
      calendars: {},
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

  it('counts a day that is there twice once', () => {
    const whole = file({ ESH4: [day(100n, 300n)] });
    const again = file({ ESH4: [day(100n, 300n)] });
    const part = file({ ESH4: [day(150n, 200n)] });
    const catalog = new RawCatalog([part, again, whole], PRODUCTS);
    expect(catalog.volumes(DATE)).toEqual([{ symbol: 'ESH4', volume: 100 }]);
    expect(catalog.pieces('ESH4', DATE).map((piece) => piece.file)).toEqual([whole]);
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

  it('asks the nearest earlier day when an id has been given to another contract', () => {
    const named = (tradeDate: string) => [{ ...day(1n, 2n), records: { definition: 1 }, tradeDate }];
    const old = file({ ESH4: named('2024-03-01') }, { ESH4: 1 });
    const recent = file({ ESZ4: named('2024-06-01') }, { ESZ4: 1 });
    const on = (tradeDate: string) => file({ 'ES.c.0': [{ ...day(1n, 2n), tradeDate }] }, { 'ES.c.0': 1 });
    const catalog = new RawCatalog(
      [old, recent, on('2024-02-01'), on('2024-03-12'), on('2024-07-01')],
      PRODUCTS,
    );
    expect(catalog.volumes('2024-02-01')[0].symbol).toBe('ESH4');
    expect(catalog.volumes('2024-03-12')[0].symbol).toBe('ESH4');
    expect(catalog.volumes('2024-07-01')[0].symbol).toBe('ESZ4');
  });
});
