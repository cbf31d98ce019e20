import { borrowSmile, fillSmile, smileAt } from '../../../graph/options/smile';

const strikes = [4700, 4750, 4800, 4850, 4900];
const pairs = [0, 1, 2, 3, 4];
const fill = (observed: number[]) => {
  const out = new Float64Array(5).fill(-1);
  fillSmile(pairs, strikes, observed, out);
  return [...out];
};

describe('volatility across strikes', () => {
  it('is what was observed, straight lines between, and flat beyond', () => {
    expect(fill([NaN, 0.2, NaN, NaN, 0.14])).toEqual(
      [0.2, 0.2, 0.18, 0.16, 0.14].map((v) => expect.closeTo(v, 12)),
    );
    expect(fill([NaN, NaN, 0.15, NaN, NaN])).toEqual([0.15, 0.15, 0.15, 0.15, 0.15]);
  });

  it('is unknown where nothing was observed', () => {
    expect(fill([NaN, NaN, NaN, NaN, NaN])).toEqual([NaN, NaN, NaN, NaN, NaN]);
  });

  it('goes by strike, not by the order in which strikes were listed', () => {
    const out = new Float64Array(3);
    fillSmile([2, 0, 1], [4750, 4800, 4700], [NaN, 0.1, 0.2], out);
    expect([...out].map((v) => +v.toFixed(12))).toEqual([0.15, 0.1, 0.2]);
  });

  it('is read at any price by the same rule', () => {
    const vols = Float64Array.from(fill([0.22, 0.2, 0.18, 0.17, 0.16]));
    expect(smileAt(4775, pairs, strikes, vols)).toBeCloseTo(0.19, 12);
    expect(smileAt(4800, pairs, strikes, vols)).toBeCloseTo(0.18, 12);
    expect(smileAt(4000, pairs, strikes, vols)).toBe(0.22);
    expect(smileAt(9000, pairs, strikes, vols)).toBe(0.16);
    expect(smileAt(4800, [], strikes, vols)).toBeNaN();
  });

  it('is borrowed at equal distances in standard deviations', () => {
    // Lender: strikes 4700 to 4900 of an expiry with a quarter of the time; borrower: pairs 5 to 7.
    const all = [...strikes, 4610, 4800, 5000];
    const vols = Float64Array.from([...fill([0.22, 0.2, 0.18, 0.17, 0.16]), NaN, NaN, NaN]);
    borrowSmile({ pairs: [5, 6, 7], price: 4800 }, { pairs, price: 4800 }, all, Math.sqrt(1 / 4), vols);
    const alike = (strike: number) => smileAt(4800 * Math.sqrt(strike / 4800), pairs, strikes, vols);
    // 4610 is as far below the money there as 4704.04 here.
    expect(vols[5]).toBeCloseTo(0.22 - (0.02 * (Math.sqrt(4610 * 4800) - 4700)) / 50, 12);
    expect([...vols.subarray(5)]).toEqual([alike(4610), 0.18, alike(5000)].map((v) => expect.closeTo(v, 12)));
  });
});
