import { sessionOf } from '../../../graph/market/calendar';
import { dayNumber } from '../../../graph/market/days';
import { TimeOrigin } from '../../../graph/market/time';
import { black76Price, Right } from '../../../graph/options/black76';
import { OptionChain } from '../../../graph/options/chain';
import { Kind } from '../../../graph/options/classify';
import { yearFraction } from '../../../graph/options/expiry';
import { observeSettlements } from '../../../graph/options/settlements';
import { ES } from '../../support/products';

const ORIGIN = new TimeOrigin(sessionOf('2024-01-10', ES).window.start);
const SETTLED = Number(sessionOf('2024-01-09', ES).rthClose - ORIGIN.ns);
const DAY = dayNumber('2024-01-09');
const EXPIRY = Number(sessionOf('2024-01-19', ES).rthClose - ORIGIN.ns);
const RATE = 0.05;
const FORWARD = 4783.4;
const smile = (strike: number) => 0.13 + 0.4 * Math.abs(Math.log(strike / FORWARD));

/** A chain whose options settled on the smile, calls under even ids and puts under odd ones. */
function settledChain(strikes: number[], day = DAY): OptionChain {
  const chain = new OptionChain('ESH4');
  strikes.forEach((strike, k) => {
    for (const kind of [Kind.Call, Kind.Put]) {
      const instrumentId = 2 * k + (kind === Kind.Call ? 0 : 1);
      chain.define({ instrumentId, kind, underlying: 'ESH4', strike, expiresAt: EXPIRY });
      const right = kind as Right;
      const price = black76Price(right, FORWARD, strike, yearFraction(EXPIRY - SETTLED), smile(strike), RATE);
      chain.setSettlement(instrumentId, day, price);
    }
  });
  return chain;
}

describe('settlement prices', () => {
  it("tell every strike's volatility, without knowing the future's own settlement", () => {
    const strikes = [4600, 4700, 4750, 4780, 4785, 4800, 4850, 5000];
    const chain = settledChain(strikes);
    observeSettlements(chain, ES, ORIGIN, RATE);
    strikes.forEach((strike, pair) => expect(chain.observedVol[pair]).toBeCloseTo(smile(strike), 10));
    expect(chain.observedAt).toEqual(strikes.map(() => SETTLED));
  });

  it('do not replace what traded since', () => {
    const chain = settledChain([4780, 4785]);
    chain.observe(0, 0.3, 1000);
    chain.observe(1, 0.3, SETTLED - 1);
    observeSettlements(chain, ES, ORIGIN, RATE);
    expect(chain.observedVol[0]).toBe(0.3);
    expect(chain.observedVol[1]).toBeCloseTo(smile(4785), 10);
  });

  it('of half a pair, of an expired option, or of a day without a session say nothing', () => {
    const half = settledChain([4780, 4785]);
    half.settlementDay[1] = DAY - 1;
    observeSettlements(half, ES, ORIGIN, RATE);
    expect(half.observedVol[0]).toBeNaN();
    expect(half.observedVol[1]).toBeCloseTo(smile(4785), 10);

    const sunday = settledChain([4780], dayNumber('2024-01-07'));
    observeSettlements(sunday, ES, ORIGIN, RATE);
    expect(sunday.observedVol[0]).toBeNaN();

    const none = new OptionChain('ESH4');
    observeSettlements(none, ES, ORIGIN, RATE);
    expect(none.observedVol).toEqual([]);
  });
});
