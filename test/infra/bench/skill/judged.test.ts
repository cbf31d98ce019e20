import { gain, only, pooled, shareOfGain, type Scored } from '../../../../infra/bench/skill/judged';

/** Two outcomes that came true, each forecast with the probability given, day by day. */
function scored(probabilities: Record<string, number[]>, days: string[]): Scored {
  const rows = (all: number[]) => Float64Array.from(all.flatMap((p) => [p, (1 - p) / 2, (1 - p) / 2]));
  return {
    days,
    labels: new Uint8Array(days.length),
    shares: Object.fromEntries(Object.entries(probabilities).map(([name, all]) => [name, rows(all)])),
  };
}

const DAYS = ['a', 'a', 'b', 'c'];
const THIRD = [1 / 3, 1 / 3, 1 / 3, 1 / 3];
const SCORED = scored({ nothing: THIRD, state: [0.6, 0.8, 0.6, 0.9], half: [0.6, 1 / 3, 0.6, 1 / 3] }, DAYS);

it('is the mean log loss below that of another', () => {
  const { value, interval } = gain(SCORED, 'state', 'nothing');
  const wanted = (2 * Math.log(0.6) + Math.log(0.8) + Math.log(0.9)) / 4 + Math.log(3);
  expect(value).toBeCloseTo(wanted, 12);
  expect(interval.low).toBeLessThanOrEqual(value);
  expect(interval.high).toBeGreaterThanOrEqual(value);
});

it('is told as a share of what the planted state gains, drawn together with it', () => {
  const own = 2 * Math.log(1.8);
  const whole = own + Math.log(2.4) + Math.log(2.7);
  const { value, interval } = shareOfGain(SCORED, 'half', 'state', 'nothing');
  expect(value).toBeCloseTo(own / whole, 12);
  // Of all 27 equally likely ways to draw three of the three days.
  const [a, b, c] = [
    [Math.log(1.8), Math.log(1.8) + Math.log(2.4)],
    [Math.log(1.8), Math.log(1.8)],
    [0, Math.log(2.7)],
  ];
  const drawn = [a, b, c].flatMap((x) =>
    [a, b, c].flatMap((y) => [a, b, c].map((z) => (x[0] + y[0] + z[0]) / (x[1] + y[1] + z[1]))),
  );
  drawn.sort((x, y) => x - y);
  expect(interval.low).toBeCloseTo(drawn[Math.floor(0.05 * 27)], 12);
  expect(interval.high).toBeCloseTo(drawn[Math.floor(0.95 * 27)], 12);
  expect(shareOfGain(SCORED, 'state', 'state', 'nothing')).toEqual({
    value: 1,
    interval: { low: 1, high: 1 },
  });
});

it('counts the days that are asked for, of several markets together', () => {
  const early = only(SCORED, (day) => day < 'c');
  expect(early.days).toEqual(['a', 'a', 'b']);
  const twice = pooled([early, only(SCORED, (day) => day === 'c')]);
  expect(twice).toEqual(SCORED);
});
