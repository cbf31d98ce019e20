/**
 * The exchange: what an order does to the book, and the event that reports it. Every method writes one whole event; a book
 * rebuilt from the events is this book.
 *
 * Patterns are those of CME's feed. A match prints T (the aggressor) and F (each resting order) price by price, then what
 * becomes of the orders (`matching.ts`) and A for a remainder that rests. A resting order amended to a marketable price is an
 * aggressor with an F of its own.
 */
import { SpymasterError } from '../../errors';
import { Action, Side } from '../../records/mbo';
import { auctionOf } from './auction';
import { ID_STEP, MATCH_DELAY } from '../calibration';
import type { EventWriter } from '../files/eventWriter';
import { letterOf, Matching, opposite } from './matching';
import { ASK, BID, MatchingBook, NONE, type BookSide } from './matchingBook';
import type { Random } from '../../random/random';
import { StopOrders } from './stopOrders';

/** What kinds of order rest in the book. */
export const OrderKind = { Day: 0, GoodTillCancelled: 1, Parked: 2 } as const;

/** Ids are given out in order, but orders may arrive a little out of it: only an id this far below the highest marks a stop. */
const STOP_ID_AGE = 200;
/** Stops one event may trigger. */
const MAX_TRIGGERED = 24;
/** Worst price of a stop, ticks beyond the best. */
const STOP_PROTECTION = 12;
const MAX_ID = 0xffff_ffff;

/** Called at every trade print. @param price ticks @param side of the aggressor; null at an auction */
type TradeListener = (t: number, price: number, lots: number, side: BookSide | null) => void;

export class Exchange {
  readonly stops = new StopOrders();
  onTrade: TradeListener = () => undefined;

  private readonly matching: Matching;

  constructor(
    readonly book: MatchingBook,
    readonly writer: EventWriter,
    private readonly random: Random,
    /** Highest id given out, as an offset. */
    public highestId: number,
  ) {
    this.matching = new Matching(book, writer, random);
  }

  /** The next order id; ids left out are those of other products and of stops. */
  nextId(): number {
    this.highestId += ID_STEP.draw(this.random);
    if (this.highestId > MAX_ID)
      throw new SpymasterError('BadArgument', 'The simulation ran out of order ids; simulate fewer days.');
    return this.highestId;
  }

  /** Adds a resting order. @returns its slot */
  add(t: number, side: BookSide, price: number, lots: number, kind: number): number {
    this.writer.begin(t);
    const slot = this.enter(t, side, price, lots, this.nextId(), kind);
    this.writer.end();
    return slot;
  }

  private enter(t: number, side: BookSide, price: number, lots: number, id: number, kind: number): number {
    const slot = this.book.add(side, price, lots, id, kind);
    this.place(slot, t);
    this.writer.row(Action.Add, letterOf(side), id, price, lots);
    return slot;
  }

  cancel(t: number, slot: number): void {
    this.writer.begin(t);
    this.cancelRow(slot);
    this.writer.end();
  }

  private cancelRow(slot: number): void {
    const { book } = this;
    const side = letterOf(book.side[slot] as BookSide);
    this.writer.row(Action.Cancel, side, book.id[slot], book.price[slot], book.size[slot]);
    book.remove(slot);
  }

  /** Cancels many orders in one event. */
  cancelAll(t: number, slots: Int32Array): void {
    if (slots.length === 0) return;
    this.writer.begin(t);
    for (const slot of slots) this.cancelRow(slot);
    this.writer.end();
  }

  /** Replaces an order within one event: C of the old one and A of the new one, in either order. @returns the new one's slot */
  replace(t: number, slot: number, price: number): number {
    const { book } = this;
    const side = book.side[slot] as BookSide;
    const lots = book.size[slot];
    const kind = book.kind[slot];
    const addFirst = this.random.chance(0.45);
    this.writer.begin(t);
    if (!addFirst) this.cancelRow(slot);
    const added = this.enter(t, side, price, lots, this.nextId(), kind);
    if (addFirst) this.cancelRow(slot);
    this.writer.end();
    return added;
  }

  /** Changes an order's price, to one that does not meet the other side, and its size. */
  reprice(t: number, slot: number, price: number, lots: number): void {
    const { book } = this;
    this.writer.begin(t);
    book.move(slot, price, lots);
    this.place(slot, t);
    this.writer.row(Action.Modify, letterOf(book.side[slot] as BookSide), book.id[slot], price, lots);
    this.writer.end();
  }

  /** Lowers an order's size; it keeps its place in the queue. */
  shrink(t: number, slot: number, by: number): void {
    const { book } = this;
    this.writer.begin(t);
    book.reduce(slot, by);
    const side = letterOf(book.side[slot] as BookSide);
    this.writer.row(Action.Modify, side, book.id[slot], book.price[slot], book.size[slot]);
    this.writer.end();
  }

  /**
   * A new order that trades at once.
   * @param limit its worst price, ticks
   * @param rests whether lots left over rest at the limit; otherwise they lapse
   * @returns the slot of the remainder, or -1
   */
  aggress(t: number, side: BookSide, limit: number, lots: number, rests: boolean): number {
    const id = this.nextId();
    this.writer.begin(t, MATCH_DELAY);
    const left = this.take(t, side, id, limit, lots);
    this.triggerStops(t, side);
    this.writer.packet();
    let slot = NONE;
    // Triggered stops may have moved the book so that the remainder would cross it; then it lapses.
    const remainder = rests && left > 0 && !this.book.crosses(side, limit);
    const first = remainder && this.random.chance(0.5);
    if (first) slot = this.enter(t, side, limit, left, id, OrderKind.Day);
    this.settle(t);
    if (remainder && !first) slot = this.enter(t, side, limit, left, id, OrderKind.Day);
    this.writer.end();
    return slot;
  }

  /**
   * A resting order amended to a price at which it trades in full.
   * @param slot an order displaying no more lots than the other side's best price
   */
  amendThrough(t: number, slot: number): void {
    const { book, writer } = this;
    const side = book.side[slot] as BookSide;
    const price = book.bestPrice(opposite(side));
    const id = book.id[slot];
    const lots = book.size[slot];
    const own = book.price[slot];
    writer.begin(t, MATCH_DELAY);
    this.matching.match(side, price, lots);
    this.onTrade(t, price, lots, side);
    writer.row(Action.Trade, letterOf(side), id, price, lots);
    const ownFirst = this.random.chance(0.4);
    if (ownFirst) writer.row(Action.Fill, letterOf(side), id, price, lots);
    this.matching.printFills(price);
    if (!ownFirst) writer.row(Action.Fill, letterOf(side), id, price, lots);
    writer.packet();
    this.settle(t);
    // The row that takes the order away still shows the price it rested at.
    writer.row(Action.Cancel, letterOf(side), id, own, lots);
    book.remove(slot);
    writer.end();
  }

  /** The opening auction: what crosses trades at one price. Prints nothing if nothing crosses. */
  uncross(t: number): void {
    const { book, writer } = this;
    const auction = auctionOf(book);
    if (auction === null) return;
    const { price, volume, fills } = auction;
    writer.begin(t, MATCH_DELAY);
    writer.row(Action.Trade, Side.None, NaN, price, volume);
    this.onTrade(t, price, volume, null);
    for (const { slot, lots } of fills) writer.row(Action.Fill, Side.None, book.id[slot], price, lots);
    writer.packet();
    for (const side of [BID, ASK] as const)
      for (const { slot, lots } of fills) {
        if (book.side[slot] !== side) continue;
        if (lots === book.size[slot]) {
          this.cancelRow(slot);
          continue;
        }
        book.reduce(slot, lots);
        writer.row(Action.Modify, letterOf(side), book.id[slot], book.price[slot], book.size[slot]);
      }
    writer.end(true);
  }

  /** Trades price by price, printing as it goes. @returns lots left over */
  private take(t: number, side: BookSide, id: number, limit: number, lots: number): number {
    const { book, writer } = this;
    const other = opposite(side);
    let left = lots;
    while (left > 0) {
      const price = book.bestPrice(other);
      if (side === BID ? price > limit || price >= book.ticks : price < limit || price <= 0) break;
      const before = left;
      left = this.matching.match(side, price, left);
      writer.row(Action.Trade, letterOf(side), id, price, before - left);
      this.matching.printFills(price);
      this.onTrade(t, price, before - left, side);
    }
    return left;
  }

  /** Stops that the prints of this event trigger trade in the same event, each in a packet of its own. */
  private triggerStops(t: number, side: BookSide): void {
    const other = opposite(side);
    let executed = 0;
    for (;;) {
      const reached = this.stops.trigger(side, this.matching.lastPrice);
      if (reached.length === 0) return;
      for (const stop of reached) {
        if (this.highestId - stop.id <= STOP_ID_AGE || executed >= MAX_TRIGGERED) continue;
        executed++;
        const best = this.book.bestPrice(other);
        const limit = side === BID ? best + STOP_PROTECTION : best - STOP_PROTECTION;
        this.writer.packet();
        this.take(t, side, stop.id, limit, stop.lots);
      }
    }
  }

  private settle(t: number): void {
    this.matching.settle((slot) => this.place(slot, t));
  }

  /** Notes when, and in which packet, an order took its place in its queue. */
  private place(slot: number, t: number): void {
    this.book.pricedAt[slot] = t;
    this.book.pricedIn[slot] = this.writer.sequence;
  }
}
