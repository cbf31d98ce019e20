/**
 * The price the market is looking for: a martingale, whatever the order flow shows.
 *
 * It lives in its own time, counted in variance (square ticks), which runs faster when the day is lively; the flow learns
 * nothing from it that moves its mean. Because the path does not depend on the clock, it can be looked ahead: the order flow
 * around a level may be *given* knowledge of how the approach will end, and where it is given none there is none.
 */
import type { Random } from '../random/random';

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
    const step = Math.floor(this.position);
    const from = this.valueAt(step);
    return from + (this.valueAt(step + 1) - from) * (this.position - step);
  }

  /** Lets the path run. @param variance square ticks */
  advance(variance: number): void {
    this.position += variance / STEP_VARIANCE;
  }

  /** Another path, from `start` on, of the same randomness. */
  from(start: number): LatentPrice {
    return new LatentPrice(start, this.random);
  }
}
