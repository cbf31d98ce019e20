/**
 * One contract's market through its days: pre-open, auction, continuous trading, close, and the snapshots between.
 *
 * Times are ns since the simulation's origin, prices ticks. Orders good till cancelled stay from day to day, all others end
 * with theirs.
 */
import { Side } from '../market/mbo';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../market/time';
import { Approaches, type Outlook, type PlantedTouch } from './approaches';
import { ADD_DISTANCE, ADD_SIZE, FAR, FAR_DISTANCE, RESTING_DISTANCE, RESTING_SIZE } from './calibration';
import type { DayProfile } from './dayProfile';
import { EventWriter, type BatchSource } from './eventWriter';
import { Exchange, OrderKind } from './exchange';
import { LatentPrice } from './latentPrice';
import { ASK, BID, MatchingBook, NONE, type BookSide } from './matchingBook';
import { OrderFlow, type Conditions } from './orderFlow';
import { PlantedLevels } from './plantedLevels';
import type { Random } from './random';

/** Orders that stay overnight; what trading takes of them is entered again. */
const RESTING_ORDERS = 8700;
const BID_SHARE = 0.58;
/** Nothing happens so long before a file ends or a session closes, ns: what is under way is captured in time. */
export const QUIET_BEFORE_END = 30e6;
/** The bulk cancel at the close, ns before it. */
const EXPIRY = 20e6;
const PRE_OPEN_EVENTS = 700;
const FIRST_ID = 380_000_000;
/** Slack of the quotes: at least half a tick, and more where few events have to carry a lively price. */
const LEAST_SLACK = 0.5;
const SLACK_PER_ROOT_VARIANCE = 3.5;
/** Rows a decision leads to, at first; measured from then on. */
const ROWS_PER_DECISION = 1.85;
/** Overnight gaps, ticks (standard deviation): between evenings, and over closed days. */
const GAP = 2;
const LONG_GAP = 14;

/** Continuous trading between two closings. */
export interface Span {
  preOpen: number;
  open: number;
  close: number;
  profile: DayProfile;
  /** Midnight, New York time, of the day it closes on. */
  midnight: number;
  /** Share of the trade date's rows that fall into it. */
  rows: number;
  /** Whether the market was closed for a day or more before. */
  afterClosedDays: boolean;
}

/** Another contract of the same product, whose price this one shares but for a constant difference, ticks. */
export interface Leader {
  readonly market: Market;
  readonly difference: number;
}

/** One trade date. */
export interface MarketDay {
  spans: Span[];
  /** Activity of all spans together. */
  activity: number;
  premarketStart: number;
  rthOpen: number;
  orEnd: number;
  rthClose: number;
}

export interface MarketOptions {
  instrumentId: number;
  origin: bigint;
  tickNanos: number;
  /** First price, ticks. */
  start: number;
  /** 0 nothing is planted at levels, 1 everything. */
  strength: number;
  random: Random;
  leader?: Leader;
  source: BatchSource;
}

type Phase = 'closed' | 'preOpen' | 'trading';

export class Market implements Conditions, Outlook {
  readonly writer: EventWriter;
  readonly book: MatchingBook;
  /** Touches of the day, as their ends become known. */
  touches: PlantedTouch[] = [];
  /** The future second by second of trading: time, last price and share of the day’s activity in turn. Whoever reads it empties it. */
  tape: number[] = [];
  /** Lots traded in the present trade date. */
  volume = 0;
  lastPrice: number;

  latent: number;
  slack = LEAST_SLACK;
  pace = 1;

  private leader: Leader | null;
  private readonly exchange: Exchange;
  private readonly flow: OrderFlow;
  private readonly random: Random;
  path: LatentPrice;
  private levels: PlantedLevels | null = null;
  private approaches: Approaches | null = null;
  private agenda: { at: number; act: () => void }[] = [];
  private phase: Phase = 'closed';
  private span: Span | null = null;
  private now = -Infinity;

  private preOpenOrders: number[] = [];
  private preOpenLeft = 0;
  private missingOrders = 0;
  private variance = 0;
  private nextSecond = 0;
  private nextBar = 0;
  private nextPreOpen = 0;
  private rowsAtSecond = 0;
  private decisions = 0;
  private rowsPerDecision = ROWS_PER_DECISION;
  private rowsDue = 0;
  private activityTotal = 1;
  private dayActivity = 1;

  constructor(private readonly options: MarketOptions) {
    this.random = options.random.fork('market');
    this.leader = options.leader ?? null;
    this.writer = new EventWriter(
      options.instrumentId,
      options.origin,
      options.tickNanos,
      options.random.fork('capture'),
      options.source,
    );
    this.book = new MatchingBook(2 * options.start);
    this.exchange = new Exchange(this.book, this.writer, options.random.fork('exchange'), FIRST_ID);
    this.flow = new OrderFlow(this.exchange, this, options.random.fork('flow'));
    this.latent = this.lastPrice = options.start;
    this.path = new LatentPrice(options.start, options.random.fork('price'));
    this.exchange.onTrade = (t, price, lots) => this.traded(t, price, lots);
  }

  get approach() {
    return this.approaches?.current ?? null;
  }

  /** When something can happen next, at the earliest. */
  get nextActive(): number {
    if (this.phase !== 'closed') return this.now;
    return this.agenda.length > 0 ? this.agenda[0].at : Infinity;
  }

  /** Fills the book with orders good till cancelled, entered before `before`, evenly over `during` ns. */
  stock(before: number, during: number): void {
    const { book, random } = this;
    const first = FIRST_ID - 40 * RESTING_ORDERS;
    for (let k = 0; k < RESTING_ORDERS; k++) {
      const side = random.chance(BID_SHARE) ? BID : ASK;
      const lots = RESTING_SIZE.draw(random);
      const price = this.restingPrice(side);
      const slot = book.add(
        side,
        price,
        lots,
        first + 40 * k + random.below(40),
        OrderKind.GoodTillCancelled,
      );
      book.pricedAt[slot] = Math.floor(before - during * (1 - (k + random.unit()) / RESTING_ORDERS));
      book.pricedIn[slot] = 600 + k;
    }
    this.writer.sequence = 600 + RESTING_ORDERS;
  }

  /** Where an order good till cancelled is put: anywhere, but with a liking for round prices. */
  private restingPrice(side: BookSide): number {
    const distance = Math.ceil(RESTING_DISTANCE.draw(this.random));
    const centre = Math.round(this.latent);
    const exact = side === BID ? centre - distance : centre + distance;
    const u = this.random.unit();
    const grid = u < 0.07 ? 20 : u < 0.25 ? 4 : 1;
    const round = side === BID ? Math.floor(exact / grid) * grid : Math.ceil(exact / grid) * grid;
    return Math.min(Math.max(round, grid), this.book.ticks - grid);
  }

  /** From now on this is the contract others follow. */
  lead(): void {
    this.leader = null;
  }

  /** Appoints a trade date's sessions. */
  appoint(day: MarketDay): void {
    for (const span of day.spans) {
      this.agenda.push({ at: span.preOpen, act: () => this.preOpen(span, day) });
      this.agenda.push({ at: span.open, act: () => this.open(span) });
      this.agenda.push({ at: span.close - QUIET_BEFORE_END, act: () => this.close(span) });
    }
    this.agenda.push({ at: day.rthClose, act: () => this.approaches?.close() });
    this.agenda.sort((a, b) => a.at - b.at);
  }

  /**
   * Lives on until `until`.
   * @returns false if it paused because batches are ready; call again
   */
  advance(until: number): boolean {
    for (;;) {
      const next = this.agenda.length > 0 ? this.agenda[0].at : Infinity;
      const stop = Math.min(until, next);
      if (!this.work(stop)) return false;
      if (next >= until) return true;
      this.agenda.shift()!.act();
    }
  }

  private work(stop: number): boolean {
    const { flow, writer } = this;
    if (this.phase === 'preOpen') {
      while (this.nextPreOpen < stop) {
        this.preOpenEvent(this.nextPreOpen);
        if (writer.ready.length > 0) return false;
      }
    }
    if (this.phase !== 'trading') return true;
    for (;;) {
      const cancelAt = flow.cancels.next;
      const cancelling = cancelAt <= flow.nextAt;
      const due = cancelling ? cancelAt : flow.nextAt;
      if (due >= stop) return true;
      // Two events of one product never share the engine's time.
      const t = due > this.now ? due : this.now + 100;
      this.elapse(t);
      if (cancelling) flow.cancelDue(t);
      else {
        flow.decide(t);
        this.decisions++;
      }
      if (writer.ready.length > 0) return false;
    }
  }

  /** Lets the latent price and the clock run to `t`. */
  private elapse(t: number): void {
    if (t >= this.nextSecond) this.everySecond(t);
    const variance = this.approaches === null ? this.variance : this.approaches.variance(this.variance);
    this.path.advance(((t - this.now) / NS_PER_SECOND) * variance);
    this.latent = this.leader === null ? this.path.value : this.leader.market.latent + this.leader.difference;
    this.now = t;
  }

  private everySecond(t: number): void {
    const span = this.span!;
    const second = (t - span.midnight) / NS_PER_SECOND;
    const { activity, variance } = span.profile.at((second + 86_400) % 86_400);
    this.variance = variance;
    const seconds = Math.floor((t - this.nextSecond) / NS_PER_SECOND) + 1;
    const { rows } = this.writer;
    if (this.decisions >= 2000) {
      const measured = (rows - this.rowsAtSecond) / this.decisions;
      this.rowsPerDecision += 0.2 * (measured - this.rowsPerDecision);
      this.rowsAtSecond = rows;
      this.decisions = 0;
    }
    const rowsPerSecond = (span.rows * activity) / this.activityTotal;
    this.rowsDue += rowsPerSecond * seconds;
    const behind = (this.rowsDue - rows) / (120 * rowsPerSecond);
    this.pace = (rowsPerSecond / this.rowsPerDecision) * (1 + Math.min(Math.max(behind, -0.6), 0.4));
    this.slack = LEAST_SLACK + SLACK_PER_ROOT_VARIANCE * Math.sqrt(variance / (this.pace / 0.73));
    this.tape.push(t, this.lastPrice, (activity * seconds) / this.dayActivity);
    while (t >= this.nextBar) {
      this.levels?.close(this.lastPrice);
      this.approaches?.review(t);
      this.nextBar += 2 * NS_PER_MINUTE;
    }
    this.nextSecond += seconds * NS_PER_SECOND;
  }

  private traded(t: number, price: number, lots: number): void {
    this.lastPrice = price;
    this.volume += lots;
    this.levels?.trade(t, price);
    this.approaches?.trade(t, price);
  }

  private preOpen(span: Span, day: MarketDay): void {
    const { random } = this;
    const gap = random.normal() * (span.afterClosedDays ? LONG_GAP : GAP);
    if (this.leader === null) this.latent += gap;
    else this.latent = this.leader.market.latent + this.leader.difference;
    this.path = this.path.from(this.latent);
    this.span = span;
    this.phase = 'preOpen';
    this.now = span.preOpen;
    this.preOpenOrders = [];
    this.preOpenLeft = PRE_OPEN_EVENTS + this.missingOrders;
    this.nextPreOpen = span.preOpen + 2e8;
    if (span !== day.spans[0]) return;
    this.touches = [];
    this.volume = 0;
    this.dayActivity = day.activity;
    this.levels = new PlantedLevels(day, this.levels);
    if (this.leader !== null) return;
    this.approaches = new Approaches(
      this.levels,
      this,
      this.options.strength,
      this.random.fork(`approaches ${span.open}`),
      day.rthClose,
      (touch) => this.touches.push(touch),
    );
  }

  varianceAt(t: number): number {
    const span = this.span!;
    return span.profile.at(((t - span.midnight) / NS_PER_SECOND + 86_400) % 86_400).variance;
  }

  get middle(): number {
    return (this.book.bestPrice(BID) + this.book.bestPrice(ASK)) / 2;
  }

  /** Orders come and go without trading, some at prices that cross. */
  private preOpenEvent(t: number): void {
    const { random, exchange, book, preOpenOrders } = this;
    this.preOpenLeft--;
    const u = random.unit();
    const k = preOpenOrders.length === 0 ? -1 : random.below(preOpenOrders.length);
    if (this.missingOrders > 0 && random.chance(this.missingOrders / (this.preOpenLeft + 1))) {
      this.missingOrders--;
      const side = random.chance(BID_SHARE) ? BID : ASK;
      const price = this.restingPrice(side);
      exchange.add(t, side, price, RESTING_SIZE.draw(random), OrderKind.GoodTillCancelled);
    } else if (u < 0.52 || k < 0) {
      const side = random.chance(0.5) ? BID : ASK;
      preOpenOrders.push(
        exchange.add(t, side, this.preOpenPrice(side), ADD_SIZE.draw(random), OrderKind.Day),
      );
    } else if (u < 0.76) {
      exchange.cancel(t, preOpenOrders[k]);
      preOpenOrders[k] = preOpenOrders[preOpenOrders.length - 1];
      preOpenOrders.pop();
    } else {
      const slot = preOpenOrders[k];
      exchange.reprice(t, slot, this.preOpenPrice(book.side[slot] as BookSide), book.size[slot]);
    }
    // The nearer the opening, the more happens.
    const left = this.span!.open - QUIET_BEFORE_END - t;
    this.now = t;
    this.nextPreOpen =
      this.preOpenLeft <= 0 || left < 1e6
        ? Infinity
        : t + 1000 + Math.floor((left / (this.preOpenLeft + 1)) * Math.min(random.exponential() * 1.1, 3));
  }

  private preOpenPrice(side: BookSide): number {
    const { random } = this;
    const centre = Math.round(this.latent);
    if (random.chance(0.12)) {
      const beyond = random.between(0, 12);
      return side === BID ? centre + beyond : centre - beyond;
    }
    const drawn = ADD_DISTANCE.draw(random);
    const distance = 1 + (drawn === FAR ? Math.floor(FAR_DISTANCE.draw(random)) : drawn);
    return side === BID ? centre - distance : centre + distance;
  }

  private open(span: Span): void {
    const { writer, flow, book } = this;
    const t = span.open + 1_000 + this.random.below(400_000);
    this.exchange.uncross(t);
    this.phase = 'trading';
    this.now = t;
    this.nextSecond = span.open;
    this.nextBar = span.open + 2 * NS_PER_MINUTE;
    this.rowsDue = this.rowsAtSecond = writer.rows;
    this.decisions = 0;
    this.activityTotal = span.profile.total(
      (span.open - span.midnight) / NS_PER_SECOND,
      (span.close - span.midnight) / NS_PER_SECOND,
    );
    this.everySecond(t);
    flow.open(t + 1_000_000);
    for (const slot of this.preOpenOrders) if (book.size[slot] > 0) flow.appointCancel(t, slot, 2);
  }

  /** Cancels the day's orders; some of the distant ones stay in place of those good till cancelled that were filled. */
  private close(span: Span): void {
    const { book, exchange, writer } = this;
    this.phase = 'closed';
    exchange.stops.clear();
    let missing = RESTING_ORDERS;
    const ending: number[] = [];
    for (const slot of book.slots()) {
      if (book.kind[slot] === OrderKind.GoodTillCancelled) missing--;
      else ending.push(slot);
    }
    const kept = (slot: number) => {
      const side = book.side[slot] as BookSide;
      const distance = Math.abs(book.price[slot] - book.bestPrice(side));
      return missing > 0 && book.kind[slot] === OrderKind.Day && distance > 12 && book.hidden[slot] === 0;
    };
    const expired = ending.filter((slot) => {
      if (!kept(slot)) return true;
      missing--;
      book.kind[slot] = OrderKind.GoodTillCancelled;
      return false;
    });
    this.missingOrders = Math.max(0, missing);
    expired.sort((a, b) => book.id[a] - book.id[b]);
    const limit = writer.receivedLimit;
    writer.receivedLimit = Math.min(limit, span.close);
    exchange.cancelAll(span.close - EXPIRY, Int32Array.from(expired));
    writer.receivedLimit = limit;
  }

  /**
   * Writes the book as a snapshot: the clear, then every order, oldest first.
   * @param received capture time of all its rows
   */
  snapshot(received: number): void {
    const { book } = this;
    const slots = this.inPriority().sort((a, b) => book.pricedAt[a] - book.pricedAt[b]);
    this.writeSnapshot(slots, received);
  }

  /** The snapshot the exchange itself takes before a week begins: level by level, all orders of one time. */
  weeklySnapshot(t: number, received: number): void {
    const { book, writer } = this;
    writer.sequence = 0;
    const slots = this.inPriority();
    slots.forEach((slot, k) => {
      book.pricedAt[slot] = t;
      book.pricedIn[slot] = 600 + Math.floor(k / 30);
    });
    writer.sequence = 600 + Math.ceil(slots.length / 30);
    this.writeSnapshot(slots, received);
  }

  private writeSnapshot(slots: number[], received: number): void {
    const { book, writer } = this;
    writer.clear(slots.length > 0 ? book.pricedAt[slots[0]] : received, received);
    slots.forEach((slot, k) =>
      writer.snapshotOrder(
        book.side[slot] === BID ? Side.Bid : Side.Ask,
        book.id[slot],
        book.price[slot],
        book.size[slot],
        book.pricedAt[slot],
        book.pricedIn[slot],
        received,
        k === slots.length - 1,
      ),
    );
  }

  /** Every order: bids from the best down, asks from the best up, each price in its queue's order. */
  private inPriority(): number[] {
    const { book } = this;
    const slots: number[] = [];
    for (const side of [BID, ASK] as const) {
      let price = book.bestPrice(side);
      while (price > 0 && price < book.ticks) {
        for (let slot = book.first(side, price); slot !== NONE; slot = book.next[slot]) slots.push(slot);
        price = book.nextPrice(side, price);
      }
    }
    return slots;
  }
}
