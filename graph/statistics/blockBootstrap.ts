/**
 * How sure a mean is whose observations come in blocks, such as the days they are of: observations of one block are not independent,
 * blocks are taken to be. Blocks are drawn with replacement, and the interval is between quantiles of the means of such draws
 * (B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, ch. 13).
 */
import { Random } from '../random/random';
import type { Interval } from './proportion';

/** The observations of one block. */
export interface Block {
  /** Of their values. */
  readonly sum: number;
  readonly n: number;
}

export interface BlockMean {
  /** Observations, and blocks with any. */
  n: number;
  blocks: number;
  /** Mean over observations; NaN of none. */
  mean: number;
  interval: Interval;
}

interface BootstrapOptions {
  seed: number;
  /** Probability of the interval, two-sided. */
  level?: number;
  draws?: number;
}

/** Sums values up by block, blocks in the order of their first observation; NaN is no observation. */
export function blocksOf(keys: readonly string[], values: ArrayLike<number>): Block[] {
  const blocks = new Map<string, { sum: number; n: number }>();
  keys.forEach((key, i) => {
    if (Number.isNaN(values[i])) return;
    const block = blocks.get(key) ?? { sum: 0, n: 0 };
    block.sum += values[i];
    block.n++;
    blocks.set(key, block);
  });
  return [...blocks.values()];
}

/** The interval of a single block, or of none, is all numbers. */
export function bootstrapMean(
  all: readonly Block[],
  { seed, level = 0.9, draws = 2000 }: BootstrapOptions,
): BlockMean {
  const blocks = all.filter(({ n }) => n > 0);
  const n = blocks.reduce((total, block) => total + block.n, 0);
  const mean = blocks.reduce((total, { sum }) => total + sum, 0) / n;
  if (blocks.length < 2)
    return { n, blocks: blocks.length, mean, interval: { low: -Infinity, high: Infinity } };
  const random = new Random(seed);
  const means = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    let sum = 0;
    let count = 0;
    for (let k = 0; k < blocks.length; k++) {
      const block = blocks[random.below(blocks.length)];
      sum += block.sum;
      count += block.n;
    }
    means[draw] = sum / count;
  }
  means.sort();
  const quantile = (q: number) => means[Math.min(Math.floor(q * draws), draws - 1)];
  const tail = (1 - level) / 2;
  return { n, blocks: blocks.length, mean, interval: { low: quantile(tail), high: quantile(1 - tail) } };
}
