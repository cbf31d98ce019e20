/**
 * Who does what next: the order flow of continuous trading, one decision at a time.
 *
 * Quotes follow the latent price with some slack. Where it has gone beyond a best price, that price is traded or cancelled
 * away; the spread this leaves is closed by whichever side the latent price is nearer to. All else is noise around it, in the
 * measured mix. Near a level the signal of the approach bends the mix.
 */
import type { Approach } from './approaches';
import { power } from './arithmetic';
import {
  ADD_DISTANCE,
  ADD_SIZE,
  AGGRESSOR_SIZE,
  EVENT_GAP,
  FAR,
  FAR_DISTANCE,
  LIFETIME,
  MEASURED_EVENTS_PER_SECOND,
  PARKED_DISTANCE,
  PARKED_SHARE,
  PARKED_SIZE,
  REPRICED_BY,
  REPRICED_FROM,
  UNPARKED_TO,
} from './calibration';
import { CancelQueue } from './cancelQueue';
import { OrderKind, type Exchange } from './exchange';
import { ASK, BID, NONE, type BookSide } from './matchingBook';
import type { Random } from './random';

/** Of the decisions that are not forced by the price: adds, changes, and the rest marketable orders. */
const ADD_SHARE = 0.585;
const MODIFY_SHARE = 0.335;
/** Of changes: sizes lowered; orders brought from or to their parking place. */
const SHRINK_SHARE = 0.1;
const PARK_SHARE = 0.46;
/** Of marketable orders. */
/** Of those that would take all there is at the best price without the price calling for it, how many do. */
const UNCALLED_SHARE = 0.6;
const AMEND_THROUGH_SHARE = 0.045;
const STOP_SHARE = 0.055;
const STOP_DISTANCE = 24;
/** Of new orders at the best price. */
const ICEBERG_SHARE = 0.005;
const REPLACE_SHARE = 0.0006;
/** Chance per decision that a spread of two ticks is closed, and a wider one. */
const CLOSE_SPREAD = 0.13;
const CLOSE_WIDE_SPREAD = 0.7;
const MAX_SWEEP = 8;
/** How far around a level its defenders act, ticks. */
const ZONE = 4;
const ZONE_SHARE = 0.3;
/** Lifetimes shrink with the pace of the market, but less than in proportion: a busy book is a deeper one. */
const PACE_EXPONENT = -0.6;
const BURST = 24;

const opposite = (side: BookSide): BookSide => (side === BID ? ASK : BID);

/** The state of the world a decision is made in. */
export interface Conditions {
  /** Latent price, ticks. */
  latent: number;
  /** How far it may go beyond a best price, ticks. */
  slack: number;
  /** Decisions a second. */
  pace: number;
  approach: Approach | null;
}

export class OrderFlow {
  readonly cancels = new CancelQueue();
  /** When the next decision is made. */
  nextAt = Infinity;

  /** Parked orders at their place and at the market, by side; entries are stale once the order is gone. */
  private parked: [number[], number[]] = [[], []];
  private unparked: [number[], number[]] = [[], []];
  private burst = 0;
  private lifetimeScale = 1;
  private scaledFor = 0;

  constructor(
    private readonly exchange: Exchange,
    private readonly conditions: Conditions,
    private readonly random: Random,
  ) {}

  /** Starts a day; its orders are new. */
  open(t: number): void {
    this.cancels.clear();
    this.parked = [[], []];
    this.unparked = [[], []];
    this.burst = 4 * BURST;
    this.nextAt = t;
  }

  /** Makes the decision due now, and appoints the next. */
  decide(t: number): void {
    const { pace } = this.conditions;
    if (pace !== this.scaledFor) {
      this.scaledFor = pace;
      const relative = Math.min(Math.max(pace / (0.73 * MEASURED_EVENTS_PER_SECOND), 0.02), 1e4);
      this.lifetimeScale = power(relative, PACE_EXPONENT);
    }
    this.act(t);
    let gap: number;
    if (this.burst > 0) {
      this.burst--;
      gap = EVENT_GAP.drawLow(this.random, 0.7);
    } else gap = EVENT_GAP.draw(this.random);
    this.nextAt = t + Math.max(200, Math.floor((gap * 1e9) / (EVENT_GAP.mean * pace)));
  }

  /** Carries out the cancel due now. */
  cancelDue(t: number): void {
    const { slot, id } = this.cancels;
    this.cancels.pop();
    const { book } = this.exchange;
    if (book.size[slot] > 0 && book.id[slot] === id) this.exchange.cancel(t, slot);
  }

  private act(t: number): void {
    const { random, conditions } = this;
    const { book } = this.exchange;
    const { latent, slack, approach } = conditions;
    const bid = book.bestPrice(BID);
    const ask = book.bestPrice(ASK);
    const spread = ask - bid;
    if (spread > 1 && random.chance(spread === 2 ? CLOSE_SPREAD : CLOSE_WIDE_SPREAD)) {
      this.narrow(t, bid, ask);
      return;
    }
    const beyond =
      latent > ask + slack ? latent - ask - slack : latent < bid - slack ? bid - slack - latent : 0;
    if (beyond > 0 && random.chance(0.35 + beyond)) {
      this.push(t, latent > ask ? BID : ASK);
      return;
    }
    if (approach !== null && random.chance(ZONE_SHARE) && this.defend(t, approach)) return;
    const trades = approach === null ? 1 : approach.signal.trades;
    const u = random.unit() * (ADD_SHARE + MODIFY_SHARE + (1 - ADD_SHARE - MODIFY_SHARE) * trades);
    if (u < ADD_SHARE) this.add(t);
    else if (u < ADD_SHARE + MODIFY_SHARE) this.modify(t);
    else this.trade(t);
  }

  /** Someone bids higher or offers lower, within the spread. */
  private narrow(t: number, bid: number, ask: number): void {
    const { latent } = this.conditions;
    const side = latent - bid > ask - latent ? BID : ASK;
    const wanted = side === BID ? Math.floor(latent) : Math.ceil(latent);
    const price = Math.min(Math.max(wanted, bid + 1), ask - 1);
    if (this.random.chance(0.08)) {
      const slot = this.pick(side, this.random.between(0, 2));
      if (slot !== NONE && this.exchange.book.levelOrders(side, this.exchange.book.price[slot]) > 1) {
        this.exchange.reprice(t, slot, price, this.exchange.book.size[slot]);
        return;
      }
    }
    this.enter(t, side, price, ADD_SIZE.draw(this.random), 0);
  }

  /** The price has gone beyond what the other side still quotes: it is traded or taken away. */
  private push(t: number, side: BookSide): void {
    const { random, exchange } = this;
    const { book } = exchange;
    const { latent, slack } = this.conditions;
    const other = opposite(side);
    const best = book.bestPrice(other);
    const queue = book.levelOrders(other, best);
    if (queue <= 3 && random.chance(0.3)) {
      exchange.cancel(t, book.first(other, best));
      return;
    }
    if (random.chance(0.2)) {
      const slot = book.last(other, best);
      const price = other === BID ? best - random.between(1, 2) : best + random.between(1, 2);
      exchange.reprice(t, slot, price, book.size[slot]);
      return;
    }
    this.burst = BURST;
    const reach = side === BID ? Math.floor(latent - slack) - best : best - Math.ceil(latent + slack);
    const ticks = Math.min(Math.max(reach, 0), MAX_SWEEP);
    const limit = side === BID ? best + ticks : best - ticks;
    let lots = 0;
    for (let k = 0; k <= ticks; k++) lots += book.levelLots(other, side === BID ? best + k : best - k);
    if (ticks === 0 && lots > 12 && random.chance(0.5)) {
      exchange.aggress(t, side, limit, Math.ceil(lots * (0.2 + 0.6 * random.unit())), false);
      return;
    }
    if (random.chance(0.14)) {
      const slot = exchange.aggress(t, side, limit, lots + ADD_SIZE.draw(random), true);
      if (slot !== NONE) this.appointCancel(t, slot, 0);
      return;
    }
    exchange.aggress(t, side, limit, lots, false);
  }

  /** What the signal of an approach does to the book around its level. @returns whether anything was to be done */
  private defend(t: number, { price, defender, signal }: Approach): boolean {
    const { book } = this.exchange;
    const away = defender === ASK ? 1 : -1;
    const ordinary = this.ordinaryDepth(defender);
    let depth = 0;
    for (let k = -1; k <= ZONE; k++) depth += book.levelLots(defender, price + k * away);
    const levels = ZONE + 2;
    if (depth > signal.pull * ordinary * levels) {
      const from = this.random.between(-1, ZONE);
      for (let k = 0; k < levels; k++) {
        const slot = book.last(defender, price + (((from + 1 + k) % levels) - 1) * away);
        if (slot === NONE) continue;
        this.exchange.cancel(t, slot);
        return true;
      }
    }
    if (depth < signal.wall * ordinary * levels) {
      const at = price + this.random.between(0, ZONE - 1) * away;
      if (!book.crosses(defender, at)) {
        this.enter(t, defender, at, ADD_SIZE.draw(this.random) + this.random.below(8), 2);
        return true;
      }
    }
    if (signal.support > 0) {
      const side = opposite(defender);
      const best = book.bestPrice(side);
      let near = 0;
      for (let k = 0; k < ZONE; k++) near += book.levelLots(side, best - k * away);
      if (near < signal.support * ordinary * ZONE) {
        this.enter(t, side, best - this.random.below(ZONE) * away, ADD_SIZE.draw(this.random), 1);
        return true;
      }
    }
    return false;
  }

  /** Lots a level some way behind the best price has, on average over a few. */
  private ordinaryDepth(side: BookSide): number {
    const { book } = this.exchange;
    const away = side === ASK ? 1 : -1;
    const best = book.bestPrice(side);
    let lots = 0;
    for (let k = 24; k < 40; k++) lots += book.levelLots(side, best + k * away);
    return 4 + lots / 16;
  }

  private add(t: number): void {
    const { random, exchange } = this;
    const { book } = exchange;
    const { latent } = this.conditions;
    const bid = book.bestPrice(BID);
    const ask = book.bestPrice(ASK);
    // Quotes lean with the price, and go where few are.
    const lean = (latent - (bid + ask) / 2) * 0.12;
    const thin = book.levelOrders(BID, bid) < book.levelOrders(ASK, ask) ? 0.08 : -0.08;
    const side = random.chance(0.5 + Math.min(Math.max(lean, -0.25), 0.25) + thin) ? BID : ASK;
    if (random.chance(PARKED_SHARE)) {
      const slot = this.enter(t, side, this.parkingPrice(side), PARKED_SIZE, 3, OrderKind.Parked);
      if (slot !== NONE) this.parked[side].push(slot, book.id[slot]);
      return;
    }
    let distance = ADD_DISTANCE.draw(random);
    if (distance === FAR) distance = Math.floor(FAR_DISTANCE.draw(random));
    const best = side === BID ? bid : ask;
    const price = side === BID ? best - distance : best + distance;
    const lots = ADD_SIZE.draw(random);
    if (distance === 0 && random.chance(REPLACE_SHARE)) {
      const slot = this.pick(side, 1);
      if (slot !== NONE) {
        const added = exchange.replace(t, slot, price);
        this.appointCancel(t, added, 0);
        return;
      }
    }
    const slot = this.enter(t, side, price, lots, distance === 0 ? 0 : distance < 4 ? 1 : 2);
    if (slot !== NONE && distance === 0 && random.chance(ICEBERG_SHARE)) {
      book.peak[slot] = lots + 1;
      book.hidden[slot] = (lots + 1) * random.between(4, 24);
    }
  }

  /** Adds an order, if its price is one, and appoints its cancel. @param patience 0 at the market to 3 far from it */
  private enter(
    t: number,
    side: BookSide,
    price: number,
    lots: number,
    patience: number,
    kind: number = OrderKind.Day,
  ): number {
    const { book } = this.exchange;
    if (price <= 0 || price >= book.ticks || book.crosses(side, price)) return NONE;
    const slot = this.exchange.add(t, side, price, lots, kind);
    this.appointCancel(t, slot, patience);
    return slot;
  }

  /** Appoints the cancel of an order that was entered otherwise. */
  appointCancel(t: number, slot: number, patience: number): void {
    const life = LIFETIME.draw(this.random) * PATIENCE[patience] * this.lifetimeScale;
    this.cancels.push(t + Math.max(2000, Math.floor(life)), slot, this.exchange.book.id[slot]);
  }

  private modify(t: number): void {
    const { random, exchange } = this;
    const { book } = exchange;
    const side = random.chance(0.5) ? BID : ASK;
    const u = random.unit();
    if (u < SHRINK_SHARE) {
      const slot = this.pick(side, random.between(0, 6), 1);
      if (slot !== NONE) {
        exchange.shrink(t, slot, random.between(1, book.size[slot] - 1));
        return;
      }
    }
    if (u < SHRINK_SHARE + PARK_SHARE && this.park(t, side)) return;
    this.reprice(t, side);
  }

  /** Brings a parked order to the market, or takes one back. */
  private park(t: number, side: BookSide): boolean {
    const { random, exchange } = this;
    const { book } = exchange;
    const out = random.chance(0.5);
    const from = out ? this.parked[side] : this.unparked[side];
    const to = out ? this.unparked[side] : this.parked[side];
    const slot = takeOne(from, book, random);
    if (slot === NONE) return false;
    const best = book.bestPrice(side);
    const distance = UNPARKED_TO.draw(random);
    const price = out ? (side === BID ? best - distance : best + distance) : this.parkingPrice(side);
    exchange.reprice(t, slot, price, out ? random.between(1, 7) : PARKED_SIZE);
    to.push(slot, book.id[slot]);
    return true;
  }

  private parkingPrice(side: BookSide): number {
    const best = this.exchange.book.bestPrice(side);
    const distance = PARKED_DISTANCE + this.random.between(-8, 8);
    return side === BID
      ? Math.max(1, best - distance)
      : Math.min(this.exchange.book.ticks - 1, best + distance);
  }

  private reprice(t: number, side: BookSide): void {
    const { random, exchange } = this;
    const { book } = exchange;
    const slot = this.pick(side, REPRICED_FROM.draw(random));
    if (slot === NONE) {
      this.add(t);
      return;
    }
    const best = book.bestPrice(side);
    const from = book.price[slot];
    const behind = side === BID ? best - from : from - best;
    const by = REPRICED_BY.draw(random);
    const threat =
      (this.conditions.latent - (book.bestPrice(BID) + book.bestPrice(ASK)) / 2) * (side === ASK ? 1 : -1);
    const nearer = behind >= by && random.chance(threat > 0.4 ? 0.5 : threat < -0.4 ? 0.9 : 0.76);
    const step = nearer ? by : -by;
    // The last order at the best price stays: moving it would move the market.
    if (behind === 0 && book.levelOrders(side, best) === 1 && threat < 0.4) {
      this.add(t);
      return;
    }
    const price = side === BID ? from + step : from - step;
    if (price <= 0 || price >= book.ticks) return;
    exchange.reprice(t, slot, price, book.size[slot]);
  }

  /** A marketable order of the noise, or a stop placed out of sight. */
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
    let buys = 0.5 + Math.min(Math.max((latent - (bid + ask) / 2) * 0.2, -0.3), 0.3);
    if (approach !== null) {
      const along = approach.signal.along - 0.5;
      buys += approach.defender === ASK ? along : -along;
    }
    const side = random.chance(buys) ? BID : ASK;
    const other = opposite(side);
    const best = book.bestPrice(other);
    const available = book.levelLots(other, best);
    if (random.chance(AMEND_THROUGH_SHARE)) {
      const slot = this.pick(side, random.between(0, 5));
      if (slot !== NONE && book.size[slot] <= available && book.hidden[slot] === 0) {
        exchange.amendThrough(t, slot);
        return;
      }
    }
    const wanted = AGGRESSOR_SIZE.draw(random);
    // What the price does not call for seldom takes all there is.
    const lots = wanted < available || random.chance(UNCALLED_SHARE) ? wanted : available - 1;
    if (lots === 0) {
      this.add(t);
      return;
    }
    exchange.aggress(t, side, best, lots, false);
  }

  /** An order about `distance` ticks behind the best price with more than `above` lots; -1 if there is none near. */
  private pick(side: BookSide, distance: number, above = 0): number {
    const { book } = this.exchange;
    const away = side === BID ? -1 : 1;
    let price = book.bestPrice(side) + distance * away;
    for (let tries = 0; tries < 4; tries++, price += away) {
      if (price <= 0 || price >= book.ticks) return NONE;
      let slot = book.last(side, price);
      for (let back = this.random.below(4); slot !== NONE && back > 0; back--) {
        const previous = book.previous[slot];
        if (previous === NONE) break;
        slot = previous;
      }
      if (slot !== NONE && book.size[slot] > above && book.hidden[slot] === 0) return slot;
    }
    return NONE;
  }
}

/** Factors on lifetimes by patience. */
const PATIENCE = [0.7, 3, 20, 60];

/** Takes a random order out of a list of slots and ids, passing over those that are gone. */
function takeOne(list: number[], book: { id: Uint32Array; size: Int32Array }, random: Random): number {
  while (list.length > 0) {
    const k = 2 * random.below(list.length / 2);
    const slot = list[k];
    const id = list[k + 1];
    const lastId = list.pop()!;
    const lastSlot = list.pop()!;
    if (k < list.length) {
      list[k] = lastSlot;
      list[k + 1] = lastId;
    }
    if (book.size[slot] > 0 && book.id[slot] === id) return slot;
  }
  return NONE;
}
