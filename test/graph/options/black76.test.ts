import fc from 'fast-check';
import {
  black76,
  black76Delta,
  black76Price,
  emptyGreeks,
  Right,
  type Greeks,
} from '../../../graph/options/black76';

type Arguments = [F: number, K: number, T: number, sigma: number, r: number, right: Right];
const greeks = (...[F, K, T, sigma, r, right]: Arguments) => black76(right, F, K, T, sigma, r, emptyGreeks());
const price = (...[F, K, T, sigma, r, right]: Arguments) => black76Price(right, F, K, T, sigma, r);

/** Reference values to 20 digits, from the textbook formulas in 120-digit arithmetic. */
const KNOWN: [Arguments, Record<keyof Greeks, string>][] = [
  [
    [100, 100, 1, 0.2, 0, 1],
    {
      price: '7.965567455405797',
      delta: '0.53982783727702898367',
      gamma: '0.019847627373850587163',
      vega: '39.695254747701176529',
      theta: '-3.9695254747701178733',
      rho: '-7.965567455405797',
      vanna: '0.19847627373850588265',
      charm: '-0.019847627373850589366',
      volga: '-1.9847627373850589366',
    },
  ],
  [
    [100, 100, 1, 0.2, 0, -1],
    {
      price: '7.965567455405797',
      delta: '-0.46017216272297101633',
      gamma: '0.019847627373850587163',
      vega: '39.695254747701176529',
      theta: '-3.9695254747701178733',
      rho: '-7.965567455405797',
      vanna: '0.19847627373850588265',
      charm: '-0.019847627373850589366',
      volga: '-1.9847627373850589366',
    },
  ],
  [
    [4800, 4800, 0.0027397260273972603, 0.125, 0.05, 1],
    {
      price: '12.527217475396502241',
      delta: '0.50123643002743302041',
      gamma: '0.012701161297394197305',
      vega: '100.21738229176791377',
      theta: '-2285.5826726571856898',
      rho: '-0.034321143768209595449',
      vanna: '0.010439310655392491017',
      charm: '-0.21308495282476954706',
      volga: '-0.0085802553331993077524',
    },
  ],
  [
    [4800, 4805, 1.902587519025875e-6, 0.15, 0.04, 1],
    {
      price: '4.4729149681049543819e-8',
      delta: '2.4284829657072012077e-7',
      gamma: '1.2757919715257567261e-6',
      vega: '8.3887691278405914704e-6',
      theta: '-0.3306852772303101317',
      rho: '-8.5101121919805064182e-14',
      vanna: '0.000042505139084162431294',
      charm: '-1.6755525729837511949',
      volga: '0.0014160714319765259638',
    },
  ],
  [
    [4800, 4250, 0.12, 0.31, 0.045, -1],
    {
      price: '30.954664418588587157',
      delta: '-0.11699065924784291446',
      gamma: '0.00038057874598231493041',
      vega: '326.18947623649032467',
      theta: '-419.93511357329686223',
      rho: '-3.7145597302306303214',
      vanna: '-0.68316154613112419954',
      charm: '0.87715241741988251978',
      volga: '1348.3010436178585761',
    },
  ],
  [
    [4800, 6000, 0.25, 0.11, 0.03, 1],
    {
      price: '0.0016217898790352156757',
      delta: '0.000027720643601727524539',
      gamma: '4.466684349596749105e-7',
      vega: '0.28300912039045002472',
      theta: '-0.062213352789527949285',
      rho: '-0.00040544746975880391893',
      vanna: '0.0043787680077704067925',
      charm: '-0.00096249734240143767351',
      volga: '42.347823579193441983',
    },
  ],
  [
    [4800, 3000, 0.02, 0.2, 0.05, -1],
    {
      price: '1.6775620483106635719e-61',
      delta: '-2.0662487231904384764e-62',
      gamma: '2.540260256442440428e-63',
      vega: '2.3411038523373532772e-58',
      theta: '-1.1705435383584351259e-57',
      rho: '-3.3551240966213272136e-63',
      vanna: '-2.8629970455697748371e-59',
      charm: '1.431488191541271516e-58',
      volga: '3.2322340818140173094e-55',
    },
  ],
  [
    [4800, 3000, 0.02, 0.2, 0.05, 1],
    {
      price: '1798.2008997000749849',
      delta: '0.99900049983337499159',
      gamma: '2.540260256442440428e-63',
      vega: '2.3411038523373532772e-58',
      theta: '89.910044985003754234',
      rho: '-35.964017994001500446',
      vanna: '-2.8629970455697748371e-59',
      charm: '0.049950024991668752352',
      volga: '3.2322340818140173094e-55',
    },
  ],
  [
    [5000, 1000, 2, 0.9, 0.01, -1],
    {
      price: '119.26948030090071129',
      delta: '-0.02809074373901167811',
      gamma: '0.000010089289934350449879',
      vega: '454.01804704577025575',
      theta: '-100.96136578228930293',
      rho: '-238.53896060180142259',
      vanna: '-0.044809782683663914806',
      charm: '0.0098012936664342642931',
      volga: '602.30270595994178396',
    },
  ],
  [
    [5000, 5001, 1e-5, 0.01, 0, 1],
    {
      price: '3.045690971563537579e-12',
      delta: '1.2751551186738398365e-10',
      gamma: '5.2219259379335822089e-9',
      vega: '1.3054814844833956862e-8',
      theta: '-6.5274074224169780328e-6',
      rho: '-3.0456909715635378281e-17',
      vanna: '5.2214168697698705672e-7',
      charm: '-0.00026107084348849351244',
      volga: '0.000052208817441491694806',
    },
  ],
  [
    [4800, 7000, 0.001, 0.4, 0, 1],
    {
      price: '2.0939898868353531801e-195',
      delta: '1.0312342285148177615e-195',
      gamma: '5.0707377467402897246e-196',
      vega: '4.6731919073958513669e-192',
      theta: '-9.346383814791703058e-190',
      rho: '-2.0939898868353532237e-198',
      vanna: '2.2962789101953643009e-192',
      charm: '-4.5925578203907287612e-190',
      volga: '1.0394269003148549751e-188',
    },
  ],
  [
    [4800.25, 4800, 0.5, 4, 0.02, 1],
    {
      price: '4004.9437898449140063',
      delta: '0.91218548238236898677',
      gamma: '0.000010701692792791903057',
      vega: '493.1853733549678931',
      theta: '-1892.6426176229732906',
      rho: '-2002.4718949224570032',
      vanna: '0.051370131955381965765',
      charm: '-0.18723681817388048295',
      volga: '-246.59268663567828182',
    },
  ],
];

/**
 * The tail of a distribution at d magnifies a rounding of d by d^2, so far wings cannot have all digits: |d1| is below 40
 * wherever a price is not 0.
 */
const close = (actual: number, truth: string) =>
  expect(Math.abs(actual / Number(truth) - 1)).toBeLessThan(5e-13);

describe('Black-76', () => {
  it.each(KNOWN)('has the known price and greeks at %j', (at, truth) => {
    const found = greeks(...at);
    for (const name of Object.keys(truth) as (keyof Greeks)[]) close(found[name], truth[name]);
  });

  it('has them to the last digits in the middle', () => {
    const found = greeks(100, 100, 1, 0.2, 0, Right.Call);
    expect(found.price).toBeCloseTo(7.9655674554, 10);
    expect(found.delta).toBeCloseTo(0.5398278373, 10);
    expect(found.gamma).toBeCloseTo(0.0198476, 7);
    expect(found.vega).toBeCloseTo(39.6952547477, 10);
    expect(Math.abs(found.price / 7.965567455405797 - 1)).toBeLessThan(5e-16);
  });

  it('is worth the discounted intrinsic value when nothing is left to move', () => {
    for (const [T, sigma] of [
      [0, 0.2],
      [0.5, 0],
      [0, 0],
    ]) {
      const discount = Math.exp(-0.05 * T);
      const call = greeks(105, 100, T, sigma, 0.05, Right.Call);
      expect(call).toEqual({
        price: discount * 5,
        delta: discount,
        gamma: 0,
        vega: 0,
        theta: 0.05 * (discount * 5),
        rho: -T * (discount * 5),
        vanna: 0,
        charm: 0.05 * discount,
        volga: 0,
      });
      const put = greeks(105, 100, T, sigma, 0.05, Right.Put);
      expect(put.price).toBe(0);
      expect(put.delta + 0).toBe(0);
      expect(greeks(100, 100, T, sigma, 0.05, Right.Put).delta).toBe(-0.5 * discount);
    }
  });

  it('approaches those values smoothly', () => {
    for (const T of [1e-6, 1e-9, 1e-12, 1e-40]) {
      const { price: value, delta, gamma } = greeks(4805, 4800, T, 0.15, 0.04, Right.Call);
      expect(value).toBeGreaterThanOrEqual(5 * Math.exp(-0.04 * T));
      expect(value).toBeCloseTo(5, 2);
      expect(delta).toBeGreaterThan(0.5);
      expect(Number.isFinite(gamma)).toBe(true);
    }
  });

  const forward = fc.double({ min: 100, max: 20_000, noNaN: true });
  const moneyness = fc.double({ min: -1.5, max: 1.5, noNaN: true });
  const years = fc.double({ min: Math.log(60 / 31_536_000), max: Math.log(5), noNaN: true }).map(Math.exp);
  const vol = fc.double({ min: Math.log(0.01), max: Math.log(4), noNaN: true }).map(Math.exp);
  const rate = fc.double({ min: -0.02, max: 0.12, noNaN: true });
  const anywhere = fc.tuple(forward, moneyness, years, vol, rate);

  it('keeps put-call parity: C - P = DF (F - K)', () => {
    fc.assert(
      fc.property(anywhere, ([F, m, T, sigma, r]) => {
        const K = F * Math.exp(m);
        const call = greeks(F, K, T, sigma, r, Right.Call);
        const put = greeks(F, K, T, sigma, r, Right.Put);
        const discount = Math.exp(-r * T);
        const gap = call.price - put.price - discount * (F - K);
        expect(Math.abs(gap)).toBeLessThanOrEqual(4e-16 * Math.max(call.price, put.price, F));
        expect(call.delta - put.delta).toBeCloseTo(discount, 14);
        for (const name of ['gamma', 'vega', 'vanna', 'volga'] as const) expect(call[name]).toBe(put[name]);
      }),
      { numRuns: 2000 },
    );
  });

  it('agrees with the formulas of the textbook where those lose no digits', () => {
    fc.assert(
      fc.property(anywhere, ([F, m, T, sigma, r]) => {
        const s = sigma * Math.sqrt(T);
        fc.pre(s > 0.01);
        const K = F * Math.exp(m * s);
        const d1 = Math.log(F / K) / s + s / 2;
        const N = (z: number) => 0.5 * (1 + simpsonErf(z / Math.SQRT2));
        const naive = Math.exp(-r * T) * (F * N(d1) - K * N(d1 - s));
        expect(Math.abs(price(F, K, T, sigma, r, Right.Call) - naive)).toBeLessThan(1e-11 * Math.max(F, K));
      }),
      { numRuns: 200 },
    );
  });

  const near = fc.tuple(forward, fc.double({ min: -4, max: 4, noNaN: true }), years, vol, rate);

  it.each([Right.Call, Right.Put])('has greeks that are the slopes of its price (right %d)', (right) => {
    fc.assert(
      fc.property(near, ([F, deviations, T, sigma, r]) => {
        const s = sigma * Math.sqrt(T);
        const K = F * Math.exp(deviations * s);
        const at = greeks(F, K, T, sigma, r, right);
        // Steps are a share of the scale on which an option changes, so one tolerance serves 0DTE and five years.
        const along = {
          F: (greek: keyof Greeks) =>
            slope((x) => greeks(x, K, T, sigma, r, right)[greek], F, 2e-3 * F * Math.min(s, 1)),
          sigma: (greek: keyof Greeks) =>
            slope((x) => greeks(F, K, T, x, r, right)[greek], sigma, 2e-3 * sigma),
          T: (greek: keyof Greeks) => slope((x) => greeks(F, K, x, sigma, r, right)[greek], T, 2e-3 * T),
          r: (greek: keyof Greeks) => slope((x) => greeks(F, K, T, sigma, x, right)[greek], r, 1e-3 / T),
        };
        const check = (greek: keyof Greeks, numeric: Slope, scale: number, sign = 1) => {
          const gap = Math.abs(at[greek] - sign * numeric.value);
          if (!(gap <= 2e-7 * (Math.abs(at[greek]) + scale) + numeric.noise))
            throw new Error(`${greek}: ${at[greek]}, but the slope is ${sign * numeric.value}`);
        };
        // Scales: the size a greek has at the money, against which that of a wing must be right.
        const discount = Math.exp(-r * T);
        const vegaScale = 0.4 * discount * F * Math.sqrt(T);
        check('delta', along.F('price'), discount);
        check('gamma', along.F('delta'), (0.4 * discount) / (F * s));
        check('vega', along.sigma('price'), vegaScale);
        check('theta', along.T('price'), (vegaScale * sigma) / T, -1);
        check('rho', along.r('price'), T * at.price);
        check('vanna', along.sigma('delta'), discount / sigma);
        check('vanna', along.F('vega'), discount / sigma);
        check('charm', along.T('delta'), discount / T, -1);
        check('volga', along.sigma('vega'), vegaScale / sigma);
      }),
      { numRuns: 500 },
    );
  });

  it('gives delta alone as among all greeks', () => {
    fc.assert(
      fc.property(anywhere, fc.constantFrom(Right.Call, Right.Put), ([F, m, T, sigma, r], right) => {
        const K = F * Math.exp(m);
        expect(black76Delta(right, F, K, T, sigma, r)).toBe(greeks(F, K, T, sigma, r, right).delta);
      }),
    );
  });
});

interface Slope {
  value: number;
  /** What rounding of the function's values and of its argument can do to it. */
  noise: number;
}

/** Central difference of fourth order. */
function slope(f: (x: number) => number, x: number, step: number): Slope {
  const [inner, outer] = [step, 2 * step].map((h) => f(x + h) - f(x - h));
  const value = (8 * inner - outer) / (12 * step);
  const noise = (8 * Number.EPSILON * (Math.abs(f(x)) + Math.abs(value * x))) / step;
  return { value, noise };
}

/** erf by Simpson's rule: slow, and independent of the code under test. */
function simpsonErf(x: number): number {
  const n = 2000;
  const end = Math.min(Math.abs(x), 7);
  const h = end / n;
  let sum = 1 + Math.exp(-end * end);
  for (let i = 1; i < n; i++) sum += (i % 2 === 1 ? 4 : 2) * Math.exp(-((i * h) ** 2));
  return Math.sign(x) * ((2 / Math.sqrt(Math.PI)) * (h / 3) * sum);
}
