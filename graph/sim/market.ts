/**
 * One contract's market over its days: pre-open, auction, continuous trading, close.
 *
 * Times are ns since the simulation's origin, prices ticks. Orders good till cancelled stay from day to day, all others are
 * cancelled at the close.
 */
import { NS_PER_MINUTE, NS_PER_SECOND } from '../market/time';
import { Approaches, type Approach, type Outlook, type PlantedTouch } from './flow/approaches';
import type { Conditions } from './flow/conditions';
import { EventWriter, type BatchSource } from './files/eventWriter';
import { Exchange } from './exchange/exchange';
import { LatentPrice, STEP_VARIANCE } from './flow/latentPrice';
import { ASK, BID, MatchingBook } from './exchange/matchingBook';
import { DECISION_SHARE, Patience } from './exchange/orderEntry';
import { OrderFlow } from './flow/orderFlow';
import { OvernightOrders } from './flow/overnightOrders';
import { Pacing } from './flow/pacing';
import { PreOpen } from './flow/preOpen';
import { PlantedLevels } from './flow/plantedLevels';
import type { Volatility, VolatilityRegimes } from './flow/volatility';
import type { MarketDay, Span } from './marketDay';
import type { Random } from '../random/random';

/** No events within this time before a file ends or a session closes, ns: every one is captured before the end. */
export const QUIET_BEFORE_END = 30e6;
/** The bulk cancel at the close, ns before it. */
const EXPIRY = 20e6;
const FIRST_ID = 380_000_000;
/** The auction is at most this long after the opening, ns; trading begins `AUCTION_TAKES` later. */
const AUCTION_WITHIN = 400_000;
const AUCTION_TAKES = 1e6;
/** Slack of the quotes, ticks: at least half a tick, and more the more variance there is per event. */
const LEAST_SLACK = 0.5;
const SLACK_PER_ROOT_VARIANCE = 2;
/** Overnight gaps, ticks (standard deviation): between evenings, and over closed days. */
const GAP = 2;
const LONG_GAP = 14;
const BAR = 2 * NS_PER_MINUTE;

/** Another contract of the same product, from whose price this one differs by a constant, ticks. */
interface Leader {
  readonly market: Market;
  readonly difference: number;
}

interface MarketOptions {
  instrumentId: number;
  origin: bigint;
  tickNanos: number;
  /** First price, ticks. */
  start: number;
  /** Ticks added to prices within the simulation; those written are without it. */
  zero: number;
  /** 0 nothing is planted at levels, 1 everything. */
  strength: number;
  volatility: Pick<VolatilityRegimes, 'on'>;
  random: Random;
  leader?: Leader;
  source: BatchSource;
}

type Phase = 'closed' | 'preOpen' | 'trading';

export class Market implements Conditions, Outlook {
  readonly writer: EventWriter;
  readonly book: MatchingBook;
  /** Touches of the day, in the order in which their outcomes became known. */
  touches: PlantedTouch[] = [];
  /** The future second by second of trading: time, last price and share of the day's activity in turn. The reader empties it. */
  tape: number[] = [];
  /** Lots traded in the present trade date. */
  volume = 0;
  lastPrice: number;

  latent: number;
  path: LatentPrice;
  slack = LEAST_SLACK;

  private leader: Leader | null;
  private readonly exchange: Exchange;
  private readonly flow: OrderFlow;
  private readonly random: Random;
  private levels: PlantedLevels | null = null;
  private approaches: Approaches | null = null;
  private volatility: Volatility | null = null;
  private agenda: { at: number; act: () => void }[] = [];
  private phase: Phase = 'closed';
  private span: Span | null = null;
  private now = -Infinity;

  private readonly pacing = new Pacing();
  private readonly overnight: OvernightOrders;
  private readonly preOpen: PreOpen;
  /** Variance of the latent price at this time of day, square ticks a second. */
  private variance = 0;
  private nextSecond = 0;
  private nextBar = 0;
  private dayActivity = 1;

  constructor(private readonly options: MarketOptions) {
    this.random = options.random.fork('market');
    this.leader = options.leader ?? null;
    this.writer = new EventWriter(
      options.instrumentId,
      options.origin,
      options.tickNanos,
      options.zero,
      options.random.fork('capture'),
      options.source,
    );
    this.book = new MatchingBook(2 * options.start);
    this.exchange = new Exchange(this.book, this.writer, options.random.fork('exchange'), FIRST_ID);
    this.flow = new OrderFlow(this.exchange, this, options.random.fork('flow'));
    this.overnight = new OvernightOrders(this.exchange, options.random.fork('overnight'));
    this.preOpen = new PreOpen(this.exchange, this.overnight, options.random.fork('pre-open'));
    this.latent = this.lastPrice = options.start;
    this.path = new LatentPrice(options.start, options.random.fork('price'));
    this.exchange.onTrade = (t, price, lots) => this.traded(t, price, lots);
  }

  get approach(): Approach | null {
    return this.approaches?.current ?? null;
  }

  get pace(): number {
    return this.pacing.pace;
  }

  get middle(): number {
    return (this.book.bestPrice(BID) + this.book.bestPrice(ASK)) / 2;
  }

  /** When something can happen next, at the earliest. */
  get nextActive(): number {
    if (this.phase !== 'closed') return this.now;
    return this.agenda.length > 0 ? this.agenda[0].at : Infinity;
  }

  /** Fills the book with orders good till cancelled, entered before `before`, evenly over `during` ns. */
  stock(before: number, during: number): void {
    this.overnight.stock(this.latent, before, during);
  }

  /** Makes this the front contract, whose price is its own. */
  lead(): void {
    this.leader = null;
  }

  /** Schedules a trade date's sessions. */
  schedule(day: MarketDay): void {
    for (const span of day.spans) {
      this.agenda.push({ at: span.preOpen, act: () => this.takeOrders(span, day) });
      this.agenda.push({ at: span.open, act: () => this.open(span) });
      this.agenda.push({ at: span.close - QUIET_BEFORE_END, act: () => this.close(span) });
    }
    this.agenda.push({ at: day.rthClose, act: () => this.approaches?.close() });
    this.agenda.sort((a, b) => a.at - b.at);
  }

  /**
   * Simulates up to `until`.
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
    const { orders } = flow;
    if (this.phase === 'preOpen') {
      while (this.preOpen.nextAt < stop) {
        this.now = this.preOpen.nextAt;
        this.preOpen.act(this.latent);
        if (writer.ready.length > 0) return false;
      }
    }
    if (this.phase !== 'trading') return true;
    for (;;) {
      const cancelAt = orders.cancels.next;
      const cancelling = cancelAt <= flow.nextAt;
      const planned = cancelling ? cancelAt : flow.nextAt;
      const reactAt = this.beyondAt(planned < stop ? planned : stop);
      const due = reactAt < planned ? reactAt : planned;
      if (due >= stop) return true;
      // No two events of one product have the same engine time.
      const t = due > this.now ? due : this.now + 100;
      this.elapse(t);
      if (reactAt < planned) flow.react(t);
      else if (cancelling) orders.cancelDue(t);
      else flow.decide(t);
      if (writer.ready.length > 0) return false;
    }
  }

  /**
   * When, before `until`, the latent price is farther beyond a best price than the slack, and the flow reacts; Infinity if it is not. A
   * price that follows another contract's has no path to be looked along: its flow reacts when it acts anyway.
   */
  private beyondAt(until: number): number {
    if (this.leader !== null) return Infinity;
    const { path, book, slack, now, flow } = this;
    const from = flow.reactFrom > now ? flow.reactFrom : now;
    if (from >= until) return Infinity;
    const steps = this.variance / (STEP_VARIANCE * NS_PER_SECOND);
    const low = book.bestPrice(BID) - slack;
    const high = book.bestPrice(ASK) + slack;
    const at = path.exit(
      path.position + (from - now) * steps,
      path.position + (until - now) * steps,
      low,
      high,
    );
    return at === Infinity ? Infinity : Math.ceil(now + (at - path.position) / steps);
  }

  /** Advances the latent price and the clock to `t`. */
  private elapse(t: number): void {
    if (t >= this.nextSecond) this.everySecond(t);
    this.path.advance(((t - this.now) / NS_PER_SECOND) * this.variance);
    this.latent = this.leader === null ? this.path.value : this.leader.market.latent + this.leader.difference;
    this.now = t;
  }

  private everySecond(t: number): void {
    const span = this.span!;
    const { activity } = profileAt(span, t);
    const variance = (this.variance = this.varianceAt(t));
    const seconds = Math.floor((t - this.nextSecond) / NS_PER_SECOND) + 1;
    this.pacing.update(activity, seconds, this.writer.rows);
    const variancePerEvent = (variance * DECISION_SHARE) / this.pace;
    this.slack = LEAST_SLACK + SLACK_PER_ROOT_VARIANCE * Math.sqrt(variancePerEvent);
    this.tape.push(t, this.lastPrice - this.options.zero, (activity * seconds) / this.dayActivity);
    while (t >= this.nextBar) {
      this.levels?.close(this.lastPrice);
      this.approaches?.review(t);
      this.nextBar += BAR;
    }
    this.nextSecond += seconds * NS_PER_SECOND;
  }

  private traded(t: number, price: number, lots: number): void {
    this.lastPrice = price;
    this.volume += lots;
    this.levels?.trade(t, price);
    this.approaches?.trade(t, price);
  }

  /** Begins a pre-open; the first one of a trade date begins the date. */
  private takeOrders(span: Span, day: MarketDay): void {
    const { random } = this;
    const gap = random.normal() * (span.afterClosedDays ? LONG_GAP : GAP);
    if (this.leader === null) this.latent += gap;
    else this.latent = this.leader.market.latent + this.leader.difference;
    this.path = this.path.from(this.latent);
    this.span = span;
    this.phase = 'preOpen';
    this.now = span.preOpen;
    this.preOpen.begin(span.preOpen, span.open - QUIET_BEFORE_END);
    if (span !== day.spans[0]) return;
    this.touches = [];
    this.volume = 0;
    this.dayActivity = day.activity;
    this.volatility = this.options.volatility.on(day.tradeDate, span.open);
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

  /** Variance of the latent price at a time of the present span, square ticks a second. */
  varianceAt(t: number): number {
    return profileAt(this.span!, t).variance * this.volatility!.at(t);
  }

  private open(span: Span): void {
    const { flow, book, pacing, preOpen } = this;
    const t = span.open + 1_000 + this.random.below(AUCTION_WITHIN);
    this.exchange.uncross(t);
    this.phase = 'trading';
    this.now = t;
    this.nextSecond = span.open;
    this.nextBar = span.open + BAR;
    const second = (at: number) => (at - span.midnight) / NS_PER_SECOND;
    pacing.begin(span.rows, span.profile.total(second(span.open), second(span.close)), this.writer.rows);
    this.everySecond(t);
    flow.open(t + AUCTION_TAKES);
    for (const slot of preOpen.orders)
      if (book.size[slot] > 0) flow.orders.scheduleCancel(t, slot, Patience.Far);
  }

  /** Cancels the day's orders. */
  private close(span: Span): void {
    const { exchange, writer } = this;
    this.phase = 'closed';
    exchange.stops.clear();
    const limit = writer.receivedLimit;
    writer.receivedLimit = Math.min(limit, span.close);
    exchange.cancelAll(span.close - EXPIRY, this.overnight.endDay());
    writer.receivedLimit = limit;
  }
}

const profileAt = ({ midnight, profile }: Span, t: number) =>
  profile.at(((t - midnight) / NS_PER_SECOND + 86_400) % 86_400);
