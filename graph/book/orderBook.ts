/**
 * One instrument's order book at one publisher, exact to the order, rebuilt from market-by-order records.
 *
 * A venue event is a run of records closed by F_LAST; between them the book is half-changed, so read it only when the
 * record just applied carries F_LAST. T and F tell of an execution but leave the book to the C or M that follows them.
 */
import { Action, Flag, type MboBatch, Side, UNDEF_PRICE } from '../market/mbo';
import type { TimeOrigin } from '../market/time';
import { type BookState, Phase, Spread, type SpreadKind, STATE_OF } from './bookState';
import { BookView } from './bookView';
import { BookChange, Change, Fault, type FaultKind } from './change';
import { PriceScale } from './priceScale';
import { BookQuality } from './quality';
import { RestingOrders } from './restingOrders';
import { restoreBook, saveBook } from './savedBook';
import { ASK, BID, type BookSide } from './side';
import { auditSnapshot } from './snapshotAudit';

export interface BookOptions {
  /** The instrument's tick in 1e-9 of the currency; 1 where it is unknown. */
  tickNanos: number;
  origin: TimeOrigin;
}

const UNUSUAL = Flag.Snapshot | Flag.MaybeBadBook;
const AGGREGATED = Flag.TopOfBook | Flag.Mbp;
const UNDEF_HIGH = Number(UNDEF_PRICE >> 32n);
const UNDEF_LOW = Number(UNDEF_PRICE & 0xffff_ffffn);

const isUndefined = (words: Uint32Array, i: number) =>
  words[2 * i + 1] === UNDEF_HIGH && words[2 * i] === UNDEF_LOW;
/** The side a record names, or -1. */
const sideOf = (letter: number) => (letter === Side.Bid ? BID : letter === Side.Ask ? ASK : -1);

export class OrderBook extends BookView {
  readonly scale: PriceScale;
  readonly origin: TimeOrigin;
  /** What the last `apply` did. */
  readonly change = new BookChange();
  readonly quality = new BookQuality();

  /** The touch at the last F_LAST. */
  spread: SpreadKind = Spread.Open;
  /** ts_event of the last record; ns since the origin, NaN before any. */
  updatedAt = NaN;
  /** Time of the last F_LAST: its ts_event, but ts_recv where it closed a snapshot; ns since the origin, NaN before any. */
  eventAt = NaN;

  /** @internal */
  phase: number = Phase.Empty;
  /** @internal The live book that the snapshot being read will be compared with. */
  beforeSnapshot: RestingOrders | null = null;
  /** @internal ts_recv of the snapshot read last. */
  snapshotRecv = 0n;
  /** @internal */
  lastSequence = 0;

  constructor(options: BookOptions) {
    super();
    this.scale = new PriceScale(options.tickNanos);
    this.origin = options.origin;
  }

  get state(): BookState {
    return STATE_OF[this.phase];
  }

  /** The book as bytes: all its further course depends on. */
  save(): Uint8Array {
    return saveBook(this);
  }

  /**
   * A saved book, which goes on as the saved one would have.
   * @param options the tick must be the one it was saved with; the origin may be another
   * @throws SpymasterError CorruptBook, or BadArgument for another tick
   */
  static restore(bytes: Uint8Array, options: BookOptions): OrderBook {
    const book = new OrderBook(options);
    restoreBook(bytes, book);
    return book;
  }

  /** Applies record `i`, which must be of this book's instrument and publisher; `change` then says what it did. */
  apply(batch: MboBatch, i: number): void {
    const flags = batch.flags[i];
    const action = batch.action[i];
    const now = this.origin.offset(batch.tsEventWords, i);
    this.updatedAt = now;
    this.change.reset();

    if ((flags & UNUSUAL) !== 0 || this.phase !== Phase.Live) this.turn(batch, i);
    if ((flags & Flag.Snapshot) === 0) this.checkSequence(batch.sequence[i]);

    if ((flags & AGGREGATED) !== 0) this.applyAggregate(batch, i);
    else if (action === Action.Add) this.add(batch, i, now);
    else if (action === Action.Cancel) this.cancel(batch, i);
    else if (action === Action.Modify) this.modify(batch, i, now);
    else this.applyOther(batch, i);

    if ((flags & Flag.Last) !== 0) this.endEvent(batch, i, now);
  }

  /** Moves between the phases of a stream before its next record is applied. */
  private turn(batch: MboBatch, i: number): void {
    const flags = batch.flags[i];
    if ((flags & Flag.Snapshot) !== 0) this.turnToSnapshot(batch, i);
    else if (this.phase === Phase.Snapshot) this.endSnapshot();
    else if (this.phase === Phase.Empty) this.phase = Phase.Warming;
    if ((flags & Flag.Snapshot) === 0 && this.phase === Phase.Audited) this.phase = Phase.Live;

    if ((flags & Flag.MaybeBadBook) === 0) return;
    this.quality.maybeBadBook++;
    if (this.phase !== Phase.Live) return;
    this.quality.gaps++;
    this.phase = Phase.Warming;
  }

  /**
   * A snapshot is a run of flagged records, with or without R before and F_LAST behind. One that follows another
   * directly (two files read in a row) is told from a late remainder of it by its time of capture.
   */
  private turnToSnapshot(batch: MboBatch, i: number): void {
    const begins = batch.action[i] === Action.Clear;
    if (this.phase === Phase.Snapshot && !begins) return;
    if (this.phase === Phase.Audited && !begins && batch.tsRecv[i] === this.snapshotRecv) {
      this.phase = Phase.Snapshot;
      return;
    }
    this.quality.snapshots++;
    this.snapshotRecv = batch.tsRecv[i];
    if (this.phase === Phase.Live || this.phase === Phase.Audited) {
      this.beforeSnapshot = this.resting;
      this.resting = new RestingOrders();
    } else this.resting.clear();
    this.phase = Phase.Snapshot;
  }

  private endSnapshot(): void {
    this.phase = Phase.Audited;
    if (this.beforeSnapshot) auditSnapshot(this.beforeSnapshot, this.resting, this.quality);
    this.beforeSnapshot = null;
  }

  private checkSequence(sequence: number): void {
    if (sequence < this.lastSequence) this.quality.sequenceBackwards++;
    this.lastSequence = sequence;
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

    this.describe(Change.Cancel, slot);
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
      this.describe(Change.Modify, slot);
      this.change.newSize = 0;
      this.resting.remove(slot);
    } else if (
      price === this.orderPrice(slot) &&
      size <= orders.size[slot] &&
      side === this.orderSide(slot)
    ) {
      this.describe(Change.Modify, slot);
      this.resting.resize(slot, size);
      this.change.newSize = size;
      this.change.slot = slot;
    } else {
      if (side !== this.orderSide(slot)) this.quality.sideChanges++;
      this.place(slot, side as BookSide, price, size, now);
    }
  }

  private applyOther(batch: MboBatch, i: number): void {
    switch (batch.action[i]) {
      case Action.Trade:
      case Action.None:
        return;
      case Action.Fill:
        if (this.find(batch.orderIdWords[2 * i], batch.orderIdWords[2 * i + 1]) < 0)
          this.noteUnknown('unknownFills');
        return;
      case Action.Clear:
        this.clear((batch.flags[i] & Flag.Snapshot) !== 0);
        return;
      default:
        this.refuse(Fault.UnknownAction);
    }
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
    if (action === Action.Clear) return this.clear((batch.flags[i] & Flag.Snapshot) !== 0);
    if (action === Action.Trade || action === Action.Fill || action === Action.None) return;
    if (action !== Action.Add && action !== Action.Cancel && action !== Action.Modify)
      return this.refuse(Fault.UnknownAction);
    const side = sideOf(batch.side[i]);
    if (side < 0) return this.refuse(Fault.UnknownSide);
    const price = this.scale.ticks(batch.priceWords, i);
    if ((batch.flags[i] & Flag.TopOfBook) !== 0) this.replaceSide(batch, i, side as BookSide, price);
    else if (Number.isNaN(price)) this.refuseOrder(batch, i, side, price);
    else this.replaceLevel(side as BookSide, price, action, batch.size[i]);
  }

  private replaceSide(batch: MboBatch, i: number, side: BookSide, price: number): void {
    const gone = batch.action[i] === Action.Cancel || isUndefined(batch.priceWords, i);
    if (!gone && Number.isNaN(price)) return this.refuse(Fault.PriceOutOfRange);
    const { change } = this;
    change.side = change.oldSide = side;
    change.oldPrice = this.bestPrice(side);
    change.oldSize = this.bestSize(side);
    change.newSize = gone ? 0 : batch.size[i];
    change.newPrice = gone ? change.oldPrice : price;
    change.kind = gone ? Change.Cancel : change.oldSize > 0 ? Change.Modify : Change.Add;
    this.resting.clearSide(side);
    if (gone) return;
    this.notePrice(price);
    this.resting.setAggregate(side, price, batch.size[i]);
  }

  private replaceLevel(side: BookSide, price: number, action: number, lots: number): void {
    const { change } = this;
    const held = this.resting.aggregate(side, price);
    const left = action === Action.Cancel ? Math.max(0, held - lots) : lots;
    if (action === Action.Cancel && held === 0) return this.noteUnknown('unknownCancels');
    this.notePrice(price);
    change.kind = action === Action.Cancel ? Change.Cancel : held > 0 ? Change.Modify : Change.Add;
    change.side = change.oldSide = side;
    change.oldPrice = change.newPrice = price;
    change.oldSize = held;
    change.newSize = left;
    this.resting.setAggregate(side, price, left);
  }

  private enter(low: number, high: number, side: BookSide, price: number, size: number, now: number): void {
    const { change } = this;
    change.slot = this.resting.add(low, high, side, price, size, now, now);
    change.kind = Change.Add;
    change.side = change.oldSide = side;
    change.oldPrice = change.newPrice = price;
    change.newSize = size;
    change.enteredAt = change.pricedAt = now;
  }

  /** Sends a resting order to the tail of its new place. */
  private place(slot: number, side: BookSide, price: number, size: number, now: number): void {
    const { change } = this;
    this.describe(Change.Modify, slot);
    this.resting.move(slot, side, price, size, now);
    change.slot = slot;
    change.side = side;
    change.newPrice = price;
    change.newSize = size;
    change.lostPriority = true;
  }

  /** Notes an order in `change` as it stands, before something is done to it. */
  private describe(kind: typeof Change.Cancel | typeof Change.Modify, slot: number): void {
    const { change } = this;
    const { orders } = this.resting;
    change.kind = kind;
    change.side = change.oldSide = this.orderSide(slot);
    change.oldPrice = change.newPrice = this.orderPrice(slot);
    change.oldSize = orders.size[slot];
    change.enteredAt = orders.enteredAt[slot];
    change.pricedAt = orders.pricedAt[slot];
  }

  private endEvent(batch: MboBatch, i: number, at: number): void {
    const { quality } = this;
    let now = at;
    if ((batch.flags[i] & Flag.Snapshot) !== 0) {
      // Snapshot records carry the ts_event of the order's last move, which may be weeks old.
      now = this.origin.offset(batch.tsRecvWords, i);
      if (this.phase === Phase.Snapshot) this.endSnapshot();
    }
    if (this.spread === Spread.Crossed) quality.crossedNs += Math.max(0, now - this.eventAt);
    this.eventAt = now;
    const bid = this.bestPrice(BID);
    const ask = this.bestPrice(ASK);
    this.spread = bid > ask ? Spread.Crossed : bid === ask ? Spread.Locked : Spread.Open;
    if (this.spread === Spread.Open) return;
    if (this.spread === Spread.Locked) quality.locked++;
    else {
      quality.crossed++;
      if (Number.isNaN(quality.firstCrossedAt)) quality.firstCrossedAt = now;
      quality.lastCrossedAt = now;
    }
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

  private refuse(fault: FaultKind): void {
    const { quality } = this;
    this.change.fault = fault;
    if (fault === Fault.NoPrice) quality.refusedNoPrice++;
    else if (fault === Fault.PriceOutOfRange) quality.refusedPriceOutOfRange++;
    else if (fault === Fault.UnknownSide) quality.refusedSide++;
    else if (fault === Fault.UnknownAction) quality.refusedAction++;
    else quality.refusedSize++;
  }
}
