/** What each way of forecasting said of the sessions of a planted market, learned from the sessions before alone. */
import type { Fold } from '../../../graph/models/walkForward';
import { fitLogistic, logisticLogits } from '../../../graph/models/logistic/fit';
import { CLASSES, logLosses } from '../../../graph/models/scores';
import { suggest } from '../../../graph/models/search/tpe';
import { shrinkForward } from '../../../graph/models/shrinkage';
import { softmaxRows } from '../../../graph/models/softmax';
import type { Family } from '../../../graph/models/training/families';
import {
  forecastFold,
  trainingData,
  type FoldForecast,
  type TrainingData,
} from '../../../graph/models/training/foldForecasts';
import { lossOver, trainingFolds, trialFor, type TrialResult } from '../../../graph/models/training/plan';
import { corrected, frequencies } from '../../../graph/precedents/evidence';
import { primaryOutcome } from '../../../graph/precedents/episodes';
import { Expected, meanShares } from '../../../graph/precedents/expected';
import { choose, learnDistance, type Chosen } from '../../../graph/precedents/learnDistance';
import { OrderedEpisodes } from '../../../graph/precedents/orderedEpisodes';
import { PrecedentIndex } from '../../../graph/precedents/precedentIndex';
import { Random } from '../../../graph/random/random';
import { joined } from '../../../graph/statistics/joined';
import { fitNormalisation } from '../../../graph/vectors/normalise';
import type { PlantedMarket } from './plantedMarket';

const classes = CLASSES.length;
const SEED = 1;
/** The planted states' weights are hardly held back: there are three of them. */
const STATE_RIDGE = 1;

/** Forecasts of all test rows of the folds, in their order. */
export interface Forecast {
  readonly name: string;
  /** Probabilities, rows x classes. */
  readonly shares: Float64Array;
}

/** The market as everything is judged on it. */
export interface Judging {
  readonly market: PlantedMarket;
  readonly data: TrainingData;
  readonly folds: readonly Fold[];
  /** Rows of the market's examples that are forecast, their sessions and outcomes. */
  readonly rows: readonly number[];
  readonly days: readonly string[];
  readonly labels: Uint8Array;
}

export function judgingOf(market: PlantedMarket): Judging {
  const { examples } = market;
  const folds = trainingFolds(examples);
  const rows = folds.flatMap(({ test }) => test);
  return {
    market,
    data: trainingData(examples, market.measured),
    folds,
    rows,
    days: rows.map((row) => examples.sessions[examples.session[row]]),
    labels: Uint8Array.from(rows, (row) => examples.label[row]),
  };
}

/**
 * The planted state as a family: what is expected without it, and besides only which state an approach showed.
 * @param known by row, 1 where the state is known; it is of every approach, without
 */
export function plantedFamily({ shown }: PlantedMarket, known?: Uint8Array): Family {
  const states = (rows: readonly number[]) => {
    const x = new Float32Array(rows.length * classes);
    rows.forEach((row, k) => (x[k * classes + shown[row]] = known ? known[row] : 1));
    return x;
  };
  return {
    name: 'planted state',
    space: [],
    defaults: {},
    inputs: {},
    fit({ rows, labels, offsets }) {
      const model = fitLogistic(
        { x: states(rows), features: classes, classes, labels, offsets },
        STATE_RIDGE,
      );
      return {
        logits: (_, of, base) => logisticLogits(model, states(of), base),
        node: () => {
          throw new Error('the planted state is known in a simulation alone');
        },
      };
    },
  };
}

/** A family's forecasts of every fold with parameters given. */
export async function foldForecasts(
  family: Family,
  { data, folds }: Pick<Judging, 'data' | 'folds'>,
  parametersOf: (fold: number) => Family['defaults'],
): Promise<FoldForecast[]> {
  const made: FoldForecast[] = [];
  for (const [k, fold] of folds.entries())
    made.push(await forecastFold(family, data, fold, parametersOf(k), SEED));
  return made;
}

/** As a training does it: parameters are searched, and each fold is forecast with those that served best in the folds before. */
export async function searched(family: Family, judging: Judging, trials: number): Promise<FoldForecast[]> {
  const results: TrialResult[] = [];
  const forecasts: FoldForecast[][] = [];
  for (let trial = 0; trial < trials; trial++) {
    const seen = results.map((result) => ({
      values: result.parameters,
      loss: lossOver(result, judging.folds.length)!,
    }));
    const parameters =
      trial === 0
        ? family.defaults
        : suggest(family.space, seen, new Random(SEED).fork(`${family.name} ${trial}`));
    const made = await foldForecasts(family, judging, () => parameters);
    forecasts.push(made);
    results.push({
      parameters,
      folds: made.map(({ candidate, labels }) => ({
        loss: logLosses({ shares: softmaxRows(candidate.slice(), classes), labels }).reduce(
          (a, b) => a + b,
          0,
        ),
        n: labels.length,
      })),
    });
  }
  return judging.folds.map((_, k) => forecasts[results.indexOf(trialFor(results, k))][k]);
}

/** Drawn toward the baseline and calibrated as far as the folds before had earned it: what would have been served. */
export const served = (name: string, folds: readonly FoldForecast[]): Forecast => ({
  name,
  shares: softmaxRows(joined(shrinkForward(folds).logits), classes),
});

export interface RetrievalForecast extends Forecast {
  /** What was chosen at the look of each month. */
  readonly looks: ReadonlyMap<string, Chosen>;
}

/** The correction by precedents, distance and trust learned before each fold; its looks are those of the months. */
export function retrieval({ market, folds }: Judging): RetrievalForecast {
  const { past } = market;
  const ordered = new OrderedEpisodes(past);
  const looks = new Map<string, Chosen>();
  const shares: number[] = [];
  for (const { testDays, test } of folds) {
    const earlier = past.filter(({ session }) => session < testDays[0]);
    const normalisation = fitNormalisation(earlier, testDays[0])!;
    for (const month of new Set(testDays.map((day) => day.slice(0, 7)))) {
      // A month is looked at with all sessions before it, wherever a fold begins.
      const known = past.filter(({ session }) => session < `${month}-01`);
      if (!looks.has(month)) looks.set(month, choose(known, `${month}-01`));
      const learned = learnDistance(earlier, normalisation, testDays[0], looks.get(month));
      const expected = Expected.from(learned.expected);
      const index = new PrecedentIndex(ordered, normalisation, learned.weights);
      for (const row of test.filter((one) => past[one].session.startsWith(month))) {
        const found = index.search(past[row]).precedents.map(({ episode }) => episode);
        const [own, ...theirs] = expected.shares([past[row], ...found]);
        shares.push(
          ...corrected(frequencies(found, primaryOutcome), own, meanShares(theirs), learned.strength),
        );
      }
    }
  }
  return { name: 'precedents', shares: Float64Array.from(shares), looks };
}
