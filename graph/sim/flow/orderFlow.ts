/**
 * The order flow of continuous trading, one decision at a time.
 *
 * Quotes follow the latent price with some slack. At the moment at which it goes beyond a best price, that price is traded or cancelled
 * away; the spread this leaves is closed, step by step, by the side the latent price is farther from. All else is noise around it, in
 * the measured mix (`noiseFlow.ts`). Near a level the signal of the approach changes the mix.
 */
import type { Approach } from './approaches';
import { ADD_SIZE, EVENT_GAP } from '../calibration';
import type { Exchange } from '../exchange/exchange';
import type { Conditions } from './conditions';
import { defenceOf } from './levelDefence';
import { opposite } from '../exchange/matching';
import { ASK, BID, NONE, type BookSide } from '../exchange/matchingBook';
import { OrderEntry, Patience } from '../exchange/orderEntry';
import type { Random } from '../../random/random';
import { NoiseFlow } from './noiseFlow';

/** Chance per decision that a spread of two ticks is closed, and a wider one. */
const CLOSE_SPREAD = 0.17;
const CLOSE_WIDE_SPREAD = 0.7;
/** Of spreads closed: by an order that is moved there. */
const NARROW_BY_MOVE = 0.08;
/** How it is removed: short queues are cancelled, orders move back, remainders rest, long queues are taken in parts. */
const SHORT_QUEUE = 3;
const CANCEL_SHARE = 0.3;
const RETREAT_SHARE = 0.2;
const REMAINDER_SHARE = 0.14;
const LONG_QUEUE_LOTS = 12;
const PART_SHARE = 0.5;
const MAX_SWEEP = 40;
/**
 * A sweep goes on beyond the latent price, by this factor of how far that is beyond the best price, less some ticks at random. For what
 * it trades first lags the latent price, which must be ahead of the prints that first reach a level no more often than behind them: with
 * 60,000, 300,000 and 3 million events a session it is behind by .3, .1 and .3 ticks, of which each is 2.5 points of BREAK.
 */
const REACH = 1.88;
const REACH_LESS = { least: 0.65, most: 1.65 };
/** A sweep that ends farther than this from the latent price, ticks, is followed by a trade within this of it. */
const SETTLE = 1;
/** Share of decisions that are about the level approached, and lots its walls have more than other orders, at most. */
const DEFENCE_SHARE = 0.3;
const WALL_LOTS = 8;
/**
 * Decisions in quick succession: after the price has moved, and at the opening. After a move as many as some seconds have on average, at
 * most those of the measured hour: in a thin market longer bursts would leave no decisions for the time between moves.
 */
const BURST = { least: 4, most: 24, seconds: 2.5 };
const LEAST_GAP = 200;
const OPENING_BURST = 96;
const BURST_SHARE = 0.7;

export class OrderFlow {
  readonly orders: OrderEntry;
  /** When the next decision is made. */
  nextAt = Infinity;
  /** A latent price beyond the best prices is reacted to from this time on. */
  reactFrom = -Infinity;

  private readonly noise: NoiseFlow;
  private burst = 0;
  /** Side of the last sweep, while price has not come back from it. */
  private settling: BookSide | null = null;

  constructor(
    private readonly exchange: Exchange,
    private readonly conditions: Conditions,
    private readonly random: Random,
  ) {
    this.orders = new OrderEntry(exchange, random);
    this.noise = new NoiseFlow(exchange, this.orders, conditions, random);
  }

  /** Starts a day; its orders are new. */
  open(t: number): void {
    this.orders.cancels.clear();
    this.noise.open();
    this.burst = OPENING_BURST;
    this.settling = null;
    this.reactFrom = t;
    this.nextAt = t;
  }

  /** Makes the decision due now, and schedules the next. */
  decide(t: number): void {
    const { pace } = this.conditions;
    this.orders.setPace(pace);
    this.act(t);
    this.nextAt = t + this.gap(this.burst > 0 ? BURST_SHARE : 1);
    if (this.burst > 0) this.burst--;
  }

  /** Time to the next event, ns. @param share of the shortest ones that it is among */
  private gap(share: number): number {
    const gap = share === 1 ? EVENT_GAP.draw(this.random) : EVENT_GAP.drawLow(this.random, share);
    return Math.max(LEAST_GAP, Math.floor((gap * 1e9) / (EVENT_GAP.mean * this.conditions.pace)));
  }

  /** The latent price is beyond a best price: acts on it, apart from the decisions. */
  react(t: number): void {
    this.push(t, this.conditions.latent > this.exchange.book.bestPrice(ASK) ? BID : ASK);
    this.reactFrom = t + this.gap(BURST_SHARE);
    this.nextAt = Math.min(this.nextAt, this.reactFrom);
  }

  private act(t: number): void {
    const { random, conditions } = this;
    const { book } = this.exchange;
    const { latent, approach } = conditions;
    const bid = book.bestPrice(BID);
    const ask = book.bestPrice(ASK);
    const spread = ask - bid;
    if (this.settling !== null) return this.settle(t, this.settling, bid, ask);
    if (spread > 1 && random.chance(spread === 2 ? CLOSE_SPREAD : CLOSE_WIDE_SPREAD)) {
      this.narrow(t, bid, ask);
      return;
    }
    if (latent > ask + conditions.slack || latent < bid - conditions.slack) {
      this.push(t, latent > ask ? BID : ASK);
      return;
    }
    if (approach !== null && random.chance(DEFENCE_SHARE) && this.defend(t, approach)) return;
    this.noise.act(t);
  }

  /** After a sweep of `side`: its own best price is brought near the latent price, and traded against. */
  private settle(t: number, side: BookSide, bid: number, ask: number): void {
    const { latent } = this.conditions;
    const ahead = side === BID ? latent - bid : ask - latent;
    if (ahead > SETTLE && ask - bid > 1) {
      const wanted = side === BID ? Math.floor(latent) : Math.ceil(latent);
      const price = Math.min(Math.max(wanted, bid + 1), ask - 1);
      this.orders.enter(t, side, price, ADD_SIZE.draw(this.random), Patience.Market);
      return;
    }
    this.settling = null;
    if (Math.abs(ahead) <= SETTLE)
      this.exchange.aggress(t, opposite(side), side === BID ? bid : ask, 1, false);
  }

  /** A higher bid or a lower offer, within the spread: half the way to the latent price. */
  private narrow(t: number, bid: number, ask: number): void {
    const { latent } = this.conditions;
    const side = latent - bid > ask - latent ? BID : ASK;
    const away = side === BID ? latent - bid : ask - latent;
    const by = Math.min(Math.max(Math.floor(away / 2), 1), ask - bid - 1);
    const price = side === BID ? bid + by : ask - by;
    if (this.random.chance(NARROW_BY_MOVE)) {
      const slot = this.orders.pick(side, this.random.between(0, 2));
      if (slot !== NONE && this.exchange.book.levelOrders(side, this.exchange.book.price[slot]) > 1) {
        this.exchange.reprice(t, slot, price, this.exchange.book.size[slot]);
        return;
      }
    }
    this.orders.enter(t, side, price, ADD_SIZE.draw(this.random), Patience.Market);
  }

  /** The latent price is beyond the other side's best price: that is traded or taken away. */
  private push(t: number, side: BookSide): void {
    const { random, exchange } = this;
    const { book } = exchange;
    const { latent, pace } = this.conditions;
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
    this.burst = Math.min(Math.max(Math.round(BURST.seconds * pace), BURST.least), BURST.most);
    const beyond = Math.abs(latent - best);
    const less = REACH_LESS.least + (REACH_LESS.most - REACH_LESS.least) * random.unit();
    const ticks = Math.min(Math.max(Math.floor(REACH * beyond - less), 0), MAX_SWEEP);
    const limit = side === BID ? best + ticks : best - ticks;
    let lots = 0;
    let reached = best;
    for (let k = 0; k <= ticks; k++) {
      const price = side === BID ? best + k : best - k;
      const resting = book.levelLots(other, price);
      if (resting > 0) reached = price;
      lots += resting;
    }
    this.settling = Math.abs(reached - latent) > SETTLE ? side : null;
    if (ticks === 0 && lots > LONG_QUEUE_LOTS && random.chance(PART_SHARE)) {
      exchange.aggress(t, side, limit, Math.ceil(lots * (0.2 + 0.6 * random.unit())), false);
      return;
    }
    if (random.chance(REMAINDER_SHARE)) {
      const slot = exchange.aggress(t, side, limit, lots + ADD_SIZE.draw(random), true);
      if (slot !== NONE) this.orders.scheduleCancel(t, slot, Patience.Market);
      return;
    }
    exchange.aggress(t, side, limit, lots, false);
  }

  /** Adds or cancels an order around the level as the signal of the approach has it. @returns whether there was anything to do */
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
}
