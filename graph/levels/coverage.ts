/**
 * Which stretches of trading hours the data cover, judged by when records were captured: a high or low of a stretch is one only
 * if its data are whole. Data that begin late, break off or have a hole are silent there for longer than the market's own pace
 * explains.
 */
import type { SessionClock, TradingSpan } from '../market/calendar';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../market/time';
import type { StateReader, StateWriter } from '../state/codec';
import { NumberList } from '../state/numberList';
import type { Stateful } from '../state/operator';

/** The least silence of which anything is concluded: data whose last record lies nearer to a close than this reach it. */
export const SILENCE_NS = NS_PER_MINUTE;
/** A silence that a busy market may have, whatever other silences there are: a share of the stretch, and no longer than this. */
const SILENT_SHARE = 1 / 8;
const LONGEST_SILENCE = 5 * NS_PER_MINUTE;
/**
 * A thin market has many silences of like length, data with a hole one that stands out: so many times as long as the third
 * longest.
 */
const STANDS_OUT = 3;
/** How late the first record of all may come: data cut at the beginning of a stretch have none at that very instant. */
const LATE_START = NS_PER_SECOND;

/** A silence that leaves a stretch uncovered; ns since the origin. */
export interface Gap {
  /** Last record before it; -Infinity where the data begin with its end. */
  readonly from: number;
  /** First record after it; Infinity where the data end with its beginning. */
  readonly to: number;
}

export interface Coverage {
  /**
   * The first silence that leaves `[from, to)` (ns since the origin) uncovered, by the records so far; null if it is covered. Time
   * outside trading hours needs no records.
   */
  gapIn(from: number, to: number): Gap | null;
}

export class RecordCoverage implements Coverage, Stateful {
  private first = Infinity;
  private last = -Infinity;
  /** Rows of (from, to): stretches without a record of `SILENCE_NS` and longer, whether or not the market was open. */
  private readonly silences = new NumberList(2);
  private readonly spans: readonly TradingSpan[];

  constructor({ spans }: Pick<SessionClock, 'spans'>) {
    this.spans = spans;
  }

  /** A record, of whatever kind, was captured at `t`; one older than another before it says nothing. */
  captured(t: number): void {
    const { last } = this;
    if (t <= last) return;
    if (last === -Infinity) this.first = t;
    else if (t - last >= SILENCE_NS) {
      const row = this.silences.push();
      this.silences.values[row] = last;
      this.silences.values[row + 1] = t;
    }
    this.last = t;
  }

  /** Records were captured from `first` to `last`, as far as is known without a break. */
  capturedFrom(first: number, last: number): void {
    this.captured(first);
    if (last > this.last) this.last = last;
  }

  gapIn(from: number, to: number): Gap | null {
    const begins = this.spans.find(({ close }) => close > from);
    if (!begins || begins.open >= to) return null;
    if (this.first > Math.max(from, begins.open) + LATE_START) return { from: -Infinity, to: this.first };
    const gaps = [...this.gaps()].map((gap) => ({ gap, length: this.openTime(gap, from, to) }));
    const third = gaps.map(({ length }) => length).sort((a, b) => b - a)[2] ?? 0;
    const usual = Math.min(SILENT_SHARE * (to - from), LONGEST_SILENCE);
    const least = Math.max(SILENCE_NS, usual, STANDS_OUT * third);
    return gaps.find(({ length }) => length >= least)?.gap ?? null;
  }

  save(out: StateWriter): void {
    out.section('coverage', 1);
    out.doubles([this.first, this.last]);
    out.list(this.silences);
  }

  restore(from: StateReader): void {
    from.section('coverage', 1);
    [this.first, this.last] = from.doubles(2);
    from.list(this.silences);
  }

  /** The longest part of a silence that lies in `[from, to)` and within trading hours, ns. */
  private openTime(gap: Gap, from: number, to: number): number {
    const parts = this.spans.map(
      ({ open, close }) => Math.min(gap.to, to, close) - Math.max(gap.from, from, open),
    );
    return Math.max(0, ...parts);
  }

  private *gaps(): Generator<Gap> {
    const { values, length } = this.silences;
    for (let row = 0; row < length; row += 2) yield { from: values[row], to: values[row + 1] };
    yield { from: this.last, to: Infinity };
  }
}
