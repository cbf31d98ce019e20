/** Stretches of trading hours in which nothing was captured. */
import { NS_PER_SECOND } from '../market/time';

/** Times are ns since the session's origin. */
interface Silence {
  from: number;
  to: number;
}

export interface TradingSpan {
  open: number;
  close: number;
}

/** Least length of a silence that is recorded. */
export const SILENCE_NS = 60 * NS_PER_SECOND;

/** Watches the capture times of records, in order. A session that begins late or ends early is silent at its ends. */
export class SilenceDetector {
  readonly silences: Silence[] = [];
  /** The present span, and the time of the last record in it, or of its opening. */
  private span = 0;
  private last: number;

  constructor(private readonly spans: readonly TradingSpan[]) {
    this.last = spans[0].open;
  }

  /** A record was captured at `t`. */
  record(t: number): void {
    while (this.span < this.spans.length && t >= this.spans[this.span].close) this.endSpan();
    if (this.span === this.spans.length || t < this.last) return;
    this.endSilence(t);
    this.last = t;
  }

  /** Ends the silences that are open; no record may follow. */
  finish(): void {
    while (this.span < this.spans.length) this.endSpan();
  }

  private endSpan(): void {
    this.endSilence(this.spans[this.span].close);
    this.span++;
    if (this.span < this.spans.length) this.last = this.spans[this.span].open;
  }

  private endSilence(to: number): void {
    if (to - this.last >= SILENCE_NS) this.silences.push({ from: this.last, to });
  }
}
