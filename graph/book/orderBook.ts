/**
 * One instrument's order book at one publisher, exact to the order, rebuilt from market-by-order records.
 *
 * A venue event is a run of records closed by F_LAST, or by the next `ts_event` where a feed does not mark ends; within one the book is
 * half-changed, so read it only when the record just applied carries F_LAST, or when the next one would come after an unmarked end. T and F report an execution; the C or M that follows changes the book.
 */
import { Action, Flag, type MboBatch, Side, UNDEF_PRICE } from '../records/mbo';
import { NS_PER_SECOND, type TimeOrigin } from '../market/time';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { Phase } from './bookState';
import { replaceLevel, replaceSide } from './aggregates';
import { BookChange, Change, Fault } from './change';
import { PriceScale } from './priceScale';
import { restoreBook, saveBook } from './savedBook';
import { ASK, BID, type BookSide } from './side';
import { StreamedBook } from './streamedBook';

interface BookOptions {
  /** The instrument's tick in 1e-9 of the currency; 1 where it is unknown. */
  tickNanos: number;
  origin: TimeOrigin;
}

/** Longer than any future is listed: whatever rests in a snapshot was placed later, or its time is none. */
const LONGEST_REST = 20 * 365 * 24 * 3600 * NS_PER_SECOND;
const UNUSUAL = Flag.Snapshot | Flag.MaybeBadBook;
const AGGREGATED = Flag.TopOfBook | Flag.Mbp;
const UNDEF_HIGH = Number(UNDEF_PRICE >> 32n);
const UNDEF_LOW = Number(UNDEF_PRICE & 0xffff_ffffn);

const isUndefined = (words: Uint32Array, i: number) =>
  words[2 * i + 1] === UNDEF_HIGH && words[2 * i] === UNDEF_LOW;
/** The side a record names, or -1. */
const sideOf = (letter: number) => (letter === Side.Bid ? BID : letter === Side.Ask ? ASK : -1);

/** Where refusals are counted. */
const REFUSED = {
  [Fault.NoPrice]: 'refusedNoPrice',
  [Fault.PriceOutOfRange]: 'refusedPriceOutOfRange',
  [Fault.UnknownSide]: 'refusedSide',
  [Fault.UnknownAction]: 'refusedAction',
  [Fault.NoSize]: 'refusedSize',
} as const;
type Refusal = keyof typeof REFUSED;

export class OrderBook extends StreamedBook implements Stateful {
  readonly scale: PriceScale;
  /** What the last `apply` did. */
  readonly change = new BookChange();

  constructor(options: BookOptions) {
    super(options.origin);
    this.scale = new PriceScale(options.tickNanos);
  }

  save(out: StateWriter): void {
    saveBook(out, this);
  }

  /**
   * Puts a saved book of the same tick in place of this one, whatever it holds; its origin may have been another.
   * @throws SpymasterError CorruptState
   */
  restore(from: StateReader): void {
    restoreBook(from, this);
  }

  /** Applies record `i`, which must be of this book's instrument and publisher; `change` then says what it did. */
  apply(batch: MboBatch, i: number): void {
    if (this.beginsAfterUnmarkedEnd(batch, i)) this.endUnmarkedEvent();
    const flags = batch.flags[i];
    const action = batch.action[i];
    const now = this.origin.offset(batch.tsEventWords, i);
    // Of a snapshot it is when the order took its place.
    const placedAt = (flags & Flag.Snapshot) === 0 ? now : this.placedAt(batch, i, now);
    this.eventWords[0] = batch.tsEventWords[2 * i];
    this.eventWords[1] = batch.tsEventWords[2 * i + 1];
    this.change.reset();

    if ((flags & UNUSUAL) !== 0 || this.phase !== Phase.Live) this.turn(batch, i);
    if ((flags & Flag.Snapshot) === 0 && action !== Action.Clear) this.checkSequence(batch.sequence[i]);

    if ((flags & AGGREGATED) !== 0) this.applyAggregate(batch, i);
    else if (action === Action.Add) this.add(batch, i, placedAt);
    else if (action === Action.Cancel) this.cancel(batch, i);
    else if (action === Action.Modify) this.modify(batch, i, placedAt);
    else this.applyOther(batch, i);

    this.inEvent = (flags & (Flag.Last | Flag.Snapshot)) === 0 && action !== Action.Clear;
    if ((flags & Flag.Last) !== 0) this.endEvent(batch, i, now);
  }

  private add(batch: MboBatch, i: number, now: number): void {
    const side = sideOf(batch.side[i]);
    const price = this.scale.ticks(batch.priceWords, i);
    const size = batch.size[i];
    if (side < 0 || !(price === price) || size === 0) return this.refuseOrder(batch, i, side, price);
    this.notePrice(price);

    const low = batch.orderIdWords[2 * i];
    const high = batch.orderIdWords[2 * i + 1];
    const slot = this.resting.orders.find(low, high);
    if (slot >= 0) {
      this.quality.duplicateAdds++;
      this.change.fault = Fault.DuplicateOrder;
      this.place(slot, side as BookSide, price, size, now);
      this.resting.orders.enteredAt[slot] = now;
      return;
    }
    this.enter(low, high, side as BookSide, price, size, now);
  }

  private cancel(batch: MboBatch, i: number): void {
    const { change, resting } = this;
    const slot = resting.orders.find(batch.orderIdWords[2 * i], batch.orderIdWords[2 * i + 1]);
    if (slot < 0) return this.noteUnknown('unknownCancels');
    const held = resting.orders.size[slot];
    const lots = batch.size[i];
    const left = lots < held ? held - lots : 0;
    if (lots > held) this.quality.overCancels++;

    change.describe(resting, Change.Cancel, slot);
    change.newSize = left;
    if (left > 0) {
      resting.resize(slot, left);
      change.slot = slot;
    } else resting.remove(slot);
  }

  private modify(batch: MboBatch, i: number, now: number): void {
    const { orders } = this.resting;
    const low = batch.orderIdWords[2 * i];
    const high = batch.orderIdWords[2 * i + 1];
    const slot = orders.find(low, high);
    const named = sideOf(batch.side[i]);
    // A modify without a side means the order's own.
    const side = named < 0 && slot >= 0 && batch.side[i] === Side.None ? this.orderSide(slot) : named;
    const price = this.scale.ticks(batch.priceWords, i);
    const size = batch.size[i];
    if (side < 0 || !(price === price) || (size === 0 && slot < 0))
      return this.refuseOrder(batch, i, side, price);
    this.notePrice(price);

    if (slot < 0) {
      this.noteUnknown('unknownModifies');
      this.enter(low, high, side as BookSide, price, size, now);
    } else if (size === 0) {
      this.change.describe(this.resting, Change.Modify, slot);
      this.change.newSize = 0;
      this.resting.remove(slot);
    } else if (
      price === this.orderPrice(slot) &&
      size <= orders.size[slot] &&
      side === this.orderSide(slot)
    ) {
      this.change.describe(this.resting, Change.Modify, slot);
      this.resting.resize(slot, size);
      this.change.newSize = size;
      this.change.slot = slot;
    } else {
      if (side !== this.orderSide(slot)) this.quality.sideChanges++;
      this.place(slot, side as BookSide, price, size, now);
    }
  }

  /** `ts_event` of a snapshot's record, ns since the origin, if an order can have taken its place then; else NaN. */
  private placedAt(batch: MboBatch, i: number, now: number): number {
    const age = this.origin.offset(batch.tsRecvWords, i) - now;
    return age >= 0 && age <= LONGEST_REST ? now : NaN;
  }

  private applyOther(batch: MboBatch, i: number): void {
    switch (batch.action[i]) {
      case Action.Trade:
      case Action.None:
        return;
      case Action.Fill:
        return this.checkFill(batch, i);
      case Action.Clear:
        return this.clear((batch.flags[i] & Flag.Snapshot) !== 0);
      default:
        this.refuse(Fault.UnknownAction);
    }
  }

  /** A fill names a resting order; only an auction's (no side) may be of a stop that never rested. */
  private checkFill(batch: MboBatch, i: number): void {
    if (batch.side[i] === Side.None || (batch.flags[i] & AGGREGATED) !== 0) return;
    if (this.find(batch.orderIdWords[2 * i], batch.orderIdWords[2 * i + 1]) < 0)
      this.noteUnknown('unknownFills');
  }

  /** R empties the book; without the snapshot flag the empty book is the whole truth, and sequences may start anew. */
  private clear(inSnapshot: boolean): void {
    this.quality.clears++;
    this.change.kind = Change.Clear;
    this.resting.clear();
    this.lastSequence = 0;
    if (!inSnapshot) this.phase = Phase.Live;
  }

  /** F_TOB: the record is the whole side, F_MBP: the whole level; neither is an order, and neither counts as one. */
  private applyAggregate(batch: MboBatch, i: number): void {
    const action = batch.action[i];
    if (action !== Action.Add && action !== Action.Cancel && action !== Action.Modify)
      return this.applyOther(batch, i);
    const side = sideOf(batch.side[i]);
    const price = this.scale.ticks(batch.priceWords, i);
    const lots = batch.size[i];
    const { change, resting } = this;
    const wholeSide = (batch.flags[i] & Flag.TopOfBook) !== 0;
    const gone = wholeSide && (action === Action.Cancel || isUndefined(batch.priceWords, i));
    if (side < 0 || (Number.isNaN(price) && !gone)) return this.refuseOrder(batch, i, side, price);

    if (gone) return replaceSide(resting, change, side as BookSide, NaN, 0);
    this.notePrice(price);
    if (wholeSide) return replaceSide(resting, change, side as BookSide, price, lots);
    const held = resting.aggregate(side as BookSide, price);
    if (action !== Action.Cancel) return replaceLevel(resting, change, side as BookSide, price, lots);
    if (held === 0) return this.noteUnknown('unknownCancels');
    replaceLevel(resting, change, side as BookSide, price, Math.max(0, held - lots));
  }

  private enter(low: number, high: number, side: BookSide, price: number, size: number, now: number): void {
    const slot = this.resting.add(low, high, side, price, size, now, now);
    this.change.describe(this.resting, Change.Add, slot);
  }

  /** Sends a resting order to the tail of its new place. */
  private place(slot: number, side: BookSide, price: number, size: number, now: number): void {
    const { change } = this;
    change.describe(this.resting, Change.Modify, slot);
    this.resting.move(slot, side, price, size, now);
    change.slot = slot;
    change.side = side;
    change.newPrice = price;
    change.newSize = size;
    change.lostPriority = true;
  }

  private notePrice(price: number): void {
    if (price !== Math.floor(price)) this.quality.offTickPrices++;
  }

  private noteUnknown(counter: 'unknownCancels' | 'unknownModifies' | 'unknownFills'): void {
    this.change.known = false;
    this.change.fault = Fault.UnknownOrder;
    if (this.phase === Phase.Warming) this.quality.unknownWhileWarming++;
    else this.quality[counter]++;
  }

  /** Refuses an add or modify for the first thing wrong with it. */
  private refuseOrder(batch: MboBatch, i: number, side: number, price: number): void {
    if (side < 0) this.refuse(Fault.UnknownSide);
    else if (isUndefined(batch.priceWords, i)) this.refuse(Fault.NoPrice);
    else if (Number.isNaN(price)) this.refuse(Fault.PriceOutOfRange);
    else this.refuse(Fault.NoSize);
  }

  private refuse(fault: Refusal): void {
    this.change.fault = fault;
    this.quality[REFUSED[fault]]++;
  }
}
