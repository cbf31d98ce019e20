/** Families fitted on the baseline, judged walk-forward: what is planted is found, and nothing where nothing is. */
import { sessionInterval } from '../../../../activities/models/promotion';
import { evaluate, gainOverBaseRate } from '../../../../graph/models/training/evaluate';
import { maskedOf, type Examples } from '../../../../graph/models/training/example';
import { BOOSTING, LOGISTIC, type Family } from '../../../../graph/models/training/families';
import {
  forecastFold,
  trainingData,
  type FoldForecast,
  type TrainingData,
} from '../../../../graph/models/training/foldForecasts';
import { foldCount, trainingFolds, trialFor } from '../../../../graph/models/training/plan';
import { shuffledLabels } from '../../../../graph/models/training/shuffle';
import { Random } from '../../../../graph/random/random';
import { MEASURED, plantedExamples } from './planted';

async function forecasts(family: Family, data: TrainingData): Promise<FoldForecast[]> {
  const made: FoldForecast[] = [];
  for (const fold of trainingFolds(data.examples))
    made.push(await forecastFold(family, data, fold, family.defaults, 1));
  return made;
}

async function judged(family: Family, examples: Examples) {
  return evaluate(examples, await forecasts(family, trainingData(examples, MEASURED)), MEASURED);
}

test.each([LOGISTIC, BOOSTING])(
  '$name finds what is planted in the book, beyond the baselines',
  async (family) => {
    const { metrics, shrinkage, sessions } = await judged(family, plantedExamples(60, { strength: 1 }));
    expect(metrics.gain_over_baseline.low).toBeGreaterThan(0.02);
    expect(metrics.gain_over_base_rate.low).toBeGreaterThan(metrics.gain_over_baseline.low);
    expect(metrics.direction_gain.low).toBeGreaterThan(0);
    expect(shrinkage.share).toBeGreaterThan(0.3);
    expect(sessions).toHaveLength(40);
  },
);

test('where nothing is planted the candidate is not believed, and the baseline remains', async () => {
  const { metrics, shrinkage } = await judged(LOGISTIC, plantedExamples(60, { strength: 0 }));
  expect(shrinkage.share).toBeLessThan(0.3);
  expect(Math.abs(metrics.gain_over_baseline.value)).toBeLessThan(0.01);
  expect(metrics.direction_gain.low).toBeLessThan(0);
  // Volatility tells CHOP, which is no edge of the candidate's.
  expect(metrics.chop_gain.low).toBeGreaterThan(0);
});

test('outcomes that sessions have swapped teach nothing, and are as many of each kind', async () => {
  const examples = plantedExamples(60, { strength: 1 });
  const labels = shuffledLabels(examples, new Random(3));
  const counts = (of: Uint8Array) => [0, 1, 2].map((label) => of.filter((one) => one === label).length);
  expect(counts(labels)).toEqual(counts(examples.label));
  const data = { ...trainingData(examples, MEASURED), labels };
  expect(gainOverBaseRate(examples, await forecasts(LOGISTIC, data), MEASURED).low).toBeLessThan(0);
});

test('scores of sessions add up to those of all, and every forecast is of a session after those fitted to', async () => {
  const examples = plantedExamples(30, { strength: 0.5 });
  const { metrics, sessions, reliability, partitions } = await judged(LOGISTIC, examples);
  const gains = sessions.map(({ baseRateLoss, loss, n }) => ({ gain: baseRateLoss - loss, n }));
  // A figure has one interval, whether a card or the gate tells it.
  const { low, high } = sessionInterval(gains);
  expect(metrics.gain_over_base_rate).toMatchObject({
    low: expect.closeTo(low, 9) as number,
    high: expect.closeTo(high, 9) as number,
  });
  const sum = (of: (session: (typeof sessions)[number]) => number) =>
    sessions.reduce((total, session) => total + of(session), 0);
  const n = sum((session) => session.n);
  expect(metrics.log_loss.n).toBe(n);
  expect(sum(({ loss }) => loss) / n).toBeCloseTo(metrics.log_loss.value, 10);
  expect((sum(({ baselineLoss }) => baselineLoss) - sum(({ loss }) => loss)) / n).toBeCloseTo(
    metrics.gain_over_baseline.value,
    10,
  );
  expect(partitions.reduce((total, partition) => total + partition.n, 0)).toBe(n);
  for (const outcome of ['BREAK', 'REJECT', 'CHOP'] as const) {
    const bins = reliability.filter((bin) => bin.outcome === outcome);
    expect(bins.reduce((total, bin) => total + bin.n, 0)).toBe(n);
  }
  for (const { train, test: judgedRows } of trainingFolds(examples))
    expect(Math.max(...train.map((row) => examples.session[row]))).toBeLessThan(
      Math.min(...judgedRows.map((row) => examples.session[row])) - 1,
    );
});

test('a fold is forecast with the trial that was best before it, the first with the one fixed beforehand', () => {
  const trial = (name: string, ...losses: number[]) => ({
    parameters: { name },
    folds: losses.map((loss) => ({ loss, n: 1 })),
  });
  const trials = [trial('defaults', 2, 2, 2), trial('late', 3, 1.5, 0), trial('given up', 1)];
  expect([0, 1, 2, 3].map((fold) => trialFor(trials, fold).parameters.name)).toEqual([
    'defaults',
    'given up',
    'defaults',
    'late',
  ]);
});

test('folds are as many as are counted beforehand', () => {
  for (const sessions of [6, 7, 13, 30, 61, 120])
    expect(foldCount(sessions)).toBe(
      trainingFolds(plantedExamples(sessions, { strength: 0, aSession: 1 })).length,
    );
});

test('six sessions are trained on, fewer are refused', () => {
  expect(trainingFolds(plantedExamples(6, { strength: 0 })).length).toBeGreaterThan(1);
  expect(() => trainingFolds(plantedExamples(5, { strength: 0 }))).toThrow(
    expect.objectContaining({ code: 'NoInput' }) as Error,
  );
});

test('masks are kept in a byte', () => {
  const examples = plantedExamples(1, { strength: 0, aSession: 1 });
  expect(maskedOf(examples.masks[0])).toEqual({ geometry: false, book: false, options: false });
  expect(maskedOf(0b101)).toEqual({ geometry: true, book: false, options: true });
});
