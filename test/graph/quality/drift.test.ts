/** Drift statistics against values known by hand, a naive computation, and what must hold of any. */
import fc from 'fast-check';
import { drift, judgeDrift } from '../../../graph/quality/drift';

const range = (n: number, of: (k: number) => number = (k) => k) => Array.from({ length: n }, (_, k) => of(k));

describe('drift', () => {
  it('is nothing between the same values, however often they are repeated', () => {
    const values = range(200, (k) => (k * 37) % 101);
    expect(drift(values, [...values, ...values, ...values])).toMatchObject({ standardised: 0 });
    expect(drift(values, [...values, ...values]).psi).toBeCloseTo(0, 12);
  });

  it('is the sum over tenths of (p - q) ln(p / q)', () => {
    const reference = range(1000);
    // Twice as many in the lower half as in the upper.
    const current = [...range(200, (k) => k * 2.5), ...range(100, (k) => 500.1 + k * 4.9)];
    let expected = 0;
    for (let bin = 0; bin < 10; bin++) {
      const [low, high] = [bin * 100 - 1, bin === 9 ? Infinity : bin * 100 + 99];
      const p = current.filter((value) => value > low && value <= high).length / current.length;
      expected += (p - 0.1) * Math.log(p / 0.1);
    }
    const found = drift(current, reference);
    expect(found.psi).toBeCloseTo(expected, 12);
    expect(found.bins).toBe(10);
  });

  it('knows the difference of the means in pooled standard deviations', () => {
    // Deviations 1 and 3: pooled, the root of 5.
    const { standardised, current, reference } = drift([4, 6], [-1, 5]);
    expect(standardised).toBeCloseTo(3 / Math.sqrt(5), 12);
    expect([current, reference]).toEqual([
      { n: 2, mean: 5, deviation: 1 },
      { n: 2, mean: 2, deviation: 3 },
    ]);
  });

  it('sees more of the one value nearly all are', () => {
    const reference = range(1000, (k) => (k < 900 ? 1 : k < 950 ? 0 : 2));
    const current = range(1000, (k) => (k < 500 ? 1 : 0));
    expect(judgeDrift(drift(current, reference).psi)).toBe('large');
    expect(
      drift(
        range(100, () => 5),
        range(100, () => 6),
      ).psi,
    ).toBeGreaterThan(1);
    expect(
      drift(
        range(100, () => 5),
        range(100, () => 6),
      ).standardised,
    ).toBeNaN();
  });

  it('leaves out what is undefined, and judges nothing from too little', () => {
    const found = drift([NaN, 1, 2, NaN], range(100));
    expect([found.current.n, found.psi, found.bins]).toEqual([2, NaN, 0]);
    expect(judgeDrift(found.psi)).toBe('too few values');
    expect(drift([], []).standardised).toBeNaN();
  });

  it('is never negative, grows with a shift, and turns with its direction', () => {
    const values = fc.array(fc.double({ min: -1000, max: 1000, noNaN: true }), {
      minLength: 40,
      maxLength: 200,
    });
    fc.assert(
      fc.property(values, values, fc.double({ min: 2100, max: 1e5, noNaN: true }), (a, b, shift) => {
        const { psi, standardised } = drift(a, b);
        expect(psi).toBeGreaterThanOrEqual(0);
        expect(drift(b, a).standardised).toBeCloseTo(-standardised, 9);
        // Beyond everything seen before: all of it in one bin.
        expect(
          drift(
            a.map((value) => value + shift),
            a,
          ).psi,
        ).toBeGreaterThan(0.25);
      }),
      { numRuns: 100 },
    );
  });
});
