/**
 * The latent price that quotes follow: a martingale, whatever the order flow shows.
 *
 * Its path is a function of cumulated variance (square ticks), not of the clock: variance accrues faster when the market is
 * active. So the path can be looked ahead on: the order flow around a level may be *given* knowledge of how the approach will
 * end, and without it has none.
 */
import type { Random } from '../../random/random';

/** Variance of one step of the path, square ticks. */
export const STEP_VARIANCE = 0.25;
/** Steps are normal; a few are larger. */
const LARGE_SHARE = 0.02;
const LARGE_FACTOR = 3;
const STEP_SIZE = Math.sqrt(STEP_VARIANCE / (1 - LARGE_SHARE + LARGE_SHARE * LARGE_FACTOR * LARGE_FACTOR));

export class LatentPrice {
  private readonly path: number[];
  /** Position on the path, in steps. */
  position = 0;

  /** @param start ticks */
  constructor(
    start: number,
    private readonly random: Random,
  ) {
    this.path = [start];
  }

  /** Value after `step` steps, ticks. */
  valueAt(step: number): number {
    while (this.path.length <= step) {
      const scale = this.random.chance(LARGE_SHARE) ? STEP_SIZE * LARGE_FACTOR : STEP_SIZE;
      this.path.push(this.path[this.path.length - 1] + scale * this.random.normal());
    }
    return this.path[step];
  }

  /** Present value, ticks. */
  get value(): number {
    return this.interpolate(this.position);
  }

  private interpolate(position: number): number {
    const step = Math.floor(position);
    const from = this.valueAt(step);
    return from + (this.valueAt(step + 1) - from) * (position - step);
  }

  /**
   * Where the path first leaves the prices `low` to `high`, in steps.
   * @param from where to begin, in steps
   * @param to no farther than this
   * @returns `from` where it is outside already, Infinity where it does not leave
   */
  exit(from: number, to: number, low: number, high: number): number {
    let at = from;
    let value = this.interpolate(from);
    if (value < low || value > high) return from;
    while (at < to) {
      const next = Math.min(Math.floor(at) + 1, to);
      const then = next === to ? this.interpolate(to) : this.valueAt(next);
      const bound = then > high ? high : low;
      if (then < low || then > high) return at + ((bound - value) / (then - value)) * (next - at);
      at = next;
      value = then;
    }
    return Infinity;
  }

  /** Goes on along the path. @param variance square ticks */
  advance(variance: number): void {
    this.position += variance / STEP_VARIANCE;
  }

  /** Another path, from `start` on, of the same generator. */
  from(start: number): LatentPrice {
    return new LatentPrice(start, this.random);
  }
}
