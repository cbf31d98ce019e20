import fc from 'fast-check';
import { binned } from '../../../../graph/models/boosting/bins';

const value = fc.oneof(
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constant(NaN),
);

describe('bins', () => {
  it('hold a value exactly where comparing it with the cuts puts it', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
        const x = Float32Array.from(values);
        const { cuts, bins } = binned(x, 1);
        expect(cuts[0].length).toBeLessThan(64);
        cuts[0].forEach((cut, i) => i > 0 && expect(cut).toBeGreaterThan(cuts[0][i - 1]));
        x.forEach((v, i) => {
          const first = cuts[0].findIndex((cut) => v <= cut);
          expect(bins[0][i]).toBe(first < 0 ? cuts[0].length : first);
        });
      }),
      { seed: 1 },
    );
  });

  it('part all values where they are few, and undefined ones from all', () => {
    const x = Float32Array.from([...Array<number>(500).fill(0), 1, NaN, ...Array<number>(500).fill(5)]);
    const { bins } = binned(x, 1);
    expect([bins[0][0], bins[0][500], bins[0][1001], bins[0][501]]).toEqual([0, 1, 2, 3]);
  });

  it('are about equally full where values are many', () => {
    const x = Float32Array.from({ length: 6400 }, (_, i) => Math.sinh(((i * 2654435761) % 6400) / 1000));
    const { bins } = binned(x, 1);
    const counts = Array<number>(64).fill(0);
    bins[0].forEach((bin) => counts[bin]++);
    for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(3);
  });
});
