/**
 * The market as a screen shows it: the book price by price, every print of the tape, and how much of each price was filled and how much
 * was pulled. It follows the records of one contract; whoever draws takes, as often as he likes, what has changed since he last did.
 *
 * Times are ns since the session's origin, prices ticks, sizes lots.
 */
import { Aggressor, Executions, type AggressorKind } from '../bars/executions';
import { Cause, DepthChange } from '../bars/depthChange';
import { OfiFamily } from '../bars/families/ofi';
import { LadderSide } from '../bars/topLevels';
import type { BookState } from '../book/bookState';
import { OrderBook } from '../book/orderBook';
import { ASK, BID, type BookSide } from '../book/side';
import type { TimeOrigin } from '../market/time';
import { Action, Flag, Side, type MboBatch } from '../records/mbo';
import { restoreState, saveState } from '../state/blob';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { PriceFlow } from './priceFlow';
import { Prints, PrintKind, PrintMark } from './prints';

export interface MarketViewOptions {
  /** The instrument's tick in 1e-9 of the currency. */
  readonly tickNanos: number;
  readonly origin: TimeOrigin;
  /** The saved book that the records begin with; absent: an empty one. */
  readonly openingBook?: Uint8Array;
}

/** Totals of the session so far. */
export interface MarketTotals {
  /** Last trade; NaN before the first. */
  lastPrice: number;
  volume: number;
  /** Lots bought by aggressors less lots sold by them: cumulative delta. */
  delta: number;
  /** Order-flow imbalance at the touch, summed (Cont, Kukanov and Stoikov; see `bars/families/ofi.ts`). */
  imbalance: number;
}

const [LAST_PRICE, VOLUME, DELTA] = [0, 1, 2];

export class MarketView implements Stateful {
  readonly prints = new Prints();
  readonly flow = [new PriceFlow(), new PriceFlow()] as const;
  /** Prices whose displayed depth changed since the last `taken`, by side. */
  readonly changed = [new Set<number>(), new Set<number>()] as const;
  /** Whether the book was replaced since the last `taken`: all of it has changed. */
  replaced = true;
  /** Time of the last record: of the event, and of its capture. */
  eventAt = NaN;
  capturedAt = NaN;
  records = 0;

  private readonly book: OrderBook;
  private readonly executions = new Executions();
  private readonly depth = new DepthChange();
  private readonly top = [new LadderSide(BID), new LadderSide(ASK)] as const;
  private readonly ofi = new OfiFamily();
  private readonly traded = new Float64Array([NaN, 0, 0]);
  private inEvent = false;
  /** The book was replaced, not changed: its top is read whole before the next live record. */
  private stale = true;

  constructor(private readonly options: MarketViewOptions) {
    this.book = new OrderBook(options);
    if (options.openingBook) restoreState(this.book, options.openingBook);
  }

  /** Read it only between pushes that end with an event. */
  get levels(): Pick<OrderBook, 'forEachLevel' | 'bestPrice' | 'levelSize' | 'levelOrders'> {
    return this.book;
  }

  get state(): BookState {
    return this.book.state;
  }

  get totals(): MarketTotals {
    const [lastPrice, volume, delta] = this.traded;
    return { lastPrice, volume, delta, imbalance: this.ofi.sums[0] };
  }

  /** The book as it is, for a session that begins with it. */
  savedBook(): Uint8Array {
    return saveState(this.book);
  }

  /** Lots of the largest order at a price; 0 where none rests there. */
  largestOrder(side: BookSide, price: number): number {
    const slot = this.book.largestOrder(side, price);
    return slot < 0 ? 0 : this.book.orderSize(slot);
  }

  /** Follows records `from` to `to` of the contract. */
  push(batch: MboBatch, from: number, to: number): void {
    const { book, options } = this;
    for (let i = from; i < to; i++) {
      const t = options.origin.offset(batch.tsEventWords, i);
      const timeless = (batch.flags[i] & Flag.Snapshot) !== 0 || batch.action[i] === Action.Clear;
      if (book.beginsAfterUnmarkedEnd(batch, i)) this.endEvent();
      if (!timeless) this.before(batch, i, t);
      book.apply(batch, i);
      if (timeless) this.replace(batch, i);
      else this.after(batch, i);
      if ((batch.flags[i] & Flag.Last) !== 0) this.endEvent();
    }
    if (to > from) this.capturedAt = options.origin.offset(batch.tsRecvWords, to - 1);
    this.records += to - from;
  }

  /** Everything that has changed so far is drawn, or need not be. */
  taken(): void {
    this.prints.clear();
    this.changed[BID].clear();
    this.changed[ASK].clear();
    this.replaced = false;
  }

  save(out: StateWriter): void {
    out.section('screen.market', 1);
    this.book.save(out);
    this.executions.save(out);
    for (const side of [BID, ASK] as const) {
      this.top[side].save(out);
      this.flow[side].save(out);
    }
    this.ofi.save(out);
    out.doubles(this.traded);
    out.doubles([this.eventAt, this.capturedAt, this.records]);
    out.boolean(this.inEvent);
    out.boolean(this.stale);
  }

  restore(from: StateReader): void {
    from.section('screen.market', 1);
    this.book.restore(from);
    this.executions.restore(from);
    for (const side of [BID, ASK] as const) {
      this.top[side].restore(from);
      this.flow[side].restore(from);
    }
    this.ofi.restore(from);
    from.into(this.traded);
    [this.eventAt, this.capturedAt, this.records] = from.doubles(3);
    this.inEvent = from.boolean();
    this.stale = from.boolean();
    this.prints.endEvent();
    this.taken();
    this.replaced = true;
  }

  private before(batch: MboBatch, i: number, t: number): void {
    if (!this.inEvent && this.stale) this.readWhole();
    this.inEvent = true;
    this.eventAt = Number.isNaN(this.eventAt) ? t : Math.max(t, this.eventAt);
    if (batch.action[i] !== Action.Trade) return;
    const price = this.book.scale.ticks(batch.priceWords, i);
    const lots = batch.size[i];
    const aggressed = this.executions.trade(batch, i, price, this.book);
    const side = aggressed ? batch.side[i] : Side.None;
    const kind = side === Side.Bid ? PrintKind.Buy : side === Side.Ask ? PrintKind.Sell : PrintKind.Cross;
    this.prints.trade(this.eventAt, price, lots, kind);
    const { traded } = this;
    traded[LAST_PRICE] = price;
    traded[VOLUME] += lots;
    traded[DELTA] += kind === PrintKind.Buy ? lots : kind === PrintKind.Sell ? -lots : 0;
  }

  /** A snapshot or a clear takes the place of the book: none of it is flow. */
  private replace(batch: MboBatch, i: number): void {
    this.executions.order(batch, i);
    if (this.inEvent) this.endExecutions();
    this.replaced = true;
    this.stale = true;
  }

  private after(batch: MboBatch, i: number): void {
    const { depth, executions, book } = this;
    const action = batch.action[i];
    if (action === Action.Fill) return executions.fill(batch, i);
    if (action !== Action.Add && action !== Action.Cancel && action !== Action.Modify) return;
    executions.order(batch, i);
    if (!depth.read(batch, i, book.change, executions)) return;
    const { fromSide, fromPrice, toSide, toPrice, filled, left, arrived } = depth;
    if (filled > 0 || left > 0) {
      this.flow[fromSide].add(fromPrice, filled, left);
      this.touch(fromSide, fromPrice);
    }
    if (arrived > 0) this.touch(toSide, toPrice);
    if (depth.cause === Cause.Refresh)
      this.prints.refresh(this.eventAt, toPrice, arrived, toSide === BID ? PrintKind.Buy : PrintKind.Sell);
  }

  private touch(side: BookSide, price: number): void {
    this.changed[side].add(price);
    this.top[side].touch(price);
  }

  private endEvent(): void {
    if (!this.inEvent) return;
    this.endExecutions();
    const { top, book, ofi } = this;
    for (const side of top) if (side.stale) side.refresh(book, ofi);
  }

  private endExecutions(): void {
    this.inEvent = false;
    this.executions.endEvent(this.markAggressor);
    this.prints.endEvent();
  }

  /** Starts from a book that was replaced: a step that is no flow. */
  private readWhole(): void {
    for (const side of this.top) side.readWhole(this.book);
    this.stale = false;
  }

  /** Stops and sweeps are known when the event is over. */
  private readonly markAggressor = (
    kind: AggressorKind,
    side: number,
    _lots: number,
    _trades: number,
    ticks: number,
  ) => {
    const of = side === Side.Bid ? PrintKind.Buy : PrintKind.Sell;
    if (kind === Aggressor.Stop) this.prints.mark(of, PrintMark.Stop);
    if (ticks > 0) this.prints.mark(of, PrintMark.Sweep);
  };
}
