/**
 * Moving averages of two-minute closes.
 *
 * A bin is two minutes of the clock, `[start, start + 2 min)`; its close is its last trade. A bin without a trade repeats the
 * close before it as long as the market is open, so that ninety closes are three hours of trading whatever the
 * activity; halts and weekends contribute no closes. Nothing is averaged before the window's first trade.
 */

import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';

/** Simple mean of the last `span` values. Its sum is of integers, hence exact however long it runs. */
export class RollingMean implements Stateful {
  private readonly ring: number[] = [];
  private next = 0;
  private sum = 0;

  constructor(private readonly span: number) {}

  push(value: number): void {
    this.sum += value - (this.ring[this.next] ?? 0);
    this.ring[this.next] = value;
    this.next = (this.next + 1) % this.span;
  }

  /** NaN until `span` values have been seen. */
  get value(): number {
    return this.ring.length < this.span ? NaN : this.sum / this.span;
  }

  save(out: StateWriter): void {
    out.section('rolling mean', 1);
    out.doubles(this.ring);
    out.unsigned(this.next);
  }

  restore(from: StateReader): void {
    from.section('rolling mean', 1);
    this.ring.splice(0, this.ring.length, ...from.doubles());
    this.next = from.unsigned();
    if (this.ring.length > this.span || this.next >= this.span) from.fail(`a mean of ${this.span} values`);
    this.sum = this.ring.reduce((sum, value) => sum + value, 0);
  }
}

/** Exponential mean, smoothing 2 / (span + 1), begun with the first value. */
export class ExponentialMean implements Stateful {
  private mean = 0;
  private seen = 0;

  constructor(private readonly span: number) {}

  push(value: number): void {
    this.mean = this.seen === 0 ? value : this.mean + (2 / (this.span + 1)) * (value - this.mean);
    if (this.seen < this.span) this.seen++;
  }

  /** NaN until `span` values have been seen. */
  get value(): number {
    return this.seen < this.span ? NaN : this.mean;
  }

  save(out: StateWriter): void {
    out.section('exponential mean', 1);
    out.double(this.mean);
    out.unsigned(this.seen);
  }

  restore(from: StateReader): void {
    from.section('exponential mean', 1);
    this.mean = from.double();
    this.seen = from.unsigned();
  }
}
