import { expiryOf } from '../../../graph/products/contracts';
import { canonical } from '../../../graph/catalog/provenance';
import { sessionOf } from '../../../graph/market/calendar';
import { utcToEastern } from '../../../graph/market/easternTime';
import { START_PRICES } from '../../../graph/sim/startPrices';
import { Products } from '../../../graph/products/catalog';
import { futureId } from '../../../graph/sim/files/definitions';
import { PRODUCTS } from '../../support/products';

/**
 * The exchange's contract specifications, written down apart from the program: tick in points, USD a tick, regular hours ET,
 * Globex close ET, and the last trade date of one contract as the exchange's calendar of expirations has it.
 */
const SPECIFICATIONS = `
ES  0.25       12.5    09:30-16:00 17:00  2024-03 2024-03-15
MES 0.25       1.25    09:30-16:00 17:00  2024-06 2024-06-21
NQ  0.25       5       09:30-16:00 17:00  2024-09 2024-09-20
MNQ 0.25       0.5     09:30-16:00 17:00  2024-12 2024-12-20
RTY 0.1        5       09:30-16:00 17:00  2024-03 2024-03-15
M2K 0.1        0.5     09:30-16:00 17:00  2024-03 2024-03-15
YM  1          5       09:30-16:00 17:00  2024-03 2024-03-15
MYM 1          0.5     09:30-16:00 17:00  2024-03 2024-03-15
ZT  0.00390625 7.8125  08:20-15:00 17:00  2024-03 2024-03-28
ZF  0.0078125  7.8125  08:20-15:00 17:00  2024-06 2024-06-28
ZN  0.015625   15.625  08:20-15:00 17:00  2024-03 2024-03-19
TN  0.015625   15.625  08:20-15:00 17:00  2024-06 2024-06-18
ZB  0.03125    31.25   08:20-15:00 17:00  2024-03 2024-03-19
UB  0.03125    31.25   08:20-15:00 17:00  2024-03 2024-03-19
CL  0.01       10      09:00-14:30 17:00  2020-05 2020-04-21
CL  0.01       10      09:00-14:30 17:00  2024-04 2024-03-20
CL  0.01       10      09:00-14:30 17:00  2024-01 2023-12-19
MCL 0.01       1       09:00-14:30 17:00  2024-04 2024-03-19
NG  0.001      10      09:00-14:30 17:00  2024-04 2024-03-26
RB  0.0001     4.2     09:00-14:30 17:00  2024-04 2024-03-28
HO  0.0001     4.2     09:00-14:30 17:00  2024-05 2024-04-30
GC  0.1        10      08:20-13:30 17:00  2024-04 2024-04-26
MGC 0.1        1       08:20-13:30 17:00  2024-06 2024-06-26
SI  0.005      25      08:25-13:25 17:00  2024-05 2024-05-29
SIL 0.005      5       08:25-13:25 17:00  2024-05 2024-05-29
HG  0.0005     12.5    08:10-13:00 17:00  2024-05 2024-05-29
MHG 0.0005     1.25    08:10-13:00 17:00  2024-05 2024-05-29
PL  0.1        5       08:20-13:05 17:00  2024-04 2024-04-26
PA  0.5        50      08:30-13:00 17:00  2024-06 2024-06-26
6E  0.00005    6.25    08:20-15:00 17:00  2024-03 2024-03-18
6E  0.00005    6.25    08:20-15:00 17:00  2024-06 2024-06-17
6J  0.0000005  6.25    08:20-15:00 17:00  2024-03 2024-03-18
6B  0.0001     6.25    08:20-15:00 17:00  2024-09 2024-09-16
6A  0.00005    5       08:20-15:00 17:00  2024-12 2024-12-16
6C  0.00005    5       08:20-15:00 17:00  2024-03 2024-03-19
6S  0.00005    6.25    08:20-15:00 17:00  2024-03 2024-03-18
6N  0.00005    5       08:20-15:00 17:00  2024-03 2024-03-18
M6E 0.0001     1.25    08:20-15:00 17:00  2024-03 2024-03-18
BTC 5          25      09:30-16:00 17:00  2024-03 2024-03-28
MBT 5          0.5     09:30-16:00 17:00  2024-04 2024-04-26
ETH 0.5        25      09:30-16:00 17:00  2024-04 2024-04-26
MET 0.5        0.05    09:30-16:00 17:00  2024-05 2024-05-31
ZC  0.25       12.5    09:30-14:20 14:20  2024-03 2024-03-14
ZS  0.25       12.5    09:30-14:20 14:20  2024-05 2024-05-14
ZW  0.25       12.5    09:30-14:20 14:20  2024-09 2024-09-13
KE  0.25       12.5    09:30-14:20 14:20  2024-07 2024-07-12
ZM  0.1        10      09:30-14:20 14:20  2024-05 2024-05-14
ZL  0.01       6       09:30-14:20 14:20  2024-12 2024-12-13
LE  0.025      10      09:30-14:05 14:05  2024-04 2024-04-30
HE  0.025      10      09:30-14:05 14:05  2024-06 2024-06-14
`
  .trim()
  .split('\n')
  .map((line) => line.split(/ +/));

/** `HH:MM` in New York. */
function wall(ns: bigint): string {
  const minutes = Math.floor(utcToEastern(ns).nsOfDay / 60e9);
  return [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0')).join(':');
}

describe('the built-in products', () => {
  it.each(SPECIFICATIONS)(
    '%s: tick %s, worth %s USD, RTH %s, close %s; the contract of %s ends on %s',
    (root, tick, usd, rth, close, month, last) => {
      const product = PRODUCTS.productOf(root);
      expect(product.tickNanos).toBe(Math.round(Number(tick) * 1e9));
      expect((product.tickNanos / 1e9) * product.multiplier).toBeCloseTo(Number(usd), 9);
      // A Wednesday in winter and one in summer: Chicago's hours stay an hour behind New York's.
      for (const date of ['2024-01-10', '2024-07-10']) {
        const session = sessionOf(date, product);
        expect(`${wall(session.rthOpen)}-${wall(session.rthClose)}`).toBe(rth);
        expect(wall(session.globexClose)).toBe(close);
      }
      const [year, number] = month.split('-').map(Number);
      expect(expiryOf(product, year, number)).toBe(last);
    },
  );

  it('are all in the table, each with a price to simulate from that lies on its tick', () => {
    const roots = PRODUCTS.all.map(({ root }) => root);
    expect(new Set(SPECIFICATIONS.map(([root]) => root))).toEqual(new Set(roots));
    expect(Object.keys(START_PRICES)).toEqual(roots);
    for (const { root, tickNanos } of PRODUCTS.all)
      expect([root, Math.round(START_PRICES[root] * 1e9) % tickNanos]).toEqual([root, 0]);
  });

  it('look as far as ES does, and have bands that hold together', () => {
    for (const { distances, episodes } of PRODUCTS.all) {
      expect(distances).toEqual(PRODUCTS.productOf('ES').distances);
      const { approachTicks = 20, touchTicks = 2, rearmTicks = 30, barrierTicks = 20 } = episodes;
      expect(touchTicks < approachTicks && touchTicks < barrierTicks && rearmTicks >= approachTicks).toBe(
        true,
      );
    }
    expect(PRODUCTS.productOf('ES')).toMatchObject({ episodes: {}, levels: {} });
  });

  it('have instrument ids of their own in a simulation', () => {
    const ids = PRODUCTS.all.map((product) => futureId(PRODUCTS.frontContract(product.root, '2024-03-05')));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('have canonical texts that differ with any figure', () => {
    const text = (overrides: object) => canonical(new Products({ CL: { ...overrides } }).productOf('CL'));
    const texts = [
      {},
      { tick: '0.02' },
      { distances: { wall: 30 } },
      { hours: { rth: ['09:00', '14:00'] } },
      { episodes: { barrierTicks: 20 } },
    ].map(text);
    expect(new Set(texts).size).toBe(texts.length);
    expect(text({})).toBe(canonical(PRODUCTS.productOf('CL')));
  });
});

describe('hours of the grains', () => {
  it('have a pause before the day, and no session on holidays', () => {
    const text = (date: string) =>
      sessionOf(date, PRODUCTS.productOf('ZC')).hours.map(
        ({ open, close }) => `${wall(open)}-${wall(close)}`,
      );
    expect(text('2024-03-06')).toEqual(['20:00-08:45', '09:30-14:20']);
    // Labor Day: nothing on Monday but its evening.
    expect(text('2024-09-03')).toEqual(['20:00-08:45', '09:30-14:20']);
    expect(text('2024-11-29')).toEqual(['20:00-08:45', '09:30-13:05']);
  });
});
