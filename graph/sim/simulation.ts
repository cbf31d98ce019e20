/**
 * A simulated market as the files Databento would deliver of it: MBO of the future by UTC day, and definitions, trades and
 * statistics of it and its options.
 *
 * The simulation is a generator: it runs as far as whoever reads it asks. The same request yields the same bytes, however it
 * is read; a longer one begins with the same days as a shorter one.
 */
import type { DbnMetadata, DbnRecord, Schema } from '../dbn';
import { isoTime, LATEST_VERSION } from '../dbn';
import { SpymasterError } from '../errors';
import { previousTradeDate } from '../market/calendar';
import { type Contract } from '../market/contracts';
import { dayNumber, isoDate, type IsoDate } from '../market/days';
import { utcMidnight } from '../market/easternTime';
import type { MboBatch } from '../market/mbo';
import { productOf, type Product } from '../market/products';
import { NS_PER_MINUTE, NS_PER_SECOND } from '../market/time';
import type { Outcome } from './approaches';
import { futureDefinition, futureId, listedFutures, optionDefinition } from './definitions';
import { Market, QUIET_BEFORE_END } from './market';
import { RowMerger } from './merge';
import { rootOf } from './optionListing';
import { OptionMarket, statistic, type TapePoint } from './optionMarket';
import { Random } from './random';
import { preOpenOf, scheduleOf, type Schedule, type ScheduledDay, type ScheduledFile } from './schedule';

/** MBO rows a session. */
export const SIZES = { small: 300_000, quiet: 3_000_000, normal: 12_000_000, extreme: 33_000_000 } as const;

/** Where the simulated contracts start, points. */
const START_PRICES: Record<string, number> = { ES: 5100 };
/** Price difference from one quarterly contract to the next, ticks; rows of the eve of the roll that are already the next one's. */
const ROLL_DIFFERENCE = 220;
const ROLLED_SHARE = 0.65;
const ORDERS_FROM_DAYS_BEFORE = 36 * 3600 * NS_PER_SECOND;
/** Steps in which two contracts go on together. */
const LOCKSTEP = NS_PER_SECOND;
/** Option trades a session: so many rows of the future to one, within bounds. */
const ROWS_PER_OPTION_TRADE = 60;
const OPTION_TRADES = { least: 2000, most: 60_000 };
const PUBLISHED_AFTER = BigInt(10 * NS_PER_MINUTE);
const FIRST_OPEN_INTEREST = 2_050_000;

export interface SimulationRequest {
  /** Product, e.g. `ES`. */
  readonly symbol: string;
  /** First trade date. */
  readonly from: IsoDate;
  /** Trade dates. */
  readonly days: number;
  /** MBO rows a session, about. */
  readonly events: number;
  /** 0: order flow knows nothing of how approaches end; 1: everything. */
  readonly strength: number;
  readonly seed: number;
  readonly options: boolean;
}

/** A touch of a level, as written to the truth beside the data. */
export interface TruthRow {
  date: IsoDate;
  contract: string;
  level: string;
  attempt: number;
  direction: 'UP' | 'DOWN';
  /** Points. */
  price: number;
  /** Engine times, ISO 8601. */
  approach_time: string;
  time: string;
  /** What the latent price decides, what the order flow of the approach showed, how trades turned out. */
  outcome: Outcome;
  shown: Outcome;
  realised: Outcome;
  strength: number;
  seed: number;
}

export type SimulationOutput =
  /** Begins a DBN file. @see SimulatedFile.name */
  | { kind: 'file'; name: string; metadata: DbnMetadata }
  /** Rows of the file begun last. The batch is the receiver's from then on. */
  | { kind: 'mbo'; batch: MboBatch }
  | { kind: 'records'; records: DbnRecord[] }
  /** The file begun last is complete. */
  | { kind: 'end' }
  | { kind: 'truth'; tradeDate: IsoDate; rows: TruthRow[] };

/** Batches come from `take` and those that stay inside go back by `give`. */
export interface BatchPool {
  take(): MboBatch;
  give(batch: MboBatch): void;
}

/** Figures of a trade date of the future: last price in points, lots traded, lots open. */
interface Closing {
  readonly price: number;
  readonly volume: number;
  readonly openInterest: number;
}

/** A contract and its market. */
interface Quote {
  contract: Contract;
  market: Market;
}

export class Simulation {
  private readonly product: Product;
  private readonly schedule: Schedule;
  private readonly random: Random;
  private readonly optionMarket: OptionMarket;
  private leader: Quote | null = null;
  private follower: Quote | null = null;
  private readonly closings = new Map<IsoDate, Closing>();
  private readonly firstClosing: Closing;
  /** Last trade date whose closing figures have been published. */
  private published: IsoDate = '';

  /** @throws SpymasterError BadArgument for a request that cannot be simulated */
  constructor(
    private readonly request: SimulationRequest,
    private readonly pool: BatchPool,
  ) {
    const { symbol, events, strength, days } = request;
    if (START_PRICES[symbol] === undefined)
      throw new SpymasterError('BadArgument', `"${symbol}" cannot be simulated.`, {
        expected: Object.keys(START_PRICES).join(', '),
      });
    if (!(strength >= 0 && strength <= 1))
      throw new SpymasterError('BadArgument', `A strength of ${strength} makes no sense.`, {
        expected: '0 to 1',
      });
    if (!(events >= 10_000)) throw new SpymasterError('BadArgument', 'A session has at least 10,000 events.');
    if (!(days >= 1)) throw new SpymasterError('BadArgument', 'A simulation has at least one trade date.');
    this.product = productOf(symbol);
    this.schedule = scheduleOf(symbol, request.from, days);
    this.random = new Random(request.seed);
    this.optionMarket = new OptionMarket(this.product, this.random.fork('options'));
    this.firstClosing = { price: START_PRICES[symbol], volume: 0, openInterest: FIRST_OPEN_INTEREST };
  }

  /** Trade dates to be simulated. */
  get tradeDates(): IsoDate[] {
    return this.schedule.days.map(({ tradeDate }) => tradeDate);
  }

  *run(): Generator<SimulationOutput, void, void> {
    const { days, files } = this.schedule;
    const waiting = [...files];
    let open: ScheduledFile | null = null;
    for (const day of days) {
      const end = this.offset(day.session.window.end);
      // Every trade date but the first begins within the file of the one before.
      yield* this.begin(day, open);
      while (open !== null || (waiting.length > 0 && waiting[0].start < end)) {
        if (open === null) yield* this.openFile((open = waiting.shift()!));
        if (end < open.end) {
          yield* this.advance(end);
          break;
        }
        yield* this.advance(open.end - QUIET_BEFORE_END);
        yield* this.closeFile(open);
        open = null;
      }
      yield this.truth(day);
    }
    if (open !== null) yield* this.closeFile(open);
  }

  private offset(ns: bigint): number {
    return Number(ns - this.schedule.origin);
  }

  private absolute(offset: number): bigint {
    return this.schedule.origin + BigInt(offset);
  }

  /** Brings the contracts of a trade date to the market. */
  private *begin(day: ScheduledDay, file: ScheduledFile | null): Generator<SimulationOutput> {
    const { events, strength } = this.request;
    const preOpen = day.timetable(events).spans[0].preOpen;
    if (this.follower !== null) {
      this.leader = this.follower;
      this.leader.market.lead();
      this.follower = null;
    }
    if (this.leader === null) {
      const start = Math.round((START_PRICES[this.product.root] * 1e9) / this.product.tickNanos);
      this.leader = this.quote(day.contract, start, strength);
      this.leader.market.stock(preOpen, ORDERS_FROM_DAYS_BEFORE);
    }
    if (day.rollingTo === null) {
      this.leader.market.appoint(day.timetable(events));
      return;
    }
    const leader = this.leader.market;
    const start = Math.round(leader.latent) + ROLL_DIFFERENCE;
    this.follower = this.quote(day.rollingTo, start, strength, leader);
    this.follower.market.stock(preOpen, ORDERS_FROM_DAYS_BEFORE);
    leader.appoint(day.timetable(Math.round(events * (1 - ROLLED_SHARE))));
    this.follower.market.appoint(day.timetable(Math.round(events * ROLLED_SHARE)));
    if (file === null || preOpen >= file.end) return;
    // A contract that joins within a file shows its book before its first event.
    yield* this.advanceLeader(preOpen);
    this.follower.market.snapshot(preOpen);
    yield* this.handOver([this.follower.market]);
  }

  private quote(contract: Contract, start: number, strength: number, leader?: Market): Quote {
    const market = new Market({
      instrumentId: futureId(contract),
      origin: this.schedule.origin,
      tickNanos: this.product.tickNanos,
      start,
      strength,
      random: this.random.fork(contract.symbol),
      source: () => this.pool.take(),
      ...(leader && { leader: { market: leader, difference: start - leader.latent } }),
    });
    return { contract, market };
  }

  private get markets(): Market[] {
    return [this.leader, this.follower].filter((quote) => quote !== null).map(({ market }) => market);
  }

  private *openFile(file: ScheduledFile): Generator<SimulationOutput> {
    yield this.header(file, 'mbo', this.contractsIn(file));
    for (const market of this.markets) {
      market.writer.receivedLimit = file.end;
      if (file.weekly) market.weeklySnapshot(file.snapshot - 475_000_000, file.snapshot);
      else market.snapshot(file.snapshot);
    }
  }

  /** Symbols and ids of the contracts that trade in a file. */
  private contractsIn(file: ScheduledFile): [symbol: string, id: number][] {
    const contracts = new Map<string, number>();
    for (const day of this.schedule.days) {
      const active = day.session.hours.some(
        ({ open, close }) => this.offset(preOpenOf(open)) < file.end && this.offset(close) > file.start,
      );
      if (!active) continue;
      for (const contract of [day.contract, day.rollingTo])
        if (contract) contracts.set(contract.symbol, futureId(contract));
    }
    return [...contracts];
  }

  private header(
    file: ScheduledFile,
    schema: Schema,
    symbols: [symbol: string, id: number][],
    parents?: string[],
  ): SimulationOutput {
    const compact = file.date.replaceAll('-', '');
    const endDate = isoDate(dayNumber(file.date) + 1);
    const metadata: DbnMetadata = {
      version: LATEST_VERSION,
      dataset: this.product.dataset,
      schema,
      start: this.absolute(file.start),
      end: this.absolute(file.end),
      limit: null,
      stypeIn: parents ? 'parent' : 'raw_symbol',
      stypeOut: 'instrument_id',
      tsOut: false,
      symbols: parents ?? symbols.map(([symbol]) => symbol),
      partial: [],
      notFound: [],
      mappings: symbols.map(([rawSymbol, id]) => ({
        rawSymbol,
        intervals: [{ startDate: file.date, endDate, symbol: String(id) }],
      })),
    };
    const dataset = this.product.dataset.toLowerCase().replaceAll('.', '-');
    return { kind: 'file', name: `${dataset}-${compact}.${schema}`, metadata };
  }

  /** Lets the market live until `until` and hands over what it wrote. */
  private *advance(until: number): Generator<SimulationOutput> {
    if (this.follower === null) {
      yield* this.advanceLeader(until);
      return;
    }
    const { pool, markets } = this;
    const merger = new RowMerger(
      markets.length,
      this.schedule.origin,
      () => pool.take(),
      (batch) => pool.give(batch),
    );
    for (let t = this.lockstepFrom(until); ; t = Math.min(t + LOCKSTEP, until)) {
      markets.forEach((market, k) => {
        while (!market.advance(t)) merger.push(k, market.writer.ready.splice(0));
        market.writer.flush();
        merger.push(k, market.writer.ready.splice(0));
      });
      if (t === until) merger.finish();
      else merger.mergeBefore(t);
      for (const batch of merger.ready.splice(0)) yield { kind: 'mbo', batch };
      if (t === until) return;
    }
  }

  /** Nothing happens before the next session: no need to go there by the second. */
  private lockstepFrom(until: number): number {
    return Math.min(until, Math.min(...this.markets.map((market) => market.nextActive)));
  }

  private *advanceLeader(until: number): Generator<SimulationOutput> {
    const { market } = this.leader!;
    while (!market.advance(until)) yield* this.handOver([market], false);
    yield* this.handOver([market]);
  }

  private *handOver(markets: Market[], all = true): Generator<SimulationOutput> {
    for (const { writer } of markets) {
      if (all) writer.flush();
      for (const batch of writer.ready.splice(0)) yield { kind: 'mbo', batch };
    }
  }

  /** Ends the UTC day's MBO file and writes the others of that day. */
  private *closeFile(file: ScheduledFile): Generator<SimulationOutput> {
    yield { kind: 'end' };
    const { contract, market } = this.leader!;
    const tick = this.product.tickNanos / 1e9;
    const tape = market.tape.splice(0);
    const before = previousTradeDate(file.date);
    const closing = this.closings.get(before) ?? this.firstClosing;
    const price = tape.length > 0 ? tape[1] * tick : closing.price;
    const start = this.absolute(file.start);
    const { request, optionMarket, product } = this;
    const futures = listedFutures(product.root, file.date);
    const nanos = BigInt(Math.round(closing.price * 1e9));
    const definitions: DbnRecord[] = futures.map((future) => futureDefinition(future, start, nanos));
    const symbols = futures.map((future): [string, number] => [future.symbol, futureId(future)]);
    const publishes = before !== this.published;
    if (publishes) optionMarket.settle();
    if (request.options) {
      optionMarket.list(file.date, contract.symbol, price);
      for (const option of optionMarket.listed) definitions.push(optionDefinition(option, file.date, start));
      for (const option of optionMarket.listed) symbols.push([option.symbol, option.instrumentId]);
    }
    symbols.sort(([, a], [, b]) => a - b);
    const optionParents = [...new Set(optionMarket.listed.map(({ symbol }) => `${rootOf(symbol)}.OPT`))];
    const parents = [`${product.root}.FUT`, ...optionParents];
    yield this.header(file, 'definition', symbols, parents);
    yield { kind: 'records', records: definitions };
    yield { kind: 'end' };

    if (publishes) {
      this.published = before;
      yield this.header(file, 'statistics', symbols, parents);
      yield { kind: 'records', records: this.statistics(file, before, closing) };
      yield { kind: 'end' };
    }
    if (!request.options) return;
    const options = symbols.slice(futures.length);
    yield this.header(file, 'trades', options, optionParents);
    yield { kind: 'records', records: optionMarket.trades(this.points(tape, tick)) };
    yield { kind: 'end' };
  }

  private points(tape: number[], tick: number): TapePoint[] {
    const trades = Math.min(
      Math.max(this.request.events / ROWS_PER_OPTION_TRADE, OPTION_TRADES.least),
      OPTION_TRADES.most,
    );
    const points: TapePoint[] = [];
    for (let k = 0; k < tape.length; k += 3)
      points.push({ at: this.absolute(tape[k]), price: tape[k + 1] * tick, trades: tape[k + 2] * trades });
    return points;
  }

  /** Settlement, volume and open interest of a trade date, published in the first file of a later UTC day. */
  private statistics(file: ScheduledFile, before: IsoDate, closing: Closing): DbnRecord[] {
    const at = this.absolute(file.active) + PUBLISHED_AFTER;
    const tsRef = utcMidnight(dayNumber(before));
    const id = futureId(this.leader!.contract);
    const { price, volume, openInterest } = closing;
    const settlement = BigInt(Math.round((price * 1e9) / this.product.tickNanos) * this.product.tickNanos);
    const records: DbnRecord[] = [
      statistic(id, 3, at, 1, { tsRef, price: settlement, statFlags: 3 }),
      statistic(id, 6, at + 40_000n, 2, { tsRef, quantity: BigInt(volume) }),
      statistic(id, 9, at + 80_000n, 3, { tsRef, quantity: BigInt(openInterest) }),
    ];
    if (this.request.options) records.push(...this.optionMarket.openInterest(before, at + 120_000n));
    return records;
  }

  /** What a trade date leaves behind: its closing figures and the truth about its touches. */
  private truth(day: ScheduledDay): SimulationOutput {
    const { contract, market } = this.leader!;
    const { strength, seed } = this.request;
    const tick = this.product.tickNanos / 1e9;
    const previous = this.closings.get(previousTradeDate(day.tradeDate)) ?? this.firstClosing;
    this.closings.set(day.tradeDate, {
      price: market.lastPrice * tick,
      volume: market.volume,
      openInterest: previous.openInterest + Math.round(this.random.normal() * 8000),
    });
    const rows = market.touches.map((touch): TruthRow => ({
      date: day.tradeDate,
      contract: contract.symbol,
      level: touch.level,
      attempt: touch.attempt,
      direction: touch.direction,
      price: touch.price * tick,
      approach_time: isoTime(this.absolute(touch.approachTime))!,
      time: isoTime(this.absolute(touch.touchTime))!,
      outcome: touch.outcome,
      shown: touch.shown,
      realised: touch.realised,
      strength,
      seed,
    }));
    rows.sort((a, b) => (a.time < b.time ? -1 : 1));
    return { kind: 'truth', tradeDate: day.tradeDate, rows };
  }
}
