/**
 * A contract-date inspected record by record: activity, silences, latency and the quality of the rebuilt book. All of it is computed
 * from Bronze in seconds, so none of it is stored.
 */
import { OrderBook } from '../book/orderBook';
import type { QualityCounter } from '../book/quality';
import { Action, Flag, type MboBatch } from '../records/mbo';
import { NS_PER_SECOND } from '../market/time';
import type { DateFrame } from '../products/dateFrame';
import { restoreState } from '../state/blob';
import { Activity, type MessageRate, type Minutes } from './activity';
import { BookWatch, type SnapshotAudit, type Stretch } from './bookWatch';
import { LatencyHistogram } from './latency';
import { SilenceDetector } from './silences';

export interface Inspection {
  records: number;
  /** First and last capture time, ns UTC; null without records. */
  first: bigint | null;
  last: bigint | null;
  /** Records by action. */
  actions: Record<string, number>;
  minutes: Minutes;
  tradingMinutes: number;
  coveredMinutes: number;
  /** Of a minute and longer, in trading hours. */
  silences: Stretch[];
  rate: MessageRate;
  /** Capture time less engine time, microseconds; records captured before the engine's time are counted as negative. */
  latency: { median: number; p99: number; longest: number; negative: number };
  book: {
    /** States at F_LAST while Globex trades, and those that were locked or crossed. */
    tradingStates: number;
    lockedStates: number;
    crossedStates: number;
    crossedSpells: Stretch[];
    snapshots: SnapshotAudit[];
    /** Quality counters of the book that are not zero. */
    counters: Partial<Record<QualityCounter, number>>;
    /** State at the end: live, or waiting for a snapshot. */
    state: string;
  };
}

export class DayInspector {
  private readonly book: OrderBook;
  private readonly watch: BookWatch;
  private readonly activity: Activity;
  private readonly silences: SilenceDetector;
  private readonly latency = new LatencyHistogram();
  private records = 0;
  private first = NaN;
  private last = NaN;

  /** @param openingBook the saved book as of the start of the window */
  constructor(
    private readonly frame: DateFrame,
    openingBook?: Uint8Array,
  ) {
    const { clock, origin, product } = frame;
    const options = { origin, tickNanos: product.tickNanos };
    this.book = new OrderBook(options);
    if (openingBook) restoreState(this.book, openingBook);
    this.watch = new BookWatch(this.book, frame);
    this.activity = new Activity(frame, clock.spans);
    this.silences = new SilenceDetector(clock.spans);
  }

  /** Records in order of capture. */
  push(batch: MboBatch): void {
    const { origin } = this.frame;
    const { book, watch, activity, silences, latency } = this;
    for (let i = 0; i < batch.length; i++) {
      const recv = origin.offset(batch.tsRecvWords, i);
      const event = origin.offset(batch.tsEventWords, i);
      const flags = batch.flags[i];
      activity.count(batch, i, recv);
      silences.record(recv);
      if (book.beginsAfterUnmarkedEnd(batch, i)) {
        const ended = origin.offset(book.eventWords, 0);
        book.endUnmarkedEvent();
        watch.afterEvent(ended);
      }
      book.apply(batch, i);
      watch.afterRecord(recv);
      // Snapshots and clears tell no time of the market: of a snapshot it is when its orders were entered.
      if ((flags & Flag.Snapshot) === 0 && batch.action[i] !== Action.Clear) {
        latency.add(recv - event);
        if ((flags & Flag.Last) !== 0) watch.afterEvent(event);
      }
      if (Number.isNaN(this.first)) this.first = recv;
      this.last = recv;
    }
    this.records += batch.length;
  }

  /** Call once, after the last record. */
  finish(): Inspection {
    const { activity, silences, latency, watch, book } = this;
    const { origin } = this.frame;
    const instant = (t: number) => (Number.isNaN(t) ? null : origin.absolute(t));
    silences.finish();
    watch.finish();
    const { tradingStates, lockedStates, crossedStates, crossedSpells, snapshots } = watch;
    return {
      records: this.records,
      first: instant(this.first),
      last: instant(this.last),
      actions: activity.byAction(),
      minutes: activity.minutes(),
      ...activity.coverage(),
      silences: silences.silences.map(({ from, to }) => ({
        from: origin.absolute(from),
        seconds: (to - from) / NS_PER_SECOND,
      })),
      rate: activity.rate(),
      latency: {
        median: latency.quantile(0.5) / 1000,
        p99: latency.quantile(0.99) / 1000,
        longest: latency.longest / 1000,
        negative: latency.negative,
      },
      book: {
        tradingStates,
        lockedStates,
        crossedStates,
        crossedSpells,
        snapshots,
        counters: watch.counters(),
        state: book.state,
      },
    };
  }
}
