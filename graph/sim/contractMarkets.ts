/**
 * The contracts that trade: the front one, and on the eve of its roll the next one beside it, which has most of the volume by
 * then and goes on alone.
 */
import type { Contract } from '../products/contracts';
import type { MboBatch } from '../records/mbo';
import { NS_PER_SECOND } from '../market/time';
import { futureId } from './files/definitions';
import { Market } from './market';
import { RowMerger } from './files/merge';
import type { BatchPool } from './files/output';
import type { Random } from '../random/random';
import type { ScheduledDay, ScheduledFile } from './flow/schedule';
import { VolatilityRegimes } from './flow/volatility';
import { writeSnapshot, writeWeeklySnapshot } from './files/snapshots';

/** Price difference from one contract to the next, as a share of the price: 55 points of ES at 5100. */
const ROLL_DIFFERENCE = 220 / 20_400;
/** Share of the rows of the eve of the roll that are the next contract's. */
const ROLLED_SHARE = 0.65;
const ORDERS_FROM_DAYS_BEFORE = 36 * 3600 * NS_PER_SECOND;
/** Steps in which two contracts are simulated in turn. */
const LOCKSTEP = NS_PER_SECOND;
/** The weekly snapshot is captured this long after the exchange took it, ns. */
const WEEKLY_TAKEN_BEFORE = 475e6;

interface Quote {
  contract: Contract;
  market: Market;
}

interface ContractMarketsOptions {
  readonly origin: bigint;
  readonly tickNanos: number;
  /** First price, ticks. */
  readonly start: number;
  /** Ticks added to prices within the simulation. */
  readonly zero: number;
  /** MBO rows a session. */
  readonly events: number;
  readonly strength: number;
}

export class ContractMarkets {
  private leader: Quote | null = null;
  private follower: Quote | null = null;
  private readonly volatility: VolatilityRegimes;

  constructor(
    private readonly options: ContractMarketsOptions,
    private readonly random: Random,
    private readonly pool: BatchPool,
  ) {
    this.volatility = new VolatilityRegimes(random.fork('volatility'));
  }

  /** The front contract and its market. */
  get front(): Quote {
    return this.leader!;
  }

  private get markets(): Market[] {
    return [this.leader, this.follower].filter((quote) => quote !== null).map(({ market }) => market);
  }

  /**
   * Begins a trade date.
   * @param file the one that is open; null before the first
   */
  *begin(day: ScheduledDay, file: ScheduledFile | null): Generator<MboBatch> {
    const { events, start } = this.options;
    const { preOpen } = day.timetable(events).spans[0];
    if (this.follower !== null) {
      this.follower.market.lead();
      this.leader = this.follower;
      this.follower = null;
    }
    this.leader ??= this.quote(day.contract, start, preOpen);
    if (day.rollingTo === null) {
      this.leader.market.schedule(day.timetable(events));
      return;
    }
    const leader = this.leader.market;
    const next = Math.round(leader.latent) + Math.round(ROLL_DIFFERENCE * start);
    this.follower = this.quote(day.rollingTo, next, preOpen, leader);
    leader.schedule(day.timetable(Math.round(events * (1 - ROLLED_SHARE))));
    this.follower.market.schedule(day.timetable(Math.round(events * ROLLED_SHARE)));
    if (file === null || preOpen >= file.end) return;
    // A contract that joins within a file shows its book before its first event.
    yield* this.advanceAlone(leader, preOpen);
    writeSnapshot(this.follower.market.book, this.follower.market.writer, preOpen);
    yield* handOver(this.follower.market);
  }

  private quote(contract: Contract, start: number, preOpen: number, leader?: Market): Quote {
    const { origin, tickNanos, zero, strength } = this.options;
    const market = new Market({
      instrumentId: futureId(contract),
      origin,
      tickNanos,
      start,
      zero,
      strength,
      volatility: this.volatility,
      random: this.random.fork(contract.symbol),
      source: () => this.pool.take(),
      ...(leader && { leader: { market: leader, difference: start - leader.latent } }),
    });
    market.stock(preOpen, ORDERS_FROM_DAYS_BEFORE);
    return { contract, market };
  }

  /** Begins a file with a snapshot of every book. */
  openFile(file: ScheduledFile): void {
    for (const { book, writer } of this.markets) {
      writer.receivedLimit = file.end;
      if (file.weekly) writeWeeklySnapshot(book, writer, file.snapshot - WEEKLY_TAKEN_BEFORE, file.snapshot);
      else writeSnapshot(book, writer, file.snapshot);
    }
  }

  /** The front contract second by second since the last call. */
  takeTape(): number[] {
    const [tape] = this.markets.map((market) => market.tape.splice(0));
    return tape;
  }

  /** Simulates the contracts up to `until` and hands over what they wrote. */
  *advance(until: number): Generator<MboBatch> {
    if (this.follower === null) {
      yield* this.advanceAlone(this.front.market, until);
      return;
    }
    const { markets, pool } = this;
    const merger = new RowMerger(markets.length, this.options.origin, pool);
    // Before the next session there are no seconds to simulate.
    let t = Math.min(until, ...markets.map((market) => market.nextActive));
    for (; ; t = Math.min(t + LOCKSTEP, until)) {
      markets.forEach((market, k) => {
        while (!market.advance(t)) merger.push(k, market.writer.ready.splice(0));
        market.writer.flush();
        merger.push(k, market.writer.ready.splice(0));
      });
      if (t === until) merger.finish();
      else merger.mergeBefore(t);
      yield* merger.ready.splice(0);
      if (t === until) return;
    }
  }

  private *advanceAlone(market: Market, until: number): Generator<MboBatch> {
    while (!market.advance(until)) yield* market.writer.ready.splice(0);
    yield* handOver(market);
  }
}

function* handOver({ writer }: Market): Generator<MboBatch> {
  writer.flush();
  yield* writer.ready.splice(0);
}
