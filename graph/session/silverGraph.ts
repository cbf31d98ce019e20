/**
 * Silver of one contract-date: the book, and the bars and levels read off it, record by record.
 *
 * Batch and stream push the same records through it, in pieces of any size; nothing in it depends on where a piece ends.
 */
import { BarBuilder } from '../bars/barBuilder';
import { OrderBook } from '../book/orderBook';
import { Spread } from '../book/bookState';
import { TableBuilder, type TableBatch } from '../datasets/schema';
import { silverLevels } from '../datasets/tables/levels';
import { levelRow } from '../levels/rows';
import { LevelTracker } from '../levels/tracker';
import { SessionCode } from '../market/calendar';
import { Action, Flag, type MboBatch } from '../market/mbo';
import { NS_PER_SECOND } from '../market/time';
import type { SilverFacts } from '../quality/checks';
import { frameOf, type SessionFrame, type SessionInputs } from './inputs';

/** A snapshot of the operators' memory, from which the graph goes on as if it had never stopped. */
export interface SavedSilver {
  book: Uint8Array;
  bars: Uint8Array;
  levels: string;
  counts: number[];
}

export class SilverGraph {
  readonly frame: SessionFrame;
  book: OrderBook;
  private bars: BarBuilder;
  private tracker: LevelTracker;
  private levels = new TableBuilder(silverLevels);
  /** Records, F_LAST states in continuous trading, and how many of those were crossed. */
  private records = 0;
  private tradingStates = 0;
  private crossedStates = 0;
  /** Latest event so far; ns since the origin. */
  private latest = -Infinity;

  constructor(private readonly inputs: SessionInputs) {
    this.frame = frameOf(inputs);
    const { openingBook } = inputs;
    this.book = openingBook
      ? OrderBook.restore(openingBook, this.bookOptions())
      : new OrderBook(this.bookOptions());
    this.bars = new BarBuilder(this.barOptions());
    this.tracker = new LevelTracker(this.levelOptions());
  }

  /** Pushes records `from` to `to` (default: all) of a batch; all must be of this contract. */
  push(batch: MboBatch, from = 0, to = batch.length): void {
    const { bars, book, tracker } = this;
    const { origin, clock } = this.frame;
    for (let i = from; i < to; i++) {
      const t = origin.offset(batch.tsEventWords, i);
      const flags = batch.flags[i];
      bars.beforeRecord(batch, i, t, book);
      book.apply(batch, i);
      bars.onRecord(batch, i, book);
      if (batch.action[i] === Action.Trade) tracker.onTrade(t, book.scale.ticks(batch.priceWords, i));
      if ((flags & Flag.Last) === 0) continue;
      bars.onEventEnd(t, book);
      if ((flags & Flag.Snapshot) !== 0) continue;
      if (t > this.latest) this.latest = t;
      if (clock.codeAt(t) === SessionCode.Halt) continue;
      this.tradingStates++;
      if (book.spread === Spread.Crossed) this.crossedStates++;
    }
    this.records += to - from;
  }

  /**
   * Ends the session: the bars up to the last event are complete, and so are the levels. Where the input breaks off before
   * the close the bars do too, instead of repeating a book that nobody saw. Nothing may be pushed afterwards.
   */
  finish(): void {
    if (this.latest >= 0) this.bars.finish(this.latest + 1, this.book);
    this.tracker.finish();
  }

  /** Rows of `silver.bars` closed since the last call. */
  takeBars(): TableBatch {
    return this.bars.take();
  }

  /** Rows of `silver.levels` that ended since the last call. */
  takeLevels(): TableBatch {
    const batch = this.levels.build();
    this.levels = new TableBuilder(silverLevels);
    return batch;
  }

  facts(): SilverFacts {
    const { quality } = this.book;
    return {
      tradingStates: this.tradingStates,
      crossedStates: this.crossedStates,
      unknownOrders: quality.unknownCancels + quality.unknownModifies + quality.unknownFills,
      records: this.records,
      auditedOrders: quality.auditedOrders,
      differingOrders: quality.ordersMissing + quality.ordersExtra + quality.ordersChanged,
    };
  }

  /** Take bars and levels first: rows not taken are not saved. */
  save(): SavedSilver {
    return {
      book: this.book.save(),
      bars: this.bars.save(),
      levels: this.tracker.save(),
      counts: [this.records, this.tradingStates, this.crossedStates, this.latest],
    };
  }

  static restore(saved: SavedSilver, inputs: SessionInputs): SilverGraph {
    const graph = new SilverGraph({ ...inputs, openingBook: undefined });
    graph.book = OrderBook.restore(saved.book, graph.bookOptions());
    graph.bars = BarBuilder.restore(saved.bars, graph.barOptions());
    graph.tracker = LevelTracker.restore(saved.levels, graph.levelOptions());
    [graph.records, graph.tradingStates, graph.crossedStates, graph.latest] = saved.counts;
    return graph;
  }

  private bookOptions() {
    const { product, origin } = this.frame;
    return { tickNanos: product.tickNanos, origin };
  }

  private barOptions() {
    const { product, origin, clock } = this.frame;
    const barNanos = this.inputs.settings.bars.seconds * NS_PER_SECOND;
    return { tickNanos: product.tickNanos, origin, sessions: clock, barNanos };
  }

  private levelOptions() {
    const { product, origin, clock } = this.frame;
    return {
      clock,
      product,
      settings: this.inputs.settings.levels,
      previousDay: this.inputs.previousDay,
      onInterval: (interval: Parameters<typeof levelRow>[0]) =>
        this.levels.push(levelRow(interval, origin, product.tickNanos)),
    };
  }
}
