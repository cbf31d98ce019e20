/**
 * Who does what next: the order flow of continuous trading, one decision at a time.
 *
 * Quotes follow the latent price with some slack. Where it has gone beyond a best price, that price is traded or cancelled
 * away; the spread this leaves is closed by whichever side the latent price is nearer to. All else is noise around it, in the
 * measured mix. Near a level the signal of the approach bends the mix.
 */
import type { Approach } from './approaches';
import {
  ADD_DISTANCE,
  ADD_SIZE,
  AGGRESSOR_SIZE,
  EVENT_GAP,
  FAR,
  FAR_DISTANCE,
  PARKED_SHARE,
  PARKED_SIZE,
  REPRICED_BY,
  REPRICED_FROM,
} from '../calibration';
import { OrderKind, type Exchange } from '../exchange/exchange';
import { defenceOf } from './levelDefence';
import { ASK, BID, NONE, type BookSide } from '../exchange/matchingBook';
import { OrderEntry, Patience } from '../exchange/orderEntry';
import { ParkedOrders } from '../exchange/parkedOrders';
import type { Random } from '../random/random';

/** Of the decisions that are not forced by the price: adds, changes, and the rest marketable orders. */
const ADD_SHARE = 0.585;
const MODIFY_SHARE = 0.335;
/** Of changes: sizes lowered; orders brought from or to their parking place. */
const SHRINK_SHARE = 0.1;
const PARK_SHARE = 0.46;
/** Of marketable orders: resting ones amended through the market; stops placed with them, within how many ticks. */
const AMEND_THROUGH_SHARE = 0.045;
const STOP_SHARE = 0.055;
const STOP_DISTANCE = 24;
/** Of those that would take all there is at the best price without the price calling for it: how many do. */
const UNCALLED_SHARE = 0.6;
/** Of new orders at the best price: icebergs, with how many times what they show; and those in place of another. */
const ICEBERG_SHARE = 0.005;
const ICEBERG_PARTS = { least: 4, most: 24 };
const REPLACE_SHARE = 0.0006;
/** Chance per decision that a spread of two ticks is closed, and a wider one. */
const CLOSE_SPREAD = 0.13;
const CLOSE_WIDE_SPREAD = 0.7;
/** Of spreads closed: by an order that is moved there. */
const NARROW_BY_MOVE = 0.08;
/** A best price that is overdue goes per decision with this chance, plus one per tick. */
const PUSH_CHANCE = 0.35;
/** Of the ways it goes: short queues are cancelled, orders move back, remainders rest, long queues are taken in parts. */
const SHORT_QUEUE = 3;
const CANCEL_SHARE = 0.3;
const RETREAT_SHARE = 0.2;
const REMAINDER_SHARE = 0.14;
const LONG_QUEUE_LOTS = 12;
const PART_SHARE = 0.5;
const MAX_SWEEP = 8;
/** How quotes and aggressors lean with the price, per tick of it off the middle, and at most. */
const QUOTE_LEAN = { slope: 0.12, most: 0.25, toThinSide: 0.08 };
const AGGRESSOR_LEAN = { slope: 0.2, most: 0.3 };
/** Chance that a repriced order comes nearer, by whether the price threatens it, is calm, or leaves it behind. */
const NEARER = { threatened: 0.5, calm: 0.76, behind: 0.9 };
const THREAT = 0.4;
/** Share of decisions that are about the level approached, and lots its walls have more than other orders, at most. */
const DEFENCE_SHARE = 0.3;
const WALL_LOTS = 8;
/** Decisions in a row that follow fast on each other: after the price has moved, and at the opening. */
const BURST = 24;
const LEAST_GAP = 200;
const OPENING_BURST = 96;
const BURST_SHARE = 0.7;

const clamp = (value: number, most: number) => Math.min(Math.max(value, -most), most);
const chanceNearer = (threat: number) =>
  threat > THREAT ? NEARER.threatened : threat < -THREAT ? NEARER.behind : NEARER.calm;
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
  readonly orders: OrderEntry;
  /** When the next decision is made. */
  nextAt = Infinity;

  private readonly parked: ParkedOrders;
  private burst = 0;

  constructor(
    private readonly exchange: Exchange,
    private readonly conditions: Conditions,
    private readonly random: Random,
  ) {
    this.orders = new OrderEntry(exchange, random);
    this.parked = new ParkedOrders(exchange, random);
  }

  /** Starts a day; its orders are new. */
  open(t: number): void {
    this.orders.cancels.clear();
    this.parked.clear();
    this.burst = OPENING_BURST;
    this.nextAt = t;
  }

  /** Makes the decision due now, and appoints the next. */
  decide(t: number): void {
    const { pace } = this.conditions;
    this.orders.setPace(pace);
    this.act(t);
    let gap: number;
    if (this.burst > 0) {
      this.burst--;
      gap = EVENT_GAP.drawLow(this.random, BURST_SHARE);
    } else gap = EVENT_GAP.draw(this.random);
    this.nextAt = t + Math.max(LEAST_GAP, Math.floor((gap * 1e9) / (EVENT_GAP.mean * pace)));
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
    if (beyond > 0 && random.chance(PUSH_CHANCE + beyond)) {
      this.push(t, latent > ask ? BID : ASK);
      return;
    }
    if (approach !== null && random.chance(DEFENCE_SHARE) && this.defend(t, approach)) return;
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
    if (this.random.chance(NARROW_BY_MOVE)) {
      const slot = this.orders.pick(side, this.random.between(0, 2));
      if (slot !== NONE && this.exchange.book.levelOrders(side, this.exchange.book.price[slot]) > 1) {
        this.exchange.reprice(t, slot, price, this.exchange.book.size[slot]);
        return;
      }
    }
    this.orders.enter(t, side, price, ADD_SIZE.draw(this.random), Patience.Market);
  }

  /** The price has gone beyond what the other side still quotes: it is traded or taken away. */
  private push(t: number, side: BookSide): void {
    const { random, exchange } = this;
    const { book } = exchange;
    const { latent, slack } = this.conditions;
    const other = opposite(side);
    const best = book.bestPrice(other);
    const queue = book.levelOrders(other, best);
    if (queue <= SHORT_QUEUE && random.chance(CANCEL_SHARE)) {
      exchange.cancel(t, book.first(other, best));
      return;
    }
    if (random.chance(RETREAT_SHARE)) {
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
    if (ticks === 0 && lots > LONG_QUEUE_LOTS && random.chance(PART_SHARE)) {
      exchange.aggress(t, side, limit, Math.ceil(lots * (0.2 + 0.6 * random.unit())), false);
      return;
    }
    if (random.chance(REMAINDER_SHARE)) {
      const slot = exchange.aggress(t, side, limit, lots + ADD_SIZE.draw(random), true);
      if (slot !== NONE) this.orders.appointCancel(t, slot, Patience.Market);
      return;
    }
    exchange.aggress(t, side, limit, lots, false);
  }

  /** Does what the signal of an approach asks for around its level. @returns whether anything was to be done */
  private defend(t: number, approach: Approach): boolean {
    const { random } = this;
    const defence = defenceOf(this.exchange.book, approach, random);
    if (defence === null) return false;
    if (defence.kind === 'pull') this.exchange.cancel(t, defence.slot);
    else {
      const { kind, side, price } = defence;
      const building = kind === 'build';
      const lots = ADD_SIZE.draw(random) + (building ? random.below(WALL_LOTS) : 0);
      this.orders.enter(t, side, price, lots, building ? Patience.Far : Patience.Near);
    }
    return true;
  }

  private add(t: number): void {
    const { random, exchange } = this;
    const { book } = exchange;
    const { latent } = this.conditions;
    const bid = book.bestPrice(BID);
    const ask = book.bestPrice(ASK);
    // Quotes lean with the price, and go where few are.
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
    const best = side === BID ? bid : ask;
    const price = side === BID ? best - distance : best + distance;
    const lots = ADD_SIZE.draw(random);
    if (distance === 0 && random.chance(REPLACE_SHARE)) {
      const slot = this.orders.pick(side, 1);
      if (slot !== NONE) {
        const added = exchange.replace(t, slot, price);
        this.orders.appointCancel(t, added, Patience.Market);
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
    const threat =
      (this.conditions.latent - (book.bestPrice(BID) + book.bestPrice(ASK)) / 2) * (side === ASK ? 1 : -1);
    const nearer = behind >= by && random.chance(chanceNearer(threat));
    const step = nearer ? by : -by;
    // The last order at the best price stays: moving it would move the market.
    if (behind === 0 && book.levelOrders(side, best) === 1 && threat < THREAT) {
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
    // What the price does not call for seldom takes all there is.
    const lots = wanted < available || random.chance(UNCALLED_SHARE) ? wanted : available - 1;
    if (lots === 0) {
      this.add(t);
      return;
    }
    exchange.aggress(t, side, best, lots, false);
  }
}
