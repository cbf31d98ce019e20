import { previousDay } from '../../../activities/stages/inputs';
import { sessionOf } from '../../../graph/market/calendar';
import { RawCatalog, type RawFile } from '../../../lake/raw/registry';
import { ES, PRODUCTS } from '../../support/products';

const TICK = 250_000_000n;
const MINUTE = 60_000_000_000n;
const { rthOpen, rthClose } = sessionOf('2024-03-12', ES);

/** A file with ESH4 of 2024-03-12 from and to so many minutes after the RTH open. */
function file(from: bigint, to: bigint): RawFile {
  const day = {
    tradeDate: '2024-03-12',
    records: { mbo: 10 },
    firstTs: rthOpen + from * MINUTE,
    lastTs: rthOpen + to * MINUTE,
    volume: 100,
    high: 20_100n * TICK,
    low: 19_900n * TICK,
    rthVolume: 60,
    rthHigh: 20_050n * TICK,
    rthLow: 19_950n * TICK,
  };
  const instrument = { publisherId: 1, instrumentId: 1, symbol: 'ESH4', days: [day] };
  return {
    digest: `${from}${to}`.replaceAll('-', 'f').padStart(64, '0'),
    dataset: 'GLBX.MDP3',
    start: day.firstTs,
    end: null,
    coverage: {
      instruments: [instrument],
      days: [],
      undated: 0,
      roots: null,
      calendars: {},
      names: [{ instrumentId: 1, symbol: 'ESH4', from: rthOpen - 600n * MINUTE, to: rthClose }],
    },
  } as unknown as RawFile;
}

const range = (...files: RawFile[]) =>
  previousDay(new RawCatalog(files, PRODUCTS), PRODUCTS, 'ESH4', '2024-03-13');

describe('the range of the day before', () => {
  const whole = { high: 20_050, low: 19_950 };
  const day = (rthClose - rthOpen) / MINUTE;

  it('is that of regular trading hours which raw files cover', () => {
    expect(range(file(-300n, day + 60n))).toEqual(whole);
    expect(range(file(0n, day))).toEqual(whole);
    expect(range(file(-300n, 100n), file(101n, day))).toEqual(whole);
  });

  it('is none of a part of them', () => {
    expect(range()).toBeUndefined();
    expect(range(file(7n, day))).toBeUndefined();
    expect(range(file(-300n, day - 10n))).toBeUndefined();
    expect(range(file(-300n, 100n), file(110n, day))).toBeUndefined();
  });
});
