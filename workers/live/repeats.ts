/**
 * Records that a feed sends again after it was started anew: it begins before the place where it broke off. Of those at the last capture
 * time as many have been seen as were counted; what comes after them is new.
 */
import type { StateReader, StateWriter } from '../../graph/state/codec';
import type { Stateful } from '../../graph/state/operator';

/** Capture times, ns UTC, of records in the order they came: a batch of order messages, or one record of another kind. */
interface Captured {
  readonly tsRecv: ArrayLike<bigint>;
  readonly length: number;
}

export class Repeats implements Stateful {
  /** Latest capture time seen, ns UTC, and how many records had it. */
  private last = -1n;
  private atLast = 0;
  /** While records of a new run are left out: up to when, and how many of that very time. */
  private until = -1n;
  private left = 0;

  /** @param end of the session, ns UTC: what is captured then or later is of another, which may have come before this one */
  constructor(private readonly end: bigint) {}

  /** Another run of the feed begins. */
  beginRun(): void {
    this.until = this.last;
    this.left = this.atLast;
  }

  /** How many records at the beginning of a batch have been seen. */
  countIn({ tsRecv, length }: Captured): number {
    if (this.until < 0n) return 0;
    let i = 0;
    for (; i < length; i++) {
      if (tsRecv[i] > this.until || (tsRecv[i] === this.until && this.left === 0)) {
        this.until = -1n;
        break;
      }
      if (tsRecv[i] === this.until) this.left--;
    }
    return i;
  }

  /** Records `[from, length)` of a batch have been taken. */
  note({ tsRecv, length }: Captured, from: number): void {
    for (let i = from; i < length; i++)
      if (tsRecv[i] > this.last && tsRecv[i] < this.end) {
        this.last = tsRecv[i];
        this.atLast = 1;
      } else if (tsRecv[i] === this.last) this.atLast++;
  }

  save(out: StateWriter): void {
    out.section('repeats', 1);
    for (const time of [this.last, this.until]) out.signed(time);
    for (const count of [this.atLast, this.left]) out.unsigned(count);
  }

  restore(from: StateReader): void {
    from.section('repeats', 1);
    [this.last, this.until] = [from.signed(), from.signed()];
    [this.atLast, this.left] = [from.unsigned(), from.unsigned()];
  }
}
