/**
 * What volatility, distance and time of day alone make expect of a touch: what precedents must tell more than. The same model as the
 * baseline of the forecasts (`graph/models/training/foldForecasts.ts`), fitted to what is known before a session.
 */
import { BASELINE_FEATURES } from '../models/baselineFeatures';
import { logisticLogits } from '../models/logistic/fit';
import { scaled } from '../models/scaling';
import { softmaxRows } from '../models/softmax';
import { CLASSES } from '../models/scores';
import { fitBaseline, type BaselineModel } from '../models/training/foldForecasts';
import { primaryOutcome, type PastEpisode, type Touch } from './episodes';

const features = BASELINE_FEATURES.length;
const classes = CLASSES.length;

export class Expected {
  private constructor(private readonly fitted: BaselineModel) {}

  /** @returns null where nothing can be fitted: no episode, or all ended alike. @param episodes whose outcome is known */
  static of(episodes: readonly PastEpisode[]): Expected | null {
    const labels = Uint8Array.from(episodes, (episode) => primaryOutcome(episode)!);
    if (new Set(labels).size < 2) return null;
    const rows = Array.from({ length: episodes.length }, (_, row) => row);
    return Expected.from(numbersOf(fitBaseline({ baseline: blockOf(episodes), labels }, rows)));
  }

  /** @param numbers as `numbers` gives them */
  static from(numbers: ArrayLike<number>): Expected {
    const all = Float32Array.from(numbers);
    let from = 0;
    const next = (length: number) => all.subarray(from, (from += length));
    const [centers, factors] = [next(features), next(features)];
    const [limit] = next(1);
    const weights = new Float64Array(next(features * classes));
    const intercepts = new Float64Array(next(classes));
    return new Expected({
      scaling: { centers, factors, limit },
      model: { features, classes, weights, intercepts },
    });
  }

  /** All of it, to be kept. */
  get numbers(): Float32Array {
    return numbersOf(this.fitted);
  }

  /** Logits, touches x classes. */
  logits(touches: readonly Touch[]): Float64Array {
    const { scaling, model } = this.fitted;
    return logisticLogits(model, scaled(scaling, blockOf(touches)));
  }

  /** Shares of the outcomes, a touch each. */
  shares(touches: readonly Touch[]): number[][] {
    const all = softmaxRows(this.logits(touches), classes);
    return touches.map((_, i) => CLASSES.map((_name, c) => all[i * classes + c]));
  }
}

const numbersOf = ({ scaling: { centers, factors, limit }, model: { weights, intercepts } }: BaselineModel) =>
  Float32Array.of(...centers, ...factors, limit, ...weights, ...intercepts);

function blockOf(touches: readonly Touch[]): Float32Array {
  const block = new Float32Array(touches.length * features);
  let at = 0;
  for (const { baseline } of touches) for (let k = 0; k < features; k++) block[at++] = baseline[k];
  return block;
}

/** Mean of shares, class by class. */
export function meanShares(all: readonly (readonly number[])[]): number[] {
  const sums = CLASSES.map(() => 0);
  for (const shares of all) for (let c = 0; c < classes; c++) sums[c] += shares[c];
  return sums.map((sum) => sum / all.length);
}
