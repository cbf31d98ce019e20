/**
 * The order flow that the price does not force: new orders, changes and marketable orders in the measured mix, leaning with the
 * latent price.
 */
import {
  ADD_DISTANCE,
  ADD_SIZE,
  AGGRESSOR_SIZE,
  FAR,
  FAR_DISTANCE,
  PARKED_SHARE,
  PARKED_SIZE,
  REPRICED_BY,
  REPRICED_FROM,
} from '../calibration';
import { OrderKind, type Exchange } from '../exchange/exchange';
import { opposite } from '../exchange/matching';
import { ASK, BID, NONE, type BookSide } from '../exchange/matchingBook';
import { Patience, type OrderEntry } from '../exchange/orderEntry';
import { ParkedOrders } from '../exchange/parkedOrders';
import type { Random } from '../../random/random';
import type { Conditions } from './conditions';

/** Of the decisions: adds, changes, and the rest marketable orders. */
const ADD_SHARE = 0.585;
const MODIFY_SHARE = 0.335;
/** Of changes: sizes lowered; orders brought from or to their parking place. */
const SHRINK_SHARE = 0.1;
const PARK_SHARE = 0.46;
/** Of marketable orders: resting ones amended through the market; stops placed with them, within how many ticks. */
const AMEND_THROUGH_SHARE = 0.045;
const STOP_SHARE = 0.075;
const STOP_DISTANCE = 24;
/** Of those that would take all there is at the best price, though the latent price does not force it: how many do. */
const SWEEP_SHARE = 0.6;
/** Of new orders at the best price: icebergs, with how many times what they show; and those in place of another. */
const ICEBERG_SHARE = 0.008;
const ICEBERG_PARTS = { least: 4, most: 24 };
const REPLACE_SHARE = 0.0006;
/**
 * Prices behind the best one at which participants keep orders: of new orders at the best price so many go to the first of these that is
 * empty. In the measured hour hardly any is. In a market of 60,000 events a session three to four in ten would be, with this it is two to
 * three: sweeps leap over the others, and a level is touched from beyond it instead of from two ticks before.
 */
const LADDER = { prices: 5, filled: 0.7 };
/** Shift of the share of buyers per tick of the latent price off the middle, and at most: of quotes, and of aggressors. */
const QUOTE_LEAN = { slope: 0.12, most: 0.25, toThinSide: 0.08 };
const AGGRESSOR_LEAN = { slope: 0.2, most: 0.3 };
/** Chance that a repriced order comes nearer: where the latent price moves against it, is calm, or moves away from it. */
const NEARER = { against: 0.5, calm: 0.76, away: 0.9 };
/** Ticks off the middle at which it counts as moving against a side. */
const PRESSURE = 0.4;

const clamp = (value: number, most: number) => Math.min(Math.max(value, -most), most);
const chanceNearer = (against: number) =>
  against > PRESSURE ? NEARER.against : against < -PRESSURE ? NEARER.away : NEARER.calm;

export class NoiseFlow {
  private readonly parked: ParkedOrders;

  constructor(
    private readonly exchange: Exchange,
    private readonly orders: OrderEntry,
    private readonly conditions: Conditions,
    private readonly random: Random,
  ) {
    this.parked = new ParkedOrders(exchange, random);
  }

  /** Starts a day; its orders are new. */
  open(): void {
    this.parked.clear();
  }

  /** Makes one decision. */
  act(t: number): void {
    const { approach } = this.conditions;
    const trades = approach === null ? 1 : approach.signal.trades;
    const u = this.random.unit() * (ADD_SHARE + MODIFY_SHARE + (1 - ADD_SHARE - MODIFY_SHARE) * trades);
    if (u < ADD_SHARE) this.add(t);
    else if (u < ADD_SHARE + MODIFY_SHARE) this.modify(t);
    else this.trade(t);
  }

  private add(t: number): void {
    const { random, exchange } = this;
    const { book } = exchange;
    const { latent } = this.conditions;
    const bid = book.bestPrice(BID);
    const ask = book.bestPrice(ASK);
    // Quotes lean with the price, and toward the thinner side.
    const { slope, most, toThinSide } = QUOTE_LEAN;
    const lean = clamp((latent - (bid + ask) / 2) * slope, most);
    const thin = book.levelOrders(BID, bid) < book.levelOrders(ASK, ask) ? toThinSide : -toThinSide;
    const side = random.chance(0.5 + lean + thin) ? BID : ASK;
    if (random.chance(PARKED_SHARE)) {
      const place = this.parked.place(side);
      const slot = this.orders.enter(t, side, place, PARKED_SIZE, Patience.Parked, OrderKind.Parked);
      if (slot !== NONE) this.parked.add(slot);
      return;
    }
    let distance = ADD_DISTANCE.draw(random);
    if (distance === FAR) distance = Math.floor(FAR_DISTANCE.draw(random));
    if (distance === 0 && random.chance(LADDER.filled)) distance = this.emptyBehind(side);
    const best = side === BID ? bid : ask;
    const price = side === BID ? best - distance : best + distance;
    const lots = ADD_SIZE.draw(random);
    if (distance === 0 && random.chance(REPLACE_SHARE)) {
      const slot = this.orders.pick(side, 1);
      if (slot !== NONE) {
        const added = exchange.replace(t, slot, price);
        this.orders.scheduleCancel(t, added, Patience.Market);
        return;
      }
    }
    const patience = distance === 0 ? Patience.Market : distance < 4 ? Patience.Near : Patience.Far;
    const slot = this.orders.enter(t, side, price, lots, patience);
    if (slot !== NONE && distance === 0 && random.chance(ICEBERG_SHARE)) {
      book.peak[slot] = lots + 1;
      book.hidden[slot] = (lots + 1) * random.between(ICEBERG_PARTS.least, ICEBERG_PARTS.most);
    }
  }

  /** How far behind the best price the first empty price of the ladder is, ticks; 0 if none is. */
  private emptyBehind(side: BookSide): number {
    const { book } = this.exchange;
    const best = book.bestPrice(side);
    for (let k = 1; k <= LADDER.prices; k++)
      if (book.levelOrders(side, side === BID ? best - k : best + k) === 0) return k;
    return 0;
  }

  private modify(t: number): void {
    const { random, exchange } = this;
    const { book } = exchange;
    const side = random.chance(0.5) ? BID : ASK;
    const u = random.unit();
    if (u < SHRINK_SHARE) {
      const slot = this.orders.pick(side, random.between(0, 6), 1);
      if (slot !== NONE) {
        exchange.shrink(t, slot, random.between(1, book.size[slot] - 1));
        return;
      }
    }
    if (u < SHRINK_SHARE + PARK_SHARE && this.parked.move(t, side)) return;
    this.reprice(t, side);
  }

  private reprice(t: number, side: BookSide): void {
    const { random, exchange } = this;
    const { book } = exchange;
    const slot = this.orders.pick(side, REPRICED_FROM.draw(random));
    if (slot === NONE) {
      this.add(t);
      return;
    }
    const best = book.bestPrice(side);
    const from = book.price[slot];
    const behind = side === BID ? best - from : from - best;
    const by = REPRICED_BY.draw(random);
    const against =
      (this.conditions.latent - (book.bestPrice(BID) + book.bestPrice(ASK)) / 2) * (side === ASK ? 1 : -1);
    const nearer = behind >= by && random.chance(chanceNearer(against));
    const step = nearer ? by : -by;
    // The last order at the best price stays: moving it would move the market.
    if (behind === 0 && book.levelOrders(side, best) === 1 && against < PRESSURE) {
      this.add(t);
      return;
    }
    const price = side === BID ? from + step : from - step;
    if (price <= 0 || price >= book.ticks) return;
    exchange.reprice(t, slot, price, book.size[slot]);
  }

  /** A marketable order, and now and then a stop order, which the feed does not show. */
  private trade(t: number): void {
    const { random, exchange } = this;
    const { book } = exchange;
    const { latent, approach } = this.conditions;
    const bid = book.bestPrice(BID);
    const ask = book.bestPrice(ASK);
    if (random.chance(STOP_SHARE)) {
      const side = random.chance(0.5) ? BID : ASK;
      const distance = random.between(1, STOP_DISTANCE);
      const price = side === BID ? ask + distance : bid - distance;
      exchange.stops.place(side, price, exchange.nextId(), 1 + random.below(3));
    }
    let buys = 0.5 + clamp((latent - (bid + ask) / 2) * AGGRESSOR_LEAN.slope, AGGRESSOR_LEAN.most);
    if (approach !== null) {
      const along = approach.signal.along - 0.5;
      buys += approach.defender === ASK ? along : -along;
    }
    const side = random.chance(buys) ? BID : ASK;
    const other = opposite(side);
    const best = book.bestPrice(other);
    const available = book.levelLots(other, best);
    if (random.chance(AMEND_THROUGH_SHARE)) {
      const slot = this.orders.pick(side, random.between(0, 5));
      if (slot !== NONE && book.size[slot] <= available && book.hidden[slot] === 0) {
        exchange.amendThrough(t, slot);
        return;
      }
    }
    const wanted = AGGRESSOR_SIZE.draw(random);
    // An aggressor that the latent price does not force seldom takes all there is.
    const lots = wanted < available || random.chance(SWEEP_SHARE) ? wanted : available - 1;
    if (lots === 0) {
      this.add(t);
      return;
    }
    exchange.aggress(t, side, best, lots, false);
  }
}
