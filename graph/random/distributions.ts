/** Distributions given by measured figures, drawn from in constant time by one look-up. */
import { exp, ln } from './arithmetic';
import type { Random } from './random';

/** Resolution of the tables: 4096 equally likely values. */
const BITS = 12;
const CELLS = 1 << BITS;

/** A point of a distribution: with probability `p` the value is at most `value`. */
type Quantile = readonly [p: number, value: number];

/** A positive quantity known by some of its quantiles, log-linear between them. */
export class Quantiles {
  private readonly values = new Float64Array(CELLS);
  /** Mean of the distribution. */
  readonly mean: number;

  /** @param points from probability 0 to 1, rising */
  constructor(points: readonly Quantile[]) {
    let k = 0;
    let sum = 0;
    for (let i = 0; i < CELLS; i++) {
      const p = (i + 0.5) / CELLS;
      while (points[k + 1][0] < p) k++;
      const [p0, v0] = points[k];
      const [p1, v1] = points[k + 1];
      const share = (p - p0) / (p1 - p0);
      sum += this.values[i] = exp(ln(v0) * (1 - share) + ln(v1) * share);
    }
    this.mean = sum / CELLS;
  }

  draw(random: Random): number {
    return this.values[random.uint32() >>> (32 - BITS)];
  }

  /** A draw from the lowest `share` of the distribution. */
  drawLow(random: Random, share: number): number {
    return this.values[Math.floor((random.uint32() >>> (32 - BITS)) * share)];
  }
}

/** Whole numbers with weights; weights are rounded to 1/4096 of their sum. */
export class Weighted {
  private readonly values = new Int32Array(CELLS);

  constructor(weights: readonly (readonly [value: number, weight: number])[]) {
    const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
    let k = 0;
    let reached = weights[0][1];
    for (let i = 0; i < CELLS; i++) {
      while (((i + 0.5) / CELLS) * total > reached && k < weights.length - 1) reached += weights[++k][1];
      this.values[i] = weights[k][0];
    }
  }

  draw(random: Random): number {
    return this.values[random.uint32() >>> (32 - BITS)];
  }
}
