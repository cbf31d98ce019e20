/** Stretches of trading hours in which nothing was captured. */
import type { TradingSpan } from '../market/calendar';
import { NS_PER_SECOND } from '../market/time';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { boolean, listOf, number, record } from '../state/valueCodec';

/** Times are ns since the session's origin. */
interface Silence {
  from: number;
  to: number;
}

/** The longest silence, however short. */
interface LongestSilence extends Silence {
  /** Whether no record came before it, and none after it. */
  atStart: boolean;
  atEnd: boolean;
}

const silencesCodec = listOf(record<Silence>({ from: number, to: number }));
const longestCodec = record<LongestSilence>({ from: number, to: number, atStart: boolean, atEnd: boolean });

/** Least length of a silence that is recorded. */
export const SILENCE_NS = 60 * NS_PER_SECOND;

/** Watches the capture times of records, in order. A session that begins late or ends early is silent at its ends. */
export class SilenceDetector implements Stateful {
  silences: Silence[] = [];
  longest: LongestSilence;
  /** The present span, and the time of the last record in it, or of its opening. */
  private span = 0;
  private last: number;
  /** Whether a record has come, and whether none will come any more. */
  private begun = false;
  private ended = false;

  constructor(private readonly spans: readonly TradingSpan[]) {
    const { open } = spans[0];
    this.last = open;
    this.longest = { from: open, to: open, atStart: false, atEnd: false };
  }

  /** A record was captured at `t`. */
  record(t: number): void {
    while (this.span < this.spans.length && t >= this.spans[this.span].close) this.endSpan();
    if (this.span < this.spans.length && t >= this.last) {
      this.endSilence(t);
      this.last = t;
    }
    this.begun = true;
  }

  /** Ends the silences that are open; no record may follow. */
  finish(): void {
    this.ended = true;
    while (this.span < this.spans.length) this.endSpan();
  }

  save(out: StateWriter): void {
    out.section('silences', 1);
    out.unsigned(this.span);
    out.double(this.last);
    out.boolean(this.begun);
    out.boolean(this.ended);
    silencesCodec.write(out, this.silences);
    longestCodec.write(out, this.longest);
  }

  restore(from: StateReader): void {
    from.section('silences', 1);
    this.span = from.unsigned();
    this.last = from.double();
    this.begun = from.boolean();
    this.ended = from.boolean();
    this.silences = silencesCodec.read(from);
    this.longest = longestCodec.read(from);
  }

  private endSpan(): void {
    this.endSilence(this.spans[this.span].close);
    this.span++;
    if (this.span < this.spans.length) this.last = this.spans[this.span].open;
  }

  private endSilence(to: number): void {
    const { last, longest, begun, ended } = this;
    if (to - last >= SILENCE_NS) this.silences.push({ from: last, to });
    if (to - last > longest.to - longest.from)
      this.longest = { from: last, to, atStart: !begun, atEnd: ended };
  }
}
