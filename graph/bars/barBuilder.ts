/**
 * Bars from order messages: the operator behind `silver.bars`.
 *
 * A driver feeds it one instrument's records in order, around the book that applies them:
 *
 *     bars.beforeRecord(batch, i, t, book);   // the book as it was: bars that are over close, trades are classified
 *     book.apply(batch, i);
 *     bars.onRecord(batch, i, book);
 *     if (batch.flags[i] & Flag.Last) bars.onEventEnd(t, book);
 *
 * with `t` the record's ts_event in ns since the origin.
 *
 * **Time.** A bar `[start, start + length)` lies on the grid of the UTC epoch. A venue event belongs, whole, to one bar:
 * that of its first record, or the open one when it comes late. So a bar only ever closes between events, when the book
 * may be read, and closing needs nothing that happens after its end. Bars follow one another without gaps.
 *
 * **Snapshots** and clears are no flow: their records count nowhere, and the first live record after them starts from the
 * book they left. Their ts_event, which may be weeks old, moves no clock.
 */
import type { BookView } from '../book/bookView';
import type { OrderBook } from '../book/orderBook';
import { ASK, BID } from '../book/side';
import { silverBars } from './barsTable';
import type { TableBatch } from '../datasets/schema';
import { SpymasterError } from '../errors';
import { SESSION_NAMES, SessionCode } from '../market/calendar';
import { Action, Flag, type MboBatch } from '../records/mbo';
import { NS_PER_SECOND, type TimeOrigin } from '../market/time';
import { Cause, DepthChange } from './depthChange';
import { Executions } from './executions';
import { FlowFamily } from './flow';
import { LadderSide, type TopLevels, writeLadder } from './ladder';
import { MemoryReader, MemoryWriter } from '../state/memory';
import { OfiFamily } from './ofi';
import { RowList } from './rows';
import { writeShape } from './shape';
import { StateFamily } from './state';
import { TradeFamily } from './trades';
import { WallFamily } from './wall';

export const DEFAULT_BAR_NANOS = 5 * NS_PER_SECOND;

/** Tells the part of the session at a time, ns since the origin. */
export interface Sessions {
  codeAt(t: number): SessionCode;
}

/**
 * Another operator on the same bars, e.g. one that looks at the surroundings of price levels. All calls but `onDepth` lie
 * between events. Times are ns since the origin; the mid is in ticks, NaN while a side is empty.
 */
export interface BarWatcher {
  /** A bar starts; the book stands as it does then. */
  onOpen(start: number, book: BookView, mid: number): void;
  /** Displayed depth changed at `t`, in the open bar. */
  onDepth(depth: DepthChange, t: number): void;
  /** The bar ends; the book stands as it does then. */
  onClose(start: number, end: number, book: BookView, mid: number): void;
}

export interface BarOptions {
  /** The instrument's tick in 1e-9 of the currency. */
  tickNanos: number;
  origin: TimeOrigin;
  sessions: Sessions;
  /** Length of a bar, ns. */
  barNanos?: number;
  watcher?: BarWatcher;
}

export const TradingState = { Closed: 0, PreOpen: 1, Auction: 2, Continuous: 3 } as const;
export const TRADING_STATES = ['closed', 'pre_open', 'auction', 'continuous'] as const;
const BOOK_STATES = ['empty', 'warming', 'snapshot', 'live'] as const;

/** No market pauses this long inside a trade date; a ts_event that far ahead is damage, not time. */
const LONGEST_SILENCE = 14 * 24 * 3600 * NS_PER_SECOND;
/** "BAR1". */
const TAG = 0x31524142;

export class BarBuilder {
  private readonly barNanos: number;
  /** Where the origin lies on the grid of bars. */
  private readonly gridPhase: number;
  private readonly points: (ticks: number) => number;

  private readonly depth = new DepthChange();
  private readonly executions = new Executions();
  private readonly top: TopLevels = [new LadderSide(BID), new LadderSide(ASK)];
  private readonly trades = new TradeFamily();
  private readonly state = new StateFamily();
  private readonly flow = new FlowFamily();
  private readonly ofi = new OfiFamily();
  private readonly wall = new WallFamily();
  /** Closed bars not taken yet. */
  private readonly rows: RowList;

  /** Of the open bar; NaN before the first. ns since the origin, as `now`. */
  private start = NaN;
  private end = NaN;
  /** Time of the last finished event, within the open bar. */
  private now = NaN;
  private lastEvents = 0;
  private inEvent = false;
  /** The book was replaced, not changed: read it whole before the next live record. */
  private replaced = true;

  constructor(private readonly options: BarOptions) {
    const { barNanos = DEFAULT_BAR_NANOS, origin, tickNanos } = options;
    if (!Number.isSafeInteger(barNanos) || barNanos <= 0)
      throw new SpymasterError('BadArgument', `A bar cannot last ${barNanos} ns`, { field: 'barNanos' });
    this.barNanos = barNanos;
    this.gridPhase = Number(origin.ns % BigInt(barNanos));
    // Multiplied before divided: a whole number of 1e-9 units becomes the double nearest to the decimal price.
    this.points = (ticks) => (ticks * tickNanos) / 1e9;
    this.rows = new RowList(silverBars, {
      bar_start_utc: (t) => origin.absolute(t),
      session: (code) => SESSION_NAMES[code],
      trading_state: (code) => TRADING_STATES[code],
      book_state: (code) => BOOK_STATES[code],
    });
  }

  /** Bars closed and not taken yet. */
  get length(): number {
    return this.rows.rowCount;
  }

  /**
   * Call before the book applies record `i`.
   * @param t its ts_event, ns since the origin
   */
  beforeRecord(batch: MboBatch, i: number, t: number, book: OrderBook): void {
    const action = batch.action[i];
    if ((batch.flags[i] & Flag.Snapshot) !== 0 || action === Action.Clear) return;
    if (!this.inEvent) {
      this.advanceTo(t, book);
      this.inEvent = true;
    }
    if (action !== Action.Trade) return;
    const ticks = book.scale.ticks(batch.priceWords, i);
    const kind = this.executions.trade(batch, i, ticks, book);
    this.trades.trade(kind, batch.side[i], ticks, batch.size[i]);
  }

  /** Call after the book has applied record `i`. */
  onRecord(batch: MboBatch, i: number, book: OrderBook): void {
    const action = batch.action[i];
    if ((batch.flags[i] & Flag.Snapshot) !== 0 || action === Action.Clear) {
      this.replaced = true;
      this.executions.order(batch, i);
      if (this.inEvent) this.endEvent();
      return;
    }
    if (action === Action.Fill) {
      this.executions.fill(batch, i);
      this.trades.fill(batch.size[i]);
      return;
    }
    if (action !== Action.Add && action !== Action.Cancel && action !== Action.Modify) return;
    this.executions.order(batch, i);
    this.flow.record(batch, i);
    const { depth, top } = this;
    if (!depth.read(batch, i, book.change, this.executions)) return;
    this.flow.change(depth, top);
    this.wall.change(depth);
    if (depth.filled > 0 || depth.left > 0) top[depth.fromSide].touch(depth.fromPrice);
    if (depth.arrived > 0) top[depth.toSide].touch(depth.toPrice);
    if (depth.cause === Cause.Refresh) this.trades.refresh(depth.toSide, depth.arrived);
    const { watcher, origin } = this.options;
    if (watcher) watcher.onDepth(depth, origin.offset(batch.tsEventWords, i));
  }

  /**
   * Call after a record with F_LAST.
   * @param t its ts_event, ns since the origin
   */
  onEventEnd(t: number, book: OrderBook): void {
    // A snapshot's own end: the next live record reads what it left.
    if (!this.inEvent) return;
    this.endEvent();
    this.lastEvents++;
    if (t > this.now) this.now = t < this.end ? t : this.end;
    const [bids, asks] = this.top;
    if (!bids.stale && !asks.stale) return;
    if (bids.stale) bids.refresh(book, this.ofi);
    if (asks.stale) asks.refresh(book, this.ofi);
    this.state.update(this.top, this.now);
  }

  /**
   * Closes every bar that ends at or before `t`, ns since the origin; the first call opens the first bar. Inside an event it
   * does nothing.
   */
  advanceTo(t: number, book: OrderBook): void {
    if (this.inEvent) return;
    const opens = Number.isNaN(this.start);
    if (opens) this.open(t);
    if (this.replaced) this.readWhole(book);
    if (opens) this.announce(book);
    if (t < this.end) return;
    if (t - this.end > LONGEST_SILENCE)
      throw new SpymasterError(
        'BadArgument',
        `An event ${(t - this.end) / 8.64e13} days after the open bar`,
        {
          field: 'ts_event',
          expected: 'a time within 14 days of the last event',
        },
      );
    while (t >= this.end) {
      this.close(book);
      this.announce(book);
    }
  }

  /**
   * Closes every bar that starts before `end`, ns since the origin: nothing more will come. Of an event that the input broke
   * off, the records count but the state they left does not. Without any event there are no bars.
   */
  finish(end: number, book: OrderBook): void {
    if (Number.isNaN(this.start)) return;
    if (this.inEvent) this.endEvent();
    this.advanceTo(end, book);
    if (this.start < end) this.close(book);
  }

  /** The bars closed since the last call. */
  take(): TableBatch {
    return this.rows.take();
  }

  /** Everything its further course depends on, bars not taken included. */
  save(): Uint8Array {
    const out = new MemoryWriter();
    out.numbers(this.settings());
    const { start, end, now, lastEvents } = this;
    out.numbers([start, end, now, lastEvents, Number(this.inEvent), Number(this.replaced)]);
    for (const part of this.parts()) part.save(out);
    out.list(this.rows);
    return out.bytes(TAG);
  }

  /** @throws SpymasterError BadArgument if the bytes are damaged, or were saved with other options */
  static restore(bytes: Uint8Array, options: BarOptions): BarBuilder {
    const from = new MemoryReader(bytes, TAG);
    const bars = new BarBuilder(options);
    const settings = bars.settings();
    if (from.numbers(settings.length).some((value, k) => value !== settings[k]))
      throw new SpymasterError('BadArgument', 'Bars are restored with the options they were saved with', {
        expected: 'the same origin, tick and length of a bar',
      });
    const numbers = from.numbers(6);
    [bars.start, bars.end, bars.now, bars.lastEvents] = numbers;
    bars.inEvent = numbers[4] === 1;
    bars.replaced = numbers[5] === 1;
    for (const part of bars.parts()) part.load(from);
    from.list(bars.rows);
    from.end();
    return bars;
  }

  private parts() {
    const { executions, top, trades, state, flow, ofi, wall } = this;
    return [executions, ...top, trades, state, flow, ofi, wall];
  }

  private settings(): number[] {
    const { origin, tickNanos } = this.options;
    return [
      Number(origin.ns >> 32n),
      Number(origin.ns & 0xffff_ffffn),
      tickNanos,
      this.barNanos,
      this.rows.width,
    ];
  }

  private open(t: number): void {
    const { barNanos, gridPhase } = this;
    this.start = Math.floor((t + gridPhase) / barNanos) * barNanos - gridPhase;
    this.end = this.start + barNanos;
    this.now = this.start;
    this.state.open(this.start);
  }

  private get mid(): number {
    return (this.top[BID].best + this.top[ASK].best) / 2;
  }

  private announce(book: BookView): void {
    this.options.watcher?.onOpen(this.start, book, this.mid);
  }

  private endEvent(): void {
    this.inEvent = false;
    this.executions.endEvent(this.trades.sweep);
  }

  /** Starts from a book that was replaced: a step that is no flow, dated back to the last event. */
  private readWhole(book: OrderBook): void {
    this.replaced = false;
    this.top[BID].readWhole(book);
    this.top[ASK].readWhole(book);
    this.state.update(this.top, this.now);
  }

  private close(book: OrderBook): void {
    const { rows, top, points, start, end } = this;
    let at = rows.push();
    const row = rows.values;
    row[at++] = start;
    const session = this.options.sessions.codeAt(start);
    row[at++] = session;
    row[at++] = this.tradingState(session);
    row[at++] = BOOK_STATES.indexOf(book.state);
    row[at++] = this.lastEvents;
    at = this.trades.close(points, row, at);
    at = this.state.close(top, end, points, row, at);
    at = this.flow.close(row, at);
    at = this.ofi.close(row, at);
    at = writeLadder(top, points, row, at);
    at = writeShape(top, points, row, at);
    this.wall.close(book, top, end, points, row, at);
    this.options.watcher?.onClose(start, end, book, this.mid);
    this.lastEvents = 0;
    this.start = this.now = end;
    this.end = end + this.barNanos;
  }

  private tradingState(session: SessionCode): number {
    if (session === SessionCode.Halt) return this.lastEvents > 0 ? TradingState.PreOpen : TradingState.Closed;
    const [bids, asks] = this.top;
    return bids.best >= asks.best ? TradingState.Auction : TradingState.Continuous;
  }
}
