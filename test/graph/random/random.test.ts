import { exp, ln, power } from '../../../graph/random/arithmetic';
import { Quantiles, Weighted } from '../../../graph/random/distributions';
import { normalQuantile, Random } from '../../../graph/random/random';

const DRAWS = 200_000;
const draws = (n: number, next: () => number) => Array.from({ length: n }, next);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: number[]) => mean(values.map((value) => value * value)) - mean(values) ** 2;

describe('Random', () => {
  it('yields the same numbers for a seed, and others for another', () => {
    const first = new Random(7);
    const again = new Random(7);
    const other = new Random(8);
    const numbers = draws(1000, () => first.uint32());
    expect(draws(1000, () => again.uint32())).toEqual(numbers);
    expect(draws(1000, () => other.uint32())).not.toEqual(numbers);
  });

  it('is xoshiro128**: the published sequence from the state 1, 2, 3, 4', () => {
    const random = new Random(0);
    Object.assign(random, { a: 1, b: 2, c: 3, d: 4 });
    // Reference implementation by its authors (prng.di.unimi.it).
    expect(draws(7, () => random.uint32())).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034,
    ]);
  });

  it('forks without shifting its own numbers, and by purpose', () => {
    const plain = new Random(7);
    const forking = new Random(7);
    const one = forking.fork('one');
    const two = forking.fork('two');
    expect(forking.uint32()).toBe(plain.uint32());
    expect(one.uint32()).not.toBe(two.uint32());
    expect(new Random(7).fork('one').uint32()).toBe(new Random(7).fork('one').uint32());
  });

  it('draws uniform, normal and exponential numbers of the right moments', () => {
    const random = new Random(1);
    const units = draws(DRAWS, () => random.unit());
    expect(mean(units)).toBeCloseTo(0.5, 2);
    expect(variance(units)).toBeCloseTo(1 / 12, 2);
    const normals = draws(DRAWS, () => random.normal());
    expect(Math.abs(mean(normals))).toBeLessThan(0.01);
    expect(Math.abs(variance(normals) - 1)).toBeLessThan(0.015);
    expect(mean(normals.map((value) => value ** 4))).toBeCloseTo(3, 0);
    const times = draws(DRAWS, () => random.exponential());
    expect(Math.abs(mean(times) - 1)).toBeLessThan(0.01);
  });

  it('draws every whole number of a range about equally often', () => {
    const random = new Random(2);
    const counts = new Map<number, number>();
    for (let k = 0; k < 60_000; k++) {
      const value = random.between(3, 8);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8]);
    for (const n of counts.values()) expect(Math.abs(n - 10_000)).toBeLessThan(400);
  });

  it('inverts the normal distribution', () => {
    const known: [number, number][] = [
      [0.5, 0],
      [0.975, 1.959963984540054],
      [0.01, -2.326347874040841],
      [1e-9, -5.997807015007773],
    ];
    for (const [p, z] of known) expect(normalQuantile(p)).toBeCloseTo(z, 7);
  });
});

describe('arithmetic', () => {
  it('agrees with the engine to the last digits', () => {
    const random = new Random(3);
    for (let k = 0; k < 20_000; k++) {
      const x = Math.exp((random.unit() - 0.5) * 1200);
      expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(2e-14 * Math.max(1, Math.abs(Math.log(x))));
      const y = (random.unit() - 0.5) * 1300;
      expect(Math.abs(exp(y) / Math.exp(y) - 1)).toBeLessThan(1e-12);
    }
    expect(power(16, -0.5)).toBeCloseTo(0.25, 12);
  });
});

describe('distributions', () => {
  it('have the quantiles they were given', () => {
    const random = new Random(4);
    const distribution = new Quantiles([
      [0, 10],
      [0.5, 100],
      [1, 100_000],
    ]);
    const sorted = draws(DRAWS, () => distribution.draw(random)).sort((a, b) => a - b);
    expect(sorted[DRAWS / 4] / Math.sqrt(10 * 100)).toBeCloseTo(1, 1);
    expect(sorted[DRAWS / 2] / 100).toBeCloseTo(1, 1);
    expect(sorted[(DRAWS / 4) * 3] / Math.sqrt(100 * 100_000)).toBeCloseTo(1, 1);
    expect(Math.abs(mean(sorted) / distribution.mean - 1)).toBeLessThan(0.02);
    expect(Math.max(...draws(1000, () => distribution.drawLow(random, 0.5)))).toBeLessThanOrEqual(100);
  });

  it('have the weights they were given', () => {
    const random = new Random(5);
    const distribution = new Weighted([
      [7, 1],
      [-2, 2],
      [5, 1],
    ]);
    const values = draws(DRAWS, () => distribution.draw(random));
    for (const [value, share] of [
      [7, 0.25],
      [-2, 0.5],
      [5, 0.25],
    ])
      expect(values.filter((drawn) => drawn === value).length / DRAWS).toBeCloseTo(share, 2);
  });
});
