/**
 * Silver of one contract-date: the book, and the bars, levels, surroundings of levels and option figures read off it,
 * record by record.
 *
 * Batch and stream push the same records through it, in pieces of any size; nothing in it depends on where a piece ends.
 */
import { BarBuilder } from '../bars/barBuilder';
import type { BarWatcher } from '../bars/barWatcher';
import { LevelVacuum, type VacuumOptions } from '../bars/vacuum/levelVacuum';
import { OrderBook } from '../book/orderBook';
import { Spread } from '../book/bookState';
import { TableRows } from '../datasets/column';
import { TableBuilder, type TableBatch } from '../datasets/schema';
import { silverLevels } from '../levels/levelsTable';
import { silverOptionExposure, silverOptionFlow } from '../options/optionTables';
import { points } from '../levels/level';
import { levelRow } from '../levels/rows';
import { LevelTracker } from '../levels/tracker';
import { SessionCode } from '../market/calendar';
import { Action, Flag, type MboBatch } from '../records/mbo';
import { NS_PER_SECOND } from '../market/time';
import type { OptionRecord } from '../options/inputs';
import { EXPOSURE_COLUMNS } from '../options/optionExposureColumns';
import { FLOW_COLUMNS } from '../options/optionFlowColumns';
import { OptionsOperator } from '../options/optionsOperator';
import type { SilverFacts } from '../quality/checks';
import { restoreState, saveState } from '../state/codec';
import { frameOf, type SessionFrame, type SessionInputs } from './inputs';

/** A snapshot of the operators' memory, from which the graph goes on as if it had never stopped. */
export interface SavedSilver {
  book: Uint8Array;
  bars: Uint8Array;
  levels: string;
  vacuum: Uint8Array;
  options: Uint8Array;
  counts: number[];
}

export class SilverGraph {
  readonly frame: SessionFrame;
  readonly book: OrderBook;
  private options: OptionsOperator;
  private bars: BarBuilder;
  private tracker: LevelTracker;
  private vacuum: LevelVacuum;
  private levels = new TableBuilder(silverLevels);
  private readonly optionFlow = new TableRows(silverOptionFlow, FLOW_COLUMNS);
  private readonly optionExposure = new TableRows(silverOptionExposure, EXPOSURE_COLUMNS);
  /** Records, F_LAST states in continuous trading, and how many of those were crossed. */
  private records = 0;
  private tradingStates = 0;
  private crossedStates = 0;
  /** Latest event so far; ns since the origin. */
  private latest = -Infinity;

  constructor(private readonly inputs: SessionInputs) {
    this.frame = frameOf(inputs);
    const { openingBook } = inputs;
    this.book = new OrderBook(this.bookOptions());
    if (openingBook) restoreState(this.book, openingBook);
    this.tracker = new LevelTracker(this.levelOptions());
    this.vacuum = new LevelVacuum(this.vacuumOptions());
    this.options = this.newOptions();
    this.bars = new BarBuilder(this.barOptions());
  }

  /** Pushes records `from` to `to` (default: all) of a batch; all must be of this contract. */
  push(batch: MboBatch, from = 0, to = batch.length): void {
    const { bars, book, tracker, options } = this;
    const { origin, clock, product } = this.frame;
    for (let i = from; i < to; i++) {
      const t = origin.offset(batch.tsEventWords, i);
      const flags = batch.flags[i];
      bars.beforeRecord(batch, i, t, book);
      book.apply(batch, i);
      bars.onRecord(batch, i, book);
      if (batch.action[i] === Action.Trade) {
        const price = book.scale.ticks(batch.priceWords, i);
        tracker.onTrade(t, price);
        options.push({ type: 'future', price: points(price, product.tickNanos) });
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
   * Pushes a record of the options on the contract. Records of the future and of its options come in the order of capture; at one
   * instant the future's first.
   */
  pushOption(record: OptionRecord): void {
    this.options.push(record);
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

  /** Rows of `silver.vacuum` closed since the last call. */
  takeVacuum(): TableBatch {
    return this.vacuum.take();
  }

  /** Rows of `silver.option_flow` closed since the last call. */
  takeOptionFlow(): TableBatch {
    return this.optionFlow.take();
  }

  /** Rows of `silver.option_exposure` computed since the last call. */
  takeOptionExposure(): TableBatch {
    return this.optionExposure.take();
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
      book: saveState(this.book),
      bars: saveState(this.bars),
      levels: this.tracker.save(),
      vacuum: saveState(this.vacuum),
      options: saveState(this.options),
      counts: [this.records, this.tradingStates, this.crossedStates, this.latest],
    };
  }

  static restore(saved: SavedSilver, inputs: SessionInputs): SilverGraph {
    const graph = new SilverGraph({ ...inputs, openingBook: undefined });
    restoreState(graph.book, saved.book);
    graph.tracker = LevelTracker.restore(saved.levels, graph.levelOptions());
    graph.vacuum = restoreState(new LevelVacuum(graph.vacuumOptions()), saved.vacuum);
    graph.options = restoreState(graph.newOptions(), saved.options);
    graph.bars = restoreState(new BarBuilder(graph.barOptions()), saved.bars);
    [graph.records, graph.tradingStates, graph.crossedStates, graph.latest] = saved.counts;
    return graph;
  }

  private bookOptions() {
    const { product, origin } = this.frame;
    return { tickNanos: product.tickNanos, origin };
  }

  private barOptions() {
    const { product, origin, clock } = this.frame;
    const barNanos = this.frame.settings.bars.seconds * NS_PER_SECOND;
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
        this.endOptionBar(start, end, mid);
      },
    };
  }

  private endOptionBar(start: number, end: number, mid: number): void {
    this.options.push({ type: 'barEnd', start, end, levels: this.levelsAround(end, mid) });
    for (const reading of this.options.take())
      if (reading.type === 'flow') this.optionFlow.push(reading);
      else this.optionExposure.push(reading);
  }

  /** The levels known at `t` that lie within reach of the price, in points. */
  private levelsAround(t: number, mid: number) {
    const { tickNanos, distances } = this.frame.product;
    this.tracker.advanceTo(t);
    return this.tracker.levels
      .filter(({ price }) => Math.abs(price - mid) <= distances.options)
      .map(({ id, price }) => ({ levelId: id, price: points(price, tickNanos) }));
  }

  private vacuumOptions(): VacuumOptions {
    const { product, origin, clock } = this.frame;
    return { tickNanos: product.tickNanos, origin, sessions: clock, levels: this.tracker };
  }

  private newOptions(): OptionsOperator {
    const { contract, tradeDate } = this.inputs;
    const { settings, product } = this.frame;
    return new OptionsOperator({
      contract,
      product,
      tradeDate,
      origin: this.frame.origin,
      settings: settings.options,
      barSeconds: settings.bars.seconds,
    });
  }

  private levelOptions() {
    const { product, origin, clock } = this.frame;
    return {
      clock,
      product,
      settings: this.frame.settings.levels,
      previousDay: this.inputs.previousDay,
      onInterval: (interval: Parameters<typeof levelRow>[0]) =>
        this.levels.push(levelRow(interval, origin, product.tickNanos)),
    };
  }
}
