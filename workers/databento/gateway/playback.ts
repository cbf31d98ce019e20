/**
 * The market's clock of a replay: what time it is there. All sessions of a gateway live at one time, as those of a real market do; what is
 * earlier is history, which only a subscription with a `start` sees.
 */
import type { Clock } from '../clock';

/** How much faster than the market: 1 as it was, `Infinity` as fast as records are taken. */
export type Speed = number;

/** Later than any market time. */
export const NEVER = 2n ** 64n - 1n;

export class Playback {
  private begun = false;
  private finished = false;
  private halted = false;
  /** Market time at which it stands still, ns UTC. */
  private haltsAt: bigint | null = null;
  /** Market time at wall time `anchorMs`; with infinite speed the latest that has been sent. */
  private anchor = 0n;
  private anchorMs = 0;
  private readonly waiting = new Set<() => void>();
  /** Rises when the market jumps to another time: sessions begin anew there. */
  jumps = 0;
  /** Market time of the latest jump, ns UTC: time may have gone on before a session has heard of it. */
  jumpedTo = 0n;

  constructor(
    private readonly clock: Clock,
    private rate: Speed,
    private begins = 0n,
  ) {}

  /** Market time it begins at, ns UTC, if the source has something later. */
  get from(): bigint {
    return this.begins;
  }

  get speed(): Speed {
    return this.rate;
  }

  get paused(): boolean {
    return this.halted || (this.begun && this.haltsAt !== null && this.now >= this.haltsAt);
  }

  /** Whether the market runs: a session has started it, and its end has not been reached. */
  get running(): boolean {
    return this.begun && !this.finished;
  }

  get ended(): boolean {
    return this.finished;
  }

  /** Market time, ns UTC; 0 before it begins. */
  get now(): bigint {
    if (!this.begun || this.halted || this.rate === Infinity) return this.anchor;
    return this.dueUntil;
  }

  /** What is later is not to be sent yet, ns UTC; with infinite speed only where the market is to stand still. */
  get dueUntil(): bigint {
    const until = this.haltsAt ?? NEVER;
    if (this.rate === Infinity) return until;
    const reached = this.anchor + BigInt(Math.floor((this.clock.now() - this.anchorMs) * this.rate * 1e6));
    return reached < until ? reached : until;
  }

  /** Begins at the market's first time, unless it has begun. */
  begin(first: bigint): void {
    if (this.begun) return;
    this.begun = true;
    this.setAnchor(this.from > first ? this.from : first);
  }

  /** Says that records of this time are being sent. */
  reach(time: bigint): void {
    if (this.rate === Infinity && time > this.anchor) this.anchor = time;
  }

  /** Says that there is nothing later. */
  end(): void {
    this.finished = true;
  }

  /** Goes back before the beginning. */
  rewind(): void {
    this.begun = false;
    this.finished = false;
    this.anchor = 0n;
  }

  pause(): void {
    this.setAnchor(this.now);
    this.halted = true;
    this.wake();
  }

  /** Stands still when a time is reached, ns UTC, or at once where it has been: what is of that time is sent, what is later is not. */
  pauseAt(time: bigint): void {
    const { now } = this;
    this.setAnchor(now);
    this.haltsAt = time > now ? time : now;
    this.wake();
  }

  resume(): void {
    this.setAnchor(this.now);
    this.halted = false;
    this.haltsAt = null;
    this.wake();
  }

  setSpeed(rate: Speed): void {
    this.setAnchor(this.now);
    this.rate = rate;
    this.wake();
  }

  /** Jumps to a time; a market that has not begun will begin there. */
  seek(time: bigint): void {
    if (!this.begun) {
      this.begins = time;
      return;
    }
    this.finished = false;
    if (this.haltsAt !== null && time >= this.haltsAt) this.haltsAt = null;
    this.setAnchor(time);
    this.jumps++;
    this.jumpedTo = time;
    this.wake();
  }

  /** Whether records of that time may be sent. */
  isDue(time: bigint): boolean {
    return !this.halted && time <= this.dueUntil;
  }

  /** Waits until records of that time may be due; something else may have changed too, so ask again. */
  async untilDue(time: bigint, signal: AbortSignal): Promise<void> {
    if (this.isDue(time)) return;
    const stands = this.halted || (this.haltsAt !== null && time > this.haltsAt);
    // With infinite speed time goes by what is sent, and nothing is until then.
    if (this.rate === Infinity && !this.halted) this.reach(this.dueUntil);
    await this.wakened(signal, stands ? null : this.msUntil(time));
  }

  /** Waits until anything changes. */
  untilChanged(signal: AbortSignal): Promise<void> {
    return this.wakened(signal, null);
  }

  private wakened(signal: AbortSignal, mostMs: number | null): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const wake = () => {
        cancel();
        this.waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      const cancel = mostMs === null ? () => {} : this.clock.after(mostMs, wake);
    });
  }

  private msUntil(time: bigint): number {
    const ms = Number(time - this.now) / 1e6 / this.rate;
    return Math.min(Math.max(1, Math.ceil(ms)), LONGEST_WAIT_MS);
  }

  private setAnchor(time: bigint): void {
    this.anchor = time;
    this.anchorMs = this.clock.now();
  }

  /** Has everybody who waits ask again. */
  wake(): void {
    for (const wake of this.waiting) wake();
  }
}

/** Timers hold no more than 24 days. */
const LONGEST_WAIT_MS = 60_000;
