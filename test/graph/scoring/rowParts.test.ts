import { approachSteps } from '../../../graph/models/training/approachSteps';
import { baselineFeatures } from '../../../graph/models/baselineFeatures';
import { missingFact, rowParts } from '../../../graph/scoring/rowParts';
import { parseRequest, type ScoreRow } from '../../../graph/scoring/request';
import { FEATURES } from '../../../graph/vectors/features';
import { CHANNELS } from '../../../graph/vectors/sequence';

const MEASURED = { barSeconds: 5, barrierTicks: 20, horizonMinutes: 8 };
const BARS = 240;
const VOLATILITY = FEATURES.findIndex(({ name }) => name === 'volatility_20m');

const row: ScoreRow = {
  level: 'PM_HIGH',
  direction: 'UP',
  timeOfDay: 'T0_15',
  featureTable: 'x',
  vector: FEATURES.map(({ index }) => (index === VOLATILITY ? Math.log1p(1.5) : null)),
  touchDistance: -2,
  minutesSinceOpen: 12,
  minutesToClose: 378,
  sequence: Array.from({ length: 100 * CHANNELS.length }, (_, k) => (k % 7 === 0 ? null : k / 10)),
};

test('null is undefined, and what a model is fed is what training makes of the same facts', () => {
  const { vector, baseline, sequence } = rowParts(row, MEASURED, ['sequence']);
  expect(rowParts(row, MEASURED, ['vector', 'baseline']).sequence).toBeUndefined();
  expect([...vector!].filter(Number.isFinite)).toEqual([Math.fround(Math.log1p(1.5))]);
  // 1.5 ticks a bar of 5 s are 1.5 sqrt(12) in a minute.
  const input = { volatility: 1.5 * Math.sqrt(12), distance: -2, minutesSinceOpen: 12, minutesToClose: 378 };
  baselineFeatures(input, MEASURED).forEach((value, k) => expect(baseline![k]).toBeCloseTo(value, 5));
  const given = Array.from(row.sequence!, (value) => value ?? NaN);
  expect(sequence).toEqual(approachSteps(Float32Array.from(given), CHANNELS.length, BARS));
});

test('of an undefined volatility the baseline is undefined where it needs it', () => {
  const { baseline } = rowParts({ ...row, vector: FEATURES.map(() => null) }, MEASURED, ['baseline']);
  expect(baseline![0]).toBeNaN();
  expect(baseline![2]).toBeCloseTo(-0.1, 6);
});

test('what lacks is named', () => {
  const without = (...fields: (keyof ScoreRow)[]) => ({
    ...row,
    ...Object.fromEntries(fields.map((field) => [field, undefined])),
  });
  expect(missingFact(row, 'baseline', MEASURED)).toBeUndefined();
  expect(missingFact(row, 'sequence', MEASURED)).toBeUndefined();
  expect(missingFact(without('minutesSinceOpen'), 'baseline', MEASURED)?.field).toBe('minutesSinceOpen');
  expect(missingFact(without('sequence'), 'sequence', MEASURED)?.field).toBe('sequence');
  for (const length of [0, CHANNELS.length + 1, (BARS + 1) * CHANNELS.length])
    expect(missingFact({ ...row, sequence: Array(length).fill(0) }, 'sequence', MEASURED)?.message).toContain(
      `has ${length} numbers`,
    );
});

test('a request is one row, or many', () => {
  expect(parseRequest(JSON.parse(JSON.stringify(row)))).toEqual({ rows: [row], batch: false });
  expect(parseRequest({ input_data: [row, row] })).toEqual({ rows: [row, row], batch: true });
  expect(parseRequest({ input_data: [row, { ...row, direction: 'SIDEWAYS' }] })).toEqual({
    problems: [{ field: 'input_data.1.direction', message: expect.stringContaining('UP') }],
  });
});
