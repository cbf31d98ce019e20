import fc from 'fast-check';
import { ExponentialMean, RollingMean } from '../../../graph/levels/averages';

const closes = fc.array(fc.integer({ min: -30_000, max: 30_000 }), { minLength: 1, maxLength: 60 });

describe('the simple mean', () => {
  it('is that of the last values, once there are enough, at every step', () => {
    fc.assert(
      fc.property(closes, fc.integer({ min: 1, max: 20 }), (values, span) => {
        const mean = new RollingMean(span);
        values.forEach((value, i) => {
          mean.push(value);
          const last = values.slice(Math.max(0, i + 1 - span), i + 1);
          const expected = last.length < span ? NaN : last.reduce((a, b) => a + b) / span;
          expect(Object.is(mean.value + 0, expected + 0)).toBe(true);
        });
      }),
    );
  });
});

describe('the exponential mean', () => {
  it('weighs the values by powers of 1 - 2 / (span + 1), the rest on the first, once there are enough', () => {
    fc.assert(
      fc.property(closes, fc.integer({ min: 1, max: 20 }), (values, span) => {
        const mean = new ExponentialMean(span);
        values.forEach((value) => mean.push(value));
        if (values.length < span) return expect(mean.value).toBeNaN();
        const alpha = 2 / (span + 1);
        const n = values.length - 1;
        let expected = (1 - alpha) ** n * values[0];
        for (let i = 1; i <= n; i++) expected += alpha * (1 - alpha) ** (n - i) * values[i];
        return expect(mean.value).toBeCloseTo(expected, 6);
      }),
    );
  });

  it('stays where it is while values do not change, to the last bit', () => {
    const mean = new ExponentialMean(20);
    for (let i = 0; i < 500; i++) mean.push(19_213);
    expect(mean.value).toBe(19_213);
  });
});
