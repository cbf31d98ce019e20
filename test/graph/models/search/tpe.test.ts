/** The search: deterministic, within its space, and better than drawing at random where something can be found. */
import fc from 'fast-check';
import type { Parameter, Values } from '../../../../graph/models/search/space';
import { suggest, type Trial } from '../../../../graph/models/search/tpe';
import { Random } from '../../../../graph/random/random';

/** L. C. W. Dixon and G. P. Szego, 1978: least value .397887. */
const BRANIN: readonly Parameter[] = [
  { name: 'x', kind: 'real', low: -5, high: 10 },
  { name: 'y', kind: 'real', low: 0, high: 15 },
];
function branin({ x, y }: Values): number {
  const [a, b] = [x as number, y as number];
  const valley = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6;
  return valley * valley + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
}

/** Logarithmic, whole, and chosen: best at rate .01, width 64, kind b. */
const MIXED: readonly Parameter[] = [
  { name: 'rate', kind: 'real', low: 1e-5, high: 1, log: true },
  { name: 'width', kind: 'integer', low: 1, high: 512, log: true },
  { name: 'depth', kind: 'integer', low: 1, high: 8 },
  { name: 'kind', kind: 'choice', choices: ['a', 'b', 'c'] },
];
const mixed = ({ rate, width, depth, kind }: Values): number =>
  (Math.log10(rate as number) + 2) ** 2 / 4 +
  Math.log2((width as number) / 64) ** 2 / 10 +
  ((depth as number) - 3) ** 2 / 10 +
  (kind === 'b' ? 0 : 0.5);

type Space = readonly Parameter[];
type Loss = (values: Values) => number;

function search(space: Space, loss: Loss, trials: number, seed: number): Trial[] {
  const random = new Random(seed);
  const done: Trial[] = [];
  for (let k = 0; k < trials; k++) {
    const values = suggest(space, done, random.fork(`trial ${k}`));
    done.push({ values, loss: loss(values) });
  }
  return done;
}

const best = (trials: readonly Trial[]) => Math.min(...trials.map(({ loss }) => loss!));
const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Fewer than ten trials are drawn evenly, so that a search never ended is one at random. */
function atRandom(space: Space, loss: Loss, trials: number, seed: number): Trial[] {
  const random = new Random(seed);
  return Array.from({ length: trials }, (_, k) => {
    const values = suggest(space, [], random.fork(`draw ${k}`));
    return { values, loss: loss(values) };
  });
}

test.each([
  ['two real parameters', BRANIN, branin, 0.8],
  ['logarithmic, whole and chosen ones', MIXED, mixed, 0.5],
] as const)('finds better values of %s than as many random draws do', (_, space, loss, factor) => {
  const seeds = Array.from({ length: 7 }, (__, k) => k + 1);
  const searched = median(seeds.map((seed) => best(search(space, loss, 50, seed))));
  const drawn = median(seeds.map((seed) => best(atRandom(space, loss, 50, seed))));
  expect(searched).toBeLessThan(factor * drawn);
});

test('suggests the same of the same trials, and other things by another seed', () => {
  const trials = search(MIXED, mixed, 15, 3);
  expect(search(MIXED, mixed, 15, 3)).toEqual(trials);
  expect(search(MIXED, mixed, 15, 4)).not.toEqual(trials);
});

test('whatever has been tried, the next is within the space', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40 }), fc.integer(), fc.boolean(), (n, seed, running) => {
      const trials = search(MIXED, mixed, n, seed).map((trial, k) => ({
        ...trial,
        loss: running && k % 3 === 0 ? null : trial.loss,
      }));
      const { rate, width, depth, kind } = suggest(MIXED, trials, new Random(seed));
      expect(rate).toBeGreaterThanOrEqual(1e-5);
      expect(rate).toBeLessThanOrEqual(1);
      for (const [whole, low, high] of [
        [width, 1, 512],
        [depth, 1, 8],
      ] as const) {
        expect(Number.isInteger(whole)).toBe(true);
        expect(whole).toBeGreaterThanOrEqual(low);
        expect(whole).toBeLessThanOrEqual(high);
      }
      expect(['a', 'b', 'c']).toContain(kind);
    }),
    { numRuns: 15 },
  );
});

test('keeps away from what is running', () => {
  // One parameter, good in the middle: many trials run there already.
  const space: Space = [{ name: 'x', kind: 'real', low: 0, high: 1 }];
  const ended: Trial[] = Array.from({ length: 20 }, (_, k) => ({
    values: { x: (k + 0.5) / 20 },
    loss: Math.abs((k + 0.5) / 20 - 0.5),
  }));
  const running: Trial[] = Array.from({ length: 8 }, (_, k) => ({
    values: { x: 0.5 + k / 1000 },
    loss: null,
  }));
  const distance = (trials: readonly Trial[]) =>
    median(
      Array.from({ length: 21 }, (_, k) =>
        Math.abs((suggest(space, trials, new Random(k)).x as number) - 0.5035),
      ),
    );
  expect(distance([...ended, ...running])).toBeGreaterThan(distance(ended));
});

test('a trial that is not of the space is named', () => {
  const trials = [{ values: { x: 11, y: 1 }, loss: 1 }];
  expect(() => suggest(BRANIN, trials, new Random(1))).toThrow(
    expect.objectContaining({ details: { field: 'x', expected: '-5 to 10' } }) as Error,
  );
});
