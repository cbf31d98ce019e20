/**
 * Silver of one contract-date: the book, and the bars, levels, surroundings of levels and option figures read off it,
 * record by record.
 *
 * Batch and stream push the same records through it, in pieces of any size; nothing in it depends on where a piece ends.
 */
import { BarBuilder } from '../bars/barBuilder';
import type { BarWatcher } from '../bars/barWatcher';
import { barDistances } from '../bars/distances';
import { LevelVacuum } from '../bars/vacuum/levelVacuum';
import { Spread } from '../book/bookState';
import { OrderBook } from '../book/orderBook';
import { TableRows } from '../datasets/column';
import { absenceText } from '../levels/absence';
import { RecordCoverage } from '../levels/coverage';
import { LEVEL_COLUMNS, silverLevels } from '../levels/levelsTable';
import { LevelTracker } from '../levels/levelTracker';
import { previousTradeDate, SessionCode } from '../market/calendar';
import { ticksToPoints } from '../market/points';
import { NS_PER_SECOND } from '../market/time';
import type { LevelPrice } from '../options/inputs';
import { EXPOSURE_COLUMNS } from '../options/optionExposureColumns';
import { FLOW_COLUMNS } from '../options/optionFlowColumns';
import { OptionsOperator } from '../options/optionsOperator';
import { silverOptionExposure, silverOptionFlow } from '../options/optionTables';
import {
  levelsCheck,
  silverChecks,
  type AbsentLevels,
  type CheckResult,
  type SilverFacts,
} from '../quality/checks';
import { Action, Flag, tellsTime, type MboBatch } from '../records/mbo';
import type { TradeTick } from '../records/tradeTick';
import { restoreState } from '../state/blob';
import type { StateReader, StateWriter } from '../state/codec';
import type { SessionFrame } from './inputs';
import type { OpenedOperator, SessionEvent, SessionInput, SessionOperator } from './operators';

class SilverOperator implements OpenedOperator {
  private book: OrderBook;
  private readonly bars: BarBuilder;
  private readonly coverage: RecordCoverage;
  private readonly levels: LevelTracker;
  private readonly vacuum: LevelVacuum;
  private readonly options: OptionsOperator;
  private readonly levelRows = new TableRows(silverLevels, LEVEL_COLUMNS);
  private readonly flowRows = new TableRows(silverOptionFlow, FLOW_COLUMNS);
  private readonly exposureRows = new TableRows(silverOptionExposure, EXPOSURE_COLUMNS);
  /** Records, bars, events that F_LAST ended and that ended without, book states in continuous trading, and how many of those were crossed. */
  private records = 0;
  private barCount = 0;
  private markedEnds = 0;
  private unmarkedEnds = 0;
  private tradingStates = 0;
  private crossedStates = 0;
  /** Latest event so far; ns since the origin. */
  private latest = -Infinity;
  /** What was found at the end, not taken yet. */
  private checks: CheckResult[] = [];
  /** The trade being pushed. */
  private readonly trade: TradeTick = { t: 0, recv: 0, price: 0 };

  constructor(private readonly frame: SessionFrame) {
    const { contract, tradeDate, product, origin, clock, settings, previousDay, openingBook } = frame;
    const { tickNanos } = product;
    const distances = barDistances(product.distances);
    this.book = this.newBook();
    if (openingBook) restoreState(this.book, openingBook);
    const coverage = (this.coverage = new RecordCoverage(clock));
    this.levels = new LevelTracker({ clock, product, settings: settings.levels, previousDay, coverage });
    this.vacuum = new LevelVacuum({ tickNanos, origin, sessions: clock, levels: this.levels, distances });
    this.options = new OptionsOperator({
      contract,
      product,
      tradeDate,
      origin,
      settings: settings.options,
      barSeconds: settings.bars.seconds,
    });
    this.bars = new BarBuilder({
      tickNanos,
      origin,
      sessions: clock,
      barNanos: settings.bars.seconds * NS_PER_SECOND,
      distances,
      watcher: this.watcher(),
    });
  }

  push(input: SessionInput): void {
    if (input.kind === 'records') this.pushRecords(input.batch, input.from, input.to);
    else if (input.kind === 'option') this.options.push(input.record);
    else if (input.kind === 'end') this.end();
  }

  advanceTo(t: number): void {
    this.bars.advanceTo(t, this.book);
    this.levels.advanceTo(t);
  }

  take(): SessionEvent[] {
    const { origin, product } = this.frame;
    for (const { interval } of this.levels.take())
      this.levelRows.push({ event: interval, origin, tickNanos: product.tickNanos });
    // Rows that go with a bar come before the bar, so that a reader that has the bar has them all.
    const batches = [this.vacuum, this.flowRows, this.exposureRows, this.bars, this.levelRows].map((rows) =>
      rows.take(),
    );
    const { checks } = this;
    this.checks = [];
    return [
      ...batches.map((batch): SessionEvent => ({ kind: 'rows', batch })),
      ...checks.map((check): SessionEvent => ({ kind: 'check', check })),
    ];
  }

  save(out: StateWriter): void {
    out.section('silver', 2);
    for (const part of this.parts()) part.save(out);
    const { records, barCount, markedEnds, unmarkedEnds, tradingStates, crossedStates, latest } = this;
    out.doubles([records, barCount, markedEnds, unmarkedEnds, tradingStates, crossedStates, latest]);
  }

  restore(from: StateReader): void {
    from.section('silver', 2);
    // The saved book takes the place of the one the session opened with.
    this.book = this.newBook();
    for (const part of this.parts()) part.restore(from);
    const counts = from.doubles(7);
    [this.records, this.barCount, this.markedEnds, this.unmarkedEnds] = counts;
    [this.tradingStates, this.crossedStates, this.latest] = counts.slice(4);
  }

  private newBook(): OrderBook {
    const { origin, product } = this.frame;
    return new OrderBook({ tickNanos: product.tickNanos, origin });
  }

  private parts() {
    return [this.book, this.coverage, this.levels, this.vacuum, this.options, this.bars];
  }

  private pushRecords(batch: MboBatch, from: number, to: number): void {
    const { bars, book, coverage, levels, options, trade } = this;
    const { origin, product } = this.frame;
    for (let i = from; i < to; i++) {
      const t = origin.offset(batch.tsEventWords, i);
      const recv = origin.offset(batch.tsRecvWords, i);
      if (tellsTime(batch.flags[i])) coverage.captured(recv);
      // Snapshots and clears tell no time of the market: of a snapshot it is when its orders were entered.
      const timeless = (batch.flags[i] & Flag.Snapshot) !== 0 || batch.action[i] === Action.Clear;
      if (book.beginsAfterUnmarkedEnd(batch, i)) this.endUnmarkedEvent();
      bars.beforeRecord(batch, i, t, book);
      book.apply(batch, i);
      bars.onRecord(batch, i, book);
      if (!timeless) levels.advanceTo(t);
      if (batch.action[i] === Action.Trade) {
        trade.t = t;
        trade.recv = recv;
        trade.price = book.scale.ticks(batch.priceWords, i);
        levels.push(trade);
        options.push({ type: 'future', price: ticksToPoints(trade.price, product.tickNanos) });
      }
      if ((batch.flags[i] & Flag.Last) === 0) continue;
      bars.onEventEnd(t, book);
      if (timeless) continue;
      this.markedEnds++;
      this.noteState(t);
    }
    this.records += to - from;
  }

  /** Ends the event of the last record, of a feed that does not mark ends. */
  private endUnmarkedEvent(): void {
    const { book } = this;
    const t = this.frame.origin.offset(book.eventWords, 0);
    book.endUnmarkedEvent();
    this.unmarkedEnds++;
    this.bars.onEventEnd(t, book);
    this.noteState(t);
  }

  /** An event has ended at `t`, ns since the origin. */
  private noteState(t: number): void {
    if (t > this.latest) this.latest = t;
    if (this.frame.clock.codeAt(t) === SessionCode.Halt) return;
    this.tradingStates++;
    if (this.book.spread === Spread.Crossed) this.crossedStates++;
  }

  /**
   * The bars up to the last event are complete, and so are the levels. Where the input breaks off before the close the bars do
   * too, instead of repeating a book that is out of date.
   */
  private end(): void {
    // A feed that marks ends broke off within an event; of one that does not, the last event is as whole as any.
    if (this.book.inEvent && this.markedEnds === 0) this.endUnmarkedEvent();
    if (this.latest >= 0) this.bars.finish(this.latest + 1, this.book);
    this.levels.finish();
    this.checks = [...silverChecks(this.facts()), levelsCheck(this.absentLevels())];
  }

  private facts(): SilverFacts {
    const { quality } = this.book;
    return {
      bars: this.barCount,
      markedEnds: this.markedEnds,
      unmarkedEnds: this.unmarkedEnds,
      tradingStates: this.tradingStates,
      crossedStates: this.crossedStates,
      unknownOrders: quality.unknownCancels + quality.unknownModifies + quality.unknownFills,
      records: this.records,
      auditedOrders: quality.auditedOrders,
      differingOrders: quality.ordersMissing + quality.ordersExtra + quality.ordersChanged,
    };
  }

  /** Levels of a stretch of time that the session does without. */
  private absentLevels(): AbsentLevels[] {
    const { origin, clock, previousDay, product } = this.frame;
    const absent = this.levels
      .absent()
      .map((window) => ({ kinds: window.kinds, reason: absenceText(window, origin) }));
    if (previousDay) return absent;
    const before = previousTradeDate(clock.session.tradeDate, product);
    const reason = `no raw files cover the regular trading hours of ${before} in this contract`;
    return [{ kinds: ['PD_HIGH', 'PD_LOW'], reason }, ...absent];
  }

  /** The operators that work on the same bars. */
  private watcher(): BarWatcher {
    const { vacuum } = this;
    return {
      onOpen: (start, book, mid) => vacuum.onOpen(start, book, mid),
      onDepth: (depth, t) => vacuum.onDepth(depth, t),
      onClose: (start, end, book, mid) => {
        vacuum.onClose(start, end, book, mid);
        this.barCount++;
        this.endOptionBar(start, end, mid);
      },
    };
  }

  private endOptionBar(start: number, end: number, mid: number): void {
    this.options.push({ type: 'barEnd', start, end, levels: this.levelsAround(end, mid) });
    for (const reading of this.options.take())
      if (reading.type === 'flow') this.flowRows.push(reading);
      else this.exposureRows.push(reading);
  }

  /** The levels known at `t` that lie within reach of the price. */
  private levelsAround(t: number, mid: number): LevelPrice[] {
    const { tickNanos, distances } = this.frame.product;
    this.levels.advanceTo(t);
    return this.levels.levels
      .filter(({ price }) => Math.abs(price - mid) <= distances.options)
      .map(({ id, price }) => ({ levelId: id, price: ticksToPoints(price, tickNanos) }));
  }
}

export const SILVER: SessionOperator = {
  kind: 'session',
  module: 'graph/session/silverOperator',
  open: (frame) => new SilverOperator(frame),
};
