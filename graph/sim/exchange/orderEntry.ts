/** Entry of orders, their lifetimes, and the choice of a resting order to change. */
import { power } from '../../random/arithmetic';
import { LIFETIME, MEASURED_EVENTS_PER_SECOND } from '../calibration';
import { CancelQueue } from './cancelQueue';
import { OrderKind, type Exchange } from './exchange';
import { BID, NONE, type BookSide } from './matchingBook';
import type { Random } from '../../random/random';

/** Share of events that are decisions; the rest are cancels that fall due. */
export const DECISION_SHARE = 0.73;
/** Lifetimes shrink with the pace of the market, but less than in proportion: a busy book is a deeper one. */
const PACE_EXPONENT = -0.6;
const LEAST_LIFE = 2000;
/** Prices looked at for an order, and how far back in a queue. */
const PRICES_TRIED = 4;
const PLACES_BACK = 4;

/** Lifetime by where an order is placed: at the market, near it, far from it, and parked. */
export const Patience = { Market: 0, Near: 1, Far: 2, Parked: 3 } as const;
export type Patience = (typeof Patience)[keyof typeof Patience];
/** Factors on lifetimes. */
const PATIENCE = [0.7, 3, 20, 60];

export class OrderEntry {
  readonly cancels = new CancelQueue();
  private lifetimeScale = 1;
  private pace = 0;

  constructor(
    private readonly exchange: Exchange,
    private readonly random: Random,
  ) {}

  /** @param pace decisions a second */
  setPace(pace: number): void {
    if (pace === this.pace) return;
    this.pace = pace;
    this.lifetimeScale = power(pace / (DECISION_SHARE * MEASURED_EVENTS_PER_SECOND), PACE_EXPONENT);
  }

  /** Adds an order and schedules its cancel. @returns -1 where it would not rest at the price */
  enter(
    t: number,
    side: BookSide,
    price: number,
    lots: number,
    patience: Patience,
    kind: number = OrderKind.Day,
  ): number {
    const { book } = this.exchange;
    if (price <= 0 || price >= book.ticks || book.crosses(side, price)) return NONE;
    const slot = this.exchange.add(t, side, price, lots, kind);
    this.scheduleCancel(t, slot, patience);
    return slot;
  }

  /** Schedules the cancel of an order that was entered otherwise. */
  scheduleCancel(t: number, slot: number, patience: Patience): void {
    const life = LIFETIME.draw(this.random) * PATIENCE[patience] * this.lifetimeScale;
    this.cancels.push(t + Math.max(LEAST_LIFE, Math.floor(life)), slot, this.exchange.book.id[slot]);
  }

  /** Carries out the cancel due now. */
  cancelDue(t: number): void {
    const { slot, id } = this.cancels;
    const { book } = this.exchange;
    this.cancels.pop();
    if (book.size[slot] > 0 && book.id[slot] === id) this.exchange.cancel(t, slot);
  }

  /** An order about `distance` ticks behind the best price with more than `above` lots; -1 if there is none. */
  pick(side: BookSide, distance: number, above = 0): number {
    const { book } = this.exchange;
    const away = side === BID ? -1 : 1;
    let price = book.bestPrice(side) + distance * away;
    for (let tries = 0; tries < PRICES_TRIED; tries++, price += away) {
      if (price <= 0 || price >= book.ticks) return NONE;
      let slot = book.last(side, price);
      for (let back = this.random.below(PLACES_BACK); slot !== NONE && back > 0; back--) {
        const previous = book.previous[slot];
        if (previous === NONE) break;
        slot = previous;
      }
      if (slot !== NONE && book.size[slot] > above && book.hidden[slot] === 0) return slot;
    }
    return NONE;
  }
}
