/** Orders parked 100 points away that are brought to the market with a few lots, and taken back. */
import { PARKED_DISTANCE, PARKED_SIZE, UNPARKED_TO } from '../calibration';
import type { Exchange } from './exchange';
import { BID, NONE, type BookSide } from './matchingBook';
import type { Random } from '../../random/random';

const SPREAD_OF_PLACES = 8;
const MOST_LOTS_AT_MARKET = 7;

/** Slots and ids in turn; entries whose order is gone are skipped. */
type OrderList = number[];

export class ParkedOrders {
  private parked: [OrderList, OrderList] = [[], []];
  private atMarket: [OrderList, OrderList] = [[], []];

  constructor(
    private readonly exchange: Exchange,
    private readonly random: Random,
  ) {}

  /** A new day has none. */
  clear(): void {
    this.parked = [[], []];
    this.atMarket = [[], []];
  }

  /** Registers an order entered at its parking place. */
  add(slot: number): void {
    const { book } = this.exchange;
    this.parked[book.side[slot]].push(slot, book.id[slot]);
  }

  /** A price to park at. */
  place(side: BookSide): number {
    const { book } = this.exchange;
    const distance = PARKED_DISTANCE + this.random.between(-SPREAD_OF_PLACES, SPREAD_OF_PLACES);
    const best = book.bestPrice(side);
    return side === BID ? Math.max(1, best - distance) : Math.min(book.ticks - 1, best + distance);
  }

  /** Brings an order to the market, or takes one back. @returns false if there is none */
  move(t: number, side: BookSide): boolean {
    const { random, exchange } = this;
    const { book } = exchange;
    const out = random.chance(0.5);
    const slot = this.take(out ? this.parked[side] : this.atMarket[side]);
    if (slot === NONE) return false;
    const distance = UNPARKED_TO.draw(random);
    const near = book.bestPrice(side) + (side === BID ? -distance : distance);
    const lots = out ? random.between(1, MOST_LOTS_AT_MARKET) : PARKED_SIZE;
    exchange.reprice(t, slot, out ? near : this.place(side), lots);
    (out ? this.atMarket : this.parked)[side].push(slot, book.id[slot]);
    return true;
  }

  /** Takes a random order out of a list; -1 if all in it are gone. */
  private take(list: OrderList): number {
    const { book } = this.exchange;
    while (list.length > 0) {
      const k = 2 * this.random.below(list.length / 2);
      const [slot, id] = [list[k], list[k + 1]];
      const lastId = list.pop()!;
      const lastSlot = list.pop()!;
      if (k < list.length) [list[k], list[k + 1]] = [lastSlot, lastId];
      if (book.size[slot] > 0 && book.id[slot] === id) return slot;
    }
    return NONE;
  }
}
