/**
 * Base rates of partitions - kind of level, direction and part of the day - as forecasts: shares of the outcomes among earlier episodes,
 * drawn toward those of all partitions, for many of them are thin.
 */
import { CLASSES } from './scores';

/** Episodes that the shares of all are worth beside those of a partition. */
const PRIOR = 50;

const classes = CLASSES.length;

export class PartitionShares {
  /** Of all, one episode more added to them, divided evenly. */
  private readonly all = new Float64Array(classes).fill(1 / classes);
  private readonly counts = new Map<string, Float64Array>();
  private total = 1;

  /** @param outcome place in `CLASSES` */
  add(partition: string, outcome: number): void {
    const of = this.counts.get(partition) ?? new Float64Array(classes);
    this.counts.set(partition, of);
    of[outcome]++;
    this.all[outcome]++;
    this.total++;
  }

  /** In the order of `CLASSES`; they add up to 1. */
  of(partition: string): number[] {
    const of = this.counts.get(partition);
    const n = of?.reduce((sum, count) => sum + count, 0) ?? 0;
    return CLASSES.map((_, c) => ((of?.[c] ?? 0) + (PRIOR * this.all[c]) / this.total) / (n + PRIOR));
  }
}
