/**
 * How far a live stream has been read: for every series of records (a record type of an instrument of a publisher) the last capture time
 * and how many records had it. From this a replay is cut so that every record comes once: what is earlier has been seen, and of what has
 * the same time as many as were counted.
 *
 * Series are apart because only within one is the order of capture certain. Times are pairs of words: a BigInt a record would cost more
 * than all the rest.
 */
import { RECORDS, TYPE_OF_RTYPE, layoutOf } from '../../../graph/dbn/records';

interface Series {
  high: number;
  low: number;
  /** Records with that time. */
  count: number;
  /** In a replay: of those, how many are still to be passed over; -1 once newer ones have come. */
  repeats: number;
}

/** What a record of a replay is. */
export type Verdict = 'new' | 'seen';

const CONTROL: ReadonlySet<number> = new Set(
  (['system', 'error', 'symbol-mapping'] as const).map((type) => RECORDS[type].rtype),
);
/** Where records have their capture time; those without one are ordered by ts_event. */
const TIME_AT = Uint8Array.from({ length: 256 }, (_, rtype) => {
  const type = TYPE_OF_RTYPE[rtype];
  return (type && layoutOf(type, 3).offsets.tsRecv) || 8;
});

export const isControl = (rtype: number): boolean => CONTROL.has(rtype);

export class StreamPosition {
  private readonly series = new Map<number, Series>();
  private latest: Series | null = null;
  private latestKey = -1;
  /** Capture times of the first record and of the newest one, as words. */
  private first: { high: number; low: number } | null = null;
  private newest = { high: 0, low: 0 };
  private replaying = false;
  /** Whether the replay has the newest record that had been seen before it. */
  private overlaps = false;
  private newestBefore = { high: 0, low: 0 };

  /** Whether any market data has been seen. */
  get begun(): boolean {
    return this.first !== null;
  }

  /** Capture time of the newest record, ns UTC; 0 before the first. */
  get tsRecv(): bigint {
    return joined(this.newest);
  }

  /** The newest capture time before the replay, ns UTC. */
  get before(): bigint {
    return joined(this.newestBefore);
  }

  /** Begins with what was seen from some time on, ns UTC: all that is earlier counts as seen. */
  startFrom(time: bigint): void {
    this.first = { high: Number(time >> 32n), low: Number(time & 0xffff_ffffn) };
    this.newest = { ...this.first };
  }

  /** Begins a replay of what may have been seen. */
  beginReplay(): void {
    this.replaying = true;
    this.overlaps = false;
    this.newestBefore = { ...this.newest };
    for (const series of this.series.values()) series.repeats = series.count;
  }

  /** Says that what follows was never seen: the stream goes on without a replay. */
  endReplay(): void {
    this.replaying = false;
  }

  /**
   * Takes in a record of market data.
   * @param view of bytes in which the record lies
   * @param at where
   * @returns `seen` if it came before; then nothing changes
   */
  take(view: DataView, at: number): Verdict {
    const rtype = view.getUint8(at + 1);
    const timeAt = at + TIME_AT[rtype];
    const low = view.getUint32(timeAt, true);
    const high = view.getUint32(timeAt + 4, true);
    // Publishers are few thousands at most: the key is below 2^53.
    const key = (view.getUint16(at + 2, true) * 0x1_0000_0000 + view.getUint32(at + 4, true)) * 256 + rtype;
    let series = key === this.latestKey ? this.latest : this.series.get(key);
    if (series === undefined || series === null) {
      if (this.replaying && this.first && isBefore(high, low, this.first)) return 'seen';
      series = { high, low, count: 0, repeats: -1 };
      this.series.set(key, series);
    }
    this.latestKey = key;
    this.latest = series;
    if (high === series.high && low === series.low) {
      if (this.replaying && series.repeats > 0) {
        series.repeats--;
        if (high === this.newestBefore.high && low === this.newestBefore.low) this.overlaps = true;
        return 'seen';
      }
      series.count++;
    } else if (isBefore(high, low, series)) {
      if (this.replaying && series.repeats >= 0) return 'seen';
    } else {
      series.high = high;
      series.low = low;
      series.count = 1;
      series.repeats = -1;
    }
    this.first ??= { high, low };
    if (isBefore(this.newest.high, this.newest.low, { high, low })) this.newest = { high, low };
    return 'new';
  }

  /** Whether a new record of a replay follows upon what had been seen: the newest record before has come again. */
  get follows(): boolean {
    return !this.replaying || this.overlaps;
  }
}

const isBefore = (high: number, low: number, other: { high: number; low: number }): boolean =>
  high === other.high ? low < other.low : high < other.high;

const joined = ({ high, low }: { high: number; low: number }): bigint => (BigInt(high) << 32n) | BigInt(low);

/** Capture time of the record at `at`, ns UTC. */
export const timeOf = (view: DataView, at: number): bigint =>
  view.getBigUint64(at + TIME_AT[view.getUint8(at + 1)], true);
