/**
 * Silver of one contract-date: the book, and the bars, levels, surroundings of levels and option figures read off it,
 * record by record.
 *
 * Batch and stream push the same records through it, in pieces of any size; nothing in it depends on where a piece ends.
 */
import { BarBuilder, type BarWatcher } from '../bars/barBuilder';
import { Vacuum, type VacuumOptions } from '../bars/vacuum';
import { OrderBook } from '../book/orderBook';
import { Spread } from '../book/bookState';
import { TableRows } from '../datasets/column';
import { TableBuilder, type TableBatch } from '../datasets/schema';
import { LEVEL_COLUMNS, silverLevels } from '../levels/levelsTable';
import { silverOptionExposure, silverOptionFlow } from '../options/optionTables';
import { LevelTracker } from '../levels/tracker';
import { SessionCode } from '../market/calendar';
import { ticksToPoints } from '../market/points';
import { Action, Flag, type MboBatch } from '../records/mbo';
import type { TradeTick } from '../records/tradeTick';
import { restoreState, saveState } from '../state/codec';
import { NS_PER_SECOND } from '../market/time';
import { OptionsOperator, type OptionsOperatorOptions } from '../options/optionsOperator';
import type { SilverFacts } from '../quality/checks';
import { frameOf, type SessionFrame, type SessionInputs } from './inputs';

/** Levels farther than this from the price, in ticks, get no rows of option figures. */
const OPTION_REACH = 120;

/** A snapshot of the operators' memory, from which the graph goes on as if it had never stopped. */
export interface SavedSilver {
  book: Uint8Array;
  bars: Uint8Array;
  levels: Uint8Array;
  vacuum: Uint8Array;
  options: Uint8Array;
  counts: number[];
}

export class SilverGraph {
  readonly frame: SessionFrame;
  book: OrderBook;
  /** Takes what is told of the options on the contract; see `OptionFeed` for the order in which. */
  options: OptionsOperator;
  private bars: BarBuilder;
  private readonly tracker: LevelTracker;
  private vacuum: Vacuum;
  private readonly levels = new TableRows(silverLevels, LEVEL_COLUMNS);
  private optionFlow = new TableBuilder(silverOptionFlow);
  private optionExposure = new TableBuilder(silverOptionExposure);
  /** The trade being pushed. */
  private readonly trade: TradeTick = { t: 0, recv: 0, price: 0 };
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
    const { product, clock } = this.frame;
    const { settings, previousDay } = inputs;
    this.tracker = new LevelTracker({ clock, product, settings: settings.levels, previousDay });
    this.vacuum = new Vacuum(this.vacuumOptions());
    this.options = new OptionsOperator(this.optionOptions());
    this.bars = new BarBuilder(this.barOptions());
  }

  /** Pushes records `from` to `to` (default: all) of a batch; all must be of this contract. */
  push(batch: MboBatch, from = 0, to = batch.length): void {
    const { bars, book, tracker, options, trade } = this;
    const { origin, clock, product } = this.frame;
    for (let i = from; i < to; i++) {
      const t = origin.offset(batch.tsEventWords, i);
      const flags = batch.flags[i];
      bars.beforeRecord(batch, i, t, book);
      book.apply(batch, i);
      bars.onRecord(batch, i, book);
      // Of a snapshot the time is when its orders were entered.
      if ((flags & Flag.Snapshot) === 0) tracker.advanceTo(t);
      if (batch.action[i] === Action.Trade) {
        trade.t = t;
        trade.recv = origin.offset(batch.tsRecvWords, i);
        trade.price = book.scale.ticks(batch.priceWords, i);
        tracker.push(trade);
        options.future(ticksToPoints(trade.price, product.tickNanos));
      }
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
    const { origin, product } = this.frame;
    for (const { interval } of this.tracker.take())
      this.levels.push({ event: interval, origin, tickNanos: product.tickNanos });
    return this.levels.take();
  }

  /** Rows of `silver.vacuum` closed since the last call. */
  takeVacuum(): TableBatch {
    return this.vacuum.take();
  }

  /** Rows of `silver.option_flow` closed since the last call. */
  takeOptionFlow(): TableBatch {
    const batch = this.optionFlow.build();
    this.optionFlow = new TableBuilder(silverOptionFlow);
    return batch;
  }

  /** Rows of `silver.option_exposure` computed since the last call. */
  takeOptionExposure(): TableBatch {
    const batch = this.optionExposure.build();
    this.optionExposure = new TableBuilder(silverOptionExposure);
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

  /** Take the rows first: what was not taken is not saved. */
  save(): SavedSilver {
    return {
      book: this.book.save(),
      bars: this.bars.save(),
      levels: saveState(this.tracker),
      vacuum: this.vacuum.save(),
      options: this.options.save(),
      counts: [this.records, this.tradingStates, this.crossedStates, this.latest],
    };
  }

  static restore(saved: SavedSilver, inputs: SessionInputs): SilverGraph {
    const graph = new SilverGraph({ ...inputs, openingBook: undefined });
    graph.book = OrderBook.restore(saved.book, graph.bookOptions());
    restoreState(graph.tracker, saved.levels);
    graph.vacuum = Vacuum.restore(saved.vacuum, graph.vacuumOptions());
    graph.options = OptionsOperator.restore(saved.options, graph.optionOptions());
    graph.bars = BarBuilder.restore(saved.bars, graph.barOptions());
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
    return { tickNanos: product.tickNanos, origin, sessions: clock, barNanos, watcher: this.watcher() };
  }

  /** The operators that work on the same bars. */
  private watcher(): BarWatcher {
    const { vacuum } = this;
    return {
      onOpen: (start, book, mid) => vacuum.onOpen(start, book, mid),
      onDepth: (depth, t) => vacuum.onDepth(depth, t),
      onClose: (start, end, book, mid) => {
        vacuum.onClose(start, end, book, mid);
        this.options.closeBar(start, end, this.levelsAround(end, mid));
      },
    };
  }

  /** The levels known at `t` that lie within reach of the price, in points. */
  private levelsAround(t: number, mid: number) {
    const { tickNanos } = this.frame.product;
    this.tracker.advanceTo(t);
    return this.tracker.levels
      .filter(({ price }) => Math.abs(price - mid) <= OPTION_REACH)
      .map(({ id, price }) => ({ levelId: id, price: ticksToPoints(price, tickNanos) }));
  }

  private vacuumOptions(): VacuumOptions {
    const { product, origin, clock } = this.frame;
    return { tickNanos: product.tickNanos, origin, sessions: clock, levels: this.tracker };
  }

  private optionOptions(): OptionsOperatorOptions {
    const { contract, tradeDate, settings } = this.inputs;
    return {
      contract,
      tradeDate,
      origin: this.frame.origin,
      settings: settings.options,
      barSeconds: settings.bars.seconds,
      flow: (row) => this.optionFlow.push(row),
      exposure: (row) => this.optionExposure.push(row),
    };
  }
}
