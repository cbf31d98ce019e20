/**
 * A whole option chain, with volatilities, gammas and open interest as the exchange computed them: CBOE's quotes of SPX
 * of 2022-07-12 11:55 ET. Black-76 on the forward of put-call parity must agree with it.
 */
import { readFileSync } from 'node:fs';
import { dayNumber } from '../../../graph/market/days';
import { clock, easternToUtc } from '../../../graph/market/easternTime';
import { black76, emptyGreeks, Right } from '../../../graph/options/black76';
import { yearFraction } from '../../../graph/options/expiry';
import { GammaBook, gexFactor, zeroGammaFlip } from '../../../graph/options/gammaExposure';
import { impliedVol } from '../../../graph/options/impliedVol';
import { dataPath, describeWithData } from '../../support/data';

const SPOT = 3856.28;
const MULTIPLIER = 100;
const RATE = 0.02;
const NOW = easternToUtc(dayNumber('2022-07-12'), clock(11, 55));

interface Side {
  bid: number;
  ask: number;
  vol: number;
  gamma: number;
  openInterest: number;
}
interface Line {
  expiry: string;
  days: number;
  years: number;
  strike: number;
  call: Side;
  put: Side;
}

function readChain(): Line[] {
  const lines = readFileSync(dataPath('spx_quotedata_2022-07-12_1155ET.csv'), 'utf8').trim().split('\n');
  return lines.slice(3).map((line) => {
    const cells = line.trim().split(',');
    const [, month, dayOfMonth, year] = cells[0].split(' ');
    const monthNumber =
      1 + ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].indexOf(month);
    const expiry = `${year}-${String(monthNumber).padStart(2, '0')}-${dayOfMonth}`;
    // Weeklies expire at the close, monthlies (root SPX) at the open.
    const at = cells[1].startsWith('SPXW') ? clock(16) : clock(9, 30);
    const side = (from: number): Side => {
      const [bid, ask, , vol, , gamma, openInterest] = cells.slice(from, from + 7).map(Number);
      return { bid, ask, vol, gamma, openInterest };
    };
    return {
      expiry: `${expiry} ${at}`,
      days: dayNumber(expiry) - dayNumber('2022-07-12'),
      years: yearFraction(Number(easternToUtc(dayNumber(expiry), at) - NOW)),
      strike: Number(cells[11]),
      call: side(4),
      put: side(15),
    };
  });
}

const middle = ({ bid, ask }: Side) => (bid + ask) / 2;
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1];

/** F = K + (C - P) / DF at the strike where call and put are closest. */
function parityForward(lines: Line[]): number {
  const gap = ({ call, put }: Line) => Math.abs(middle(call) - middle(put));
  const { call, put, strike, years } = lines.reduce((best, line) => (gap(line) < gap(best) ? line : best));
  return strike + (middle(call) - middle(put)) * Math.exp(RATE * years);
}

describeWithData('the SPX chain of 2022-07-12', () => {
  let lines: Line[];
  let expiries: Line[][];
  beforeAll(() => {
    lines = readChain();
    const groups = new Map<string, Line[]>();
    for (const line of lines) {
      const group = groups.get(line.expiry);
      if (group) group.push(line);
      else groups.set(line.expiry, [line]);
    }
    expiries = [...groups.values()];
  });

  /** Median distance from CBOE's own figures over the quoted out-of-the-money options within 10 % of the money. */
  function errors(fromDays: number, toDays: number) {
    const vols: number[] = [];
    const gammas: number[] = [];
    for (const group of expiries) {
      const { days, years } = group[0];
      if (days < fromDays || days > toDays) continue;
      const forward = parityForward(group);
      for (const { strike, call, put } of group) {
        const right = strike >= forward ? Right.Call : Right.Put;
        const side = right === Right.Call ? call : put;
        if (side.vol === 0 || side.bid < 0.5 || Math.abs(strike / forward - 1) > 0.1) continue;
        const vol = impliedVol(right, middle(side), forward, strike, years, RATE);
        const { gamma } = black76(right, forward, strike, years, vol, RATE, emptyGreeks());
        vols.push(Math.abs(vol - side.vol));
        gammas.push(Math.abs(gamma - side.gamma));
      }
    }
    return { count: vols.length, vol: median(vols), gamma: median(gammas) };
  }

  it('has 9,689 lines of 47 expiry dates, and 15,716,365 open contracts', () => {
    expect(lines).toHaveLength(9689);
    expect(new Set(lines.map(({ days }) => days)).size).toBe(47);
    expect(sum(lines, ({ call, put }) => call.openInterest + put.openInterest)).toBe(15_716_365);
  });

  // CBOE counts time to expiry in another way; within a day of expiry that is what the difference consists of.
  it.each([
    { from: 0, to: 0, vol: 0.012, options: 15 },
    { from: 1, to: 2, vol: 0.0012, options: 100 },
    { from: 3, to: 7, vol: 0.0004, options: 300 },
    { from: 8, to: 30, vol: 0.0002, options: 1000 },
    { from: 31, to: 52, vol: 0.0001, options: 700 },
  ])(
    "has the exchange's volatilities and gammas, $from to $to days to expiry",
    ({ from, to, vol, options }) => {
      const found = errors(from, to);
      expect(found.count).toBeGreaterThan(options);
      expect(found.vol).toBeLessThan(vol);
      // The exchange prints four decimals: half a unit of the last is 5e-5, and 2.5e-5 the median of rounding alone.
      expect(found.gamma).toBeLessThan(4e-5);
    },
  );

  it('is one curve: calls and puts at the same strike imply the same volatility', () => {
    const gaps: number[] = [];
    for (const group of expiries) {
      const { days, years } = group[0];
      if (days < 3 || days > 52) continue;
      const forward = parityForward(group);
      for (const { strike, call, put } of group) {
        if (Math.abs(strike / forward - 1) > 0.02) continue;
        const vols = [
          impliedVol(Right.Call, middle(call), forward, strike, years, RATE),
          impliedVol(Right.Put, middle(put), forward, strike, years, RATE),
        ];
        gaps.push(Math.abs(vols[0] - vols[1]));
      }
    }
    expect(gaps.length).toBeGreaterThan(400);
    expect(median(gaps)).toBeLessThan(0.0005);
  });

  it('amounts to +50.325 bn USD per percent in calls, -67.812 in puts, -17.487 net, dealers long calls and short puts', () => {
    const factor = gexFactor('usd-per-1pct', SPOT, MULTIPLIER) / 1e9;
    const calls = factor * sum(lines, ({ call }) => call.gamma * call.openInterest);
    const puts = -factor * sum(lines, ({ put }) => put.gamma * put.openInterest);
    expect(calls).toBeCloseTo(50.325, 3);
    expect(puts).toBeCloseTo(-67.812, 3);
    expect(calls + puts).toBeCloseTo(-17.487, 3);
  });

  it("amounts to nearly the same by our own gammas, from the exchange's volatilities, and flips above the price", () => {
    const book = new GammaBook();
    for (const { strike, years, call, put } of lines) {
      if (call.vol > 0) book.add(0, strike, 0, call.vol * Math.sqrt(years), 1, call.openInterest, 0);
      if (put.vol > 0) book.add(0, strike, 0, put.vol * Math.sqrt(years), 1, 0, -put.openInterest);
    }
    const [calls, puts] = [new Float64Array(1), new Float64Array(1)];
    book.byStrike(SPOT, calls, puts);
    const factor = gexFactor('usd-per-1pct', SPOT, MULTIPLIER) / 1e9;
    expect(Math.abs((calls[0] * factor) / 50.325 - 1)).toBeLessThan(0.02);
    expect(Math.abs((puts[0] * factor) / -67.812 - 1)).toBeLessThan(0.02);
    const flip = zeroGammaFlip(book, SPOT, 0.08);
    expect(flip).toBeGreaterThan(SPOT);
    expect(flip).toBeLessThan(4000);
    expect(book.net(flip - 1)).toBeLessThan(0);
    expect(book.net(flip + 1)).toBeGreaterThan(0);
  });
});

function sum(lines: Line[], value: (line: Line) => number): number {
  return lines.reduce((total, line) => total + value(line), 0);
}
