/** Activity: records, trades and volume by minute, records by second. */
import { SESSION_NAMES, type TradingSpan } from '../market/calendar';
import { Action, Flag, type MboBatch } from '../records/mbo';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../market/time';
import type { DateFrame } from '../products/dateFrame';

/** Counts by minute of the window. */
export interface Minutes {
  /** Start of the first minute, ns UTC. */
  start: bigint;
  /** Part of the trade date each minute belongs to. */
  session: string[];
  records: Int32Array;
  trades: Int32Array;
  /** Traded lots. */
  volume: Int32Array;
}

/** Records a second of trading hours, snapshots apart. */
export interface MessageRate {
  median: number;
  p99: number;
  highest: number;
  /** The second of the highest, ns UTC; null without records. */
  highestAt: bigint | null;
}

export class Activity {
  private readonly records: Int32Array;
  private readonly trades: Int32Array;
  private readonly volume: Int32Array;
  private readonly seconds: Int32Array;
  private readonly actions = new Float64Array(256);

  constructor(
    private readonly frame: DateFrame,
    private readonly spans: readonly TradingSpan[],
  ) {
    const { windowStart, windowEnd } = frame.clock;
    // The end belongs to the window.
    const minutes = Math.ceil((windowEnd - windowStart) / NS_PER_MINUTE) + 1;
    this.records = new Int32Array(minutes);
    this.trades = new Int32Array(minutes);
    this.volume = new Int32Array(minutes);
    this.seconds = new Int32Array(60 * minutes);
  }

  /** @param recv capture time of record `i`, ns since the origin */
  count(batch: MboBatch, i: number, recv: number): void {
    const { windowStart } = this.frame.clock;
    const minute = Math.floor((recv - windowStart) / NS_PER_MINUTE);
    this.records[minute]++;
    this.actions[batch.action[i]]++;
    // A snapshot is the whole book at one time: it says nothing about the rate of messages.
    if ((batch.flags[i] & Flag.Snapshot) === 0)
      this.seconds[Math.floor((recv - windowStart) / NS_PER_SECOND)]++;
    if (batch.action[i] !== Action.Trade) return;
    this.trades[minute]++;
    this.volume[minute] += batch.size[i];
  }

  /** Records by action, as far as there are any. */
  byAction(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const [name, code] of Object.entries(Action))
      if (this.actions[code] > 0) counts[name.toLowerCase()] = this.actions[code];
    return counts;
  }

  minutes(): Minutes {
    const { records, trades, volume } = this;
    const { clock, origin } = this.frame;
    const session = Array.from(records, (_, minute) => {
      const middle = clock.windowStart + (minute + 0.5) * NS_PER_MINUTE;
      return SESSION_NAMES[clock.codeAt(middle)];
    });
    return { start: origin.absolute(clock.windowStart), session, records, trades, volume };
  }

  /** Minutes of trading hours, and those of them in which a record arrived. */
  coverage(): { tradingMinutes: number; coveredMinutes: number } {
    const trading = this.inTradingHours(this.records, NS_PER_MINUTE);
    return {
      tradingMinutes: trading.length,
      coveredMinutes: trading.filter(({ count }) => count > 0).length,
    };
  }

  rate(): MessageRate {
    const seconds = this.inTradingHours(this.seconds, NS_PER_SECOND).sort((a, b) => a.count - b.count);
    const at = (share: number) => seconds[Math.floor(share * (seconds.length - 1))];
    const { count: highest, start } = at(1);
    return {
      median: at(0.5).count,
      p99: at(0.99).count,
      highest,
      highestAt: highest > 0 ? this.frame.origin.absolute(start) : null,
    };
  }

  /** Counts of the steps that lie in trading hours. */
  private inTradingHours(counts: Int32Array, step: number): { count: number; start: number }[] {
    const { windowStart } = this.frame.clock;
    const steps = [];
    for (const { open, close } of this.spans)
      for (let start = open; start < close; start += step)
        steps.push({ count: counts[Math.floor((start - windowStart) / step)], start });
    return steps;
  }
}
