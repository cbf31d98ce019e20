/**
 * Bars from order messages: the operator of `silver.bars`.
 *
 * A driver feeds it one instrument's records in order, around the book that applies them:
 *
 *     bars.beforeRecord(batch, i, t, book);   // the book as it was: bars that are over close, trades are taken note of
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
 * **Snapshots** and clears are no flow: their records are not counted, and the first live record after them starts from the
 * book they left. Their ts_event, which may be weeks old, moves no clock.
 */
import { PriceScale } from '../book/priceScale';
import type { OrderBook } from '../book/orderBook';
import { ASK, BID } from '../book/side';
import { TableRows } from '../datasets/column';
import type { TableBatch } from '../datasets/schema';
import { SpymasterError } from '../errors';
import { NS_PER_SECOND, type TimeOrigin } from '../market/time';
import { Action, Flag, type MboBatch } from '../records/mbo';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { BAR_COLUMNS, silverBars } from './barsTable';
import type { BarWatcher } from './barWatcher';
import { Cause, DepthChange } from './depthChange';
import { type BarDistances, DEFAULT_BAR_DISTANCES } from './distances';
import { Executions } from './executions';
import { OpenBar, type Sessions } from './openBar';

const DEFAULT_BAR_NANOS = 5 * NS_PER_SECOND;

export interface BarOptions {
  /** The instrument's tick in 1e-9 of the currency. */
  tickNanos: number;
  origin: TimeOrigin;
  sessions: Sessions;
  /** Length of a bar, ns. */
  barNanos?: number;
  distances?: BarDistances;
  watcher?: BarWatcher;
}

/** No market pauses this long inside a trade date; a ts_event that far ahead is damage, not time. */
const LONGEST_SILENCE = 14 * 24 * 3600 * NS_PER_SECOND;

export class BarBuilder implements Stateful {
  private readonly barNanos: number;
  private readonly depth = new DepthChange();
  private readonly executions = new Executions();
  private readonly bar: OpenBar;
  /** Closed bars not taken yet. */
  private readonly rows = new TableRows(silverBars, BAR_COLUMNS);

  private inEvent = false;
  /** The book was replaced, not changed: read it whole before the next live record. */
  private replaced = true;

  /** @throws SpymasterError BadArgument if a bar lasts no time */
  constructor(private readonly options: BarOptions) {
    const { barNanos = DEFAULT_BAR_NANOS, distances = DEFAULT_BAR_DISTANCES, ...rest } = options;
    if (!Number.isSafeInteger(barNanos) || barNanos <= 0)
      throw new SpymasterError('BadArgument', `A bar cannot last ${barNanos} ns`, { field: 'barNanos' });
    this.barNanos = barNanos;
    this.bar = new OpenBar({
      origin: rest.origin,
      scale: new PriceScale(rest.tickNanos),
      sessions: rest.sessions,
      barNanos,
      wallReachTicks: distances.wallReachTicks,
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
    const aggressed = this.executions.trade(batch, i, ticks, book);
    this.bar.trades.trade(aggressed, batch.side[i], ticks, batch.size[i]);
  }

  /** Call after the book has applied record `i`. */
  onRecord(batch: MboBatch, i: number, book: OrderBook): void {
    const { bar, depth } = this;
    const action = batch.action[i];
    if ((batch.flags[i] & Flag.Snapshot) !== 0 || action === Action.Clear) {
      this.replaced = true;
      this.executions.order(batch, i);
      if (this.inEvent) this.endEvent();
      return;
    }
    if (action === Action.Fill) {
      this.executions.fill(batch, i);
      bar.trades.fill(batch.size[i]);
      return;
    }
    if (action !== Action.Add && action !== Action.Cancel && action !== Action.Modify) return;
    this.executions.order(batch, i);
    bar.orderFlow.record(batch, i);
    if (!depth.read(batch, i, book.change, this.executions)) return;
    const { top } = bar;
    bar.orderFlow.change(depth, top);
    bar.wall.change(depth);
    if (depth.filled > 0 || depth.left > 0) top[depth.fromSide].touch(depth.fromPrice);
    if (depth.arrived > 0) top[depth.toSide].touch(depth.toPrice);
    if (depth.cause === Cause.Refresh) bar.trades.refresh(depth.toSide, depth.arrived);
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
    const { bar } = this;
    this.endEvent();
    bar.endEvent(t);
    const [bids, asks] = bar.top;
    if (!bids.stale && !asks.stale) return;
    if (bids.stale) bids.refresh(book, bar.ofi);
    if (asks.stale) asks.refresh(book, bar.ofi);
    bar.state.update(bar.top, bar.now);
  }

  /**
   * Closes every bar that ends at or before `t`, ns since the origin; the first call opens the first bar. Inside an event it
   * does nothing.
   * @throws SpymasterError BadArgument if `t` lies more than 14 days after the open bar
   */
  advanceTo(t: number, book: OrderBook): void {
    if (this.inEvent) return;
    const { bar } = this;
    const opens = Number.isNaN(bar.start);
    if (opens) bar.open(t);
    if (this.replaced) this.readWhole(book);
    if (opens) this.announce(book);
    if (t < bar.end) return;
    if (t - bar.end > LONGEST_SILENCE)
      throw new SpymasterError('BadArgument', `An event ${(t - bar.end) / 8.64e13} days after the open bar`, {
        field: 'ts_event',
        expected: 'a time within 14 days of the last event',
      });
    while (t >= bar.end) {
      this.close(book);
      this.announce(book);
    }
  }

  /**
   * Closes every bar that starts before `end`, ns since the origin: nothing more will come. Of an event that the input broke
   * off, the records count but the state they left does not. Without any event there are no bars.
   */
  finish(end: number, book: OrderBook): void {
    if (Number.isNaN(this.bar.start)) return;
    if (this.inEvent) this.endEvent();
    this.advanceTo(end, book);
    if (this.bar.start < end) this.close(book);
  }

  /** The bars closed since the last call. */
  take(): TableBatch {
    return this.rows.take();
  }

  /** Take the rows first: they are not saved. */
  save(out: StateWriter): void {
    this.rows.requireTaken();
    const { origin, tickNanos } = this.options;
    out.section('bars', 1);
    out.signed(origin.ns);
    out.unsigned(tickNanos);
    out.unsigned(this.barNanos);
    out.boolean(this.inEvent);
    out.boolean(this.replaced);
    this.executions.save(out);
    this.bar.save(out);
  }

  restore(from: StateReader): void {
    const { origin, tickNanos } = this.options;
    from.section('bars', 1);
    if (from.signed() !== origin.ns) from.fail(`the origin ${origin.ns}`);
    if (from.unsigned() !== tickNanos) from.fail(`a tick of ${tickNanos}`);
    if (from.unsigned() !== this.barNanos) from.fail(`bars of ${this.barNanos} ns`);
    this.inEvent = from.boolean();
    this.replaced = from.boolean();
    this.executions.restore(from);
    this.bar.restore(from);
  }

  private announce(book: OrderBook): void {
    this.options.watcher?.onOpen(this.bar.start, book, this.bar.mid);
  }

  private endEvent(): void {
    this.inEvent = false;
    this.executions.endEvent(this.bar.trades.aggressor);
  }

  /** Starts from a book that was replaced: a step that is no flow, dated back to the last event. */
  private readWhole(book: OrderBook): void {
    const { top, state, now } = this.bar;
    this.replaced = false;
    top[BID].readWhole(book);
    top[ASK].readWhole(book);
    state.update(top, now);
  }

  private close(book: OrderBook): void {
    const { bar } = this;
    bar.close(book);
    this.rows.push(bar);
    this.options.watcher?.onClose(bar.start, bar.end, book, bar.mid);
    bar.next();
  }
}
