/** Stretches of trading hours in which nothing was captured. */
import { NS_PER_SECOND } from '../market/time';

/** Times are ns since the session's origin. */
export interface Silence {
  from: number;
  to: number;
}

export interface TradingSpan {
  open: number;
  close: number;
}

/** From so long on silence is written down. */
export const SILENCE_NS = 60 * NS_PER_SECOND;

/** Watches the capture times of records, in order. A session that begins late or ends early is silent at its ends. */
export class SilenceDetector {
  readonly silences: Silence[] = [];
  /** The span at hand, and the time up to which it has been heard. */
  private span = 0;
  private heard: number;

  constructor(private readonly spans: readonly TradingSpan[]) {
    this.heard = spans[0].open;
  }

  /** A record was captured at `t`. */
  record(t: number): void {
    while (this.span < this.spans.length && t >= this.spans[this.span].close) this.leave();
    if (this.span === this.spans.length || t < this.heard) return;
    this.note(t);
    this.heard = t;
  }

  /** No record will come any more. */
  finish(): void {
    while (this.span < this.spans.length) this.leave();
  }

  private leave(): void {
    this.note(this.spans[this.span].close);
    this.span++;
    if (this.span < this.spans.length) this.heard = this.spans[this.span].open;
  }

  private note(to: number): void {
    if (to - this.heard >= SILENCE_NS) this.silences.push({ from: this.heard, to });
  }
}
