/** Coverage of files that name more instruments than an entry lists. */
import { Products } from '../../../graph/products/catalog';
import { listingOf } from '../../../lake/raw/listing';
import type { InstrumentCoverage } from '../../../lake/raw/registry';

const products = new Products();

const instrument = (instrumentId: number, symbol: string | null, mbo: number): InstrumentCoverage => ({
  publisherId: 1,
  instrumentId,
  symbol,
  days: [
    {
      tradeDate: '2024-03-12',
      records: { mbo },
      firstTs: 1n,
      lastTs: 2n,
      volume: 0,
      high: null,
      low: null,
      rthVolume: 0,
      rthHigh: null,
      rthLow: null,
    },
  ],
});
const name = (instrumentId: number, symbol: string) => ({ instrumentId, symbol, from: 0n, to: 1n });

it('lists everything where there is room', () => {
  const instruments = [instrument(2, 'ESH4', 5), instrument(1, null, 1)];
  const names = [name(2, 'ESH4')];
  expect(listingOf(instruments, names, products)).toEqual({
    instruments,
    names,
    unlisted: { instruments: 0, records: 0, names: 0 },
  });
});

it('lists contracts that can be built first, then those with the most records; the rest is counted', () => {
  const crowd = Array.from({ length: 30_000 }, (_, k) => instrument(k + 1, null, 1 + (k % 7)));
  const { instruments, unlisted } = listingOf([...crowd, instrument(90_000, 'ESH4', 1)], [], products);
  expect(instruments).toHaveLength(20_000);
  expect(instruments.at(-1)).toMatchObject({ instrumentId: 90_000, symbol: 'ESH4' });
  const records = (list: readonly InstrumentCoverage[]) =>
    list.map(({ days }) => days[0].records.mbo).sort((a, b) => b - a);
  expect(records(instruments.slice(0, -1))).toEqual(records(crowd).slice(0, 19_999));
  expect(unlisted).toEqual({
    instruments: 10_001,
    records: records(crowd)
      .slice(19_999)
      .reduce((sum, n) => sum + n, 0),
    names: 0,
  });
  const ids = instruments.map(({ instrumentId }) => instrumentId);
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
});

it('keeps the names of contracts that can be built', () => {
  const crowd = Array.from({ length: 60_000 }, (_, k) => name(k, `SPREAD:${k}`));
  const { names, unlisted } = listingOf([], [...crowd, name(90_000, 'ESH4')], products);
  expect(names).toHaveLength(50_000);
  expect(names).toContainEqual(name(90_000, 'ESH4'));
  expect(unlisted.names).toBe(10_001);
});
