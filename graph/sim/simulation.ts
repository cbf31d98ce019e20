/**
 * A simulated market as the files Databento would deliver of it: MBO of the future by UTC day, and definitions, trades and
 * statistics of it and its options.
 *
 * The simulation is a generator and runs no further than it is read. The same request yields the same bytes, however it is read;
 * a longer one begins with the same days as a shorter one.
 */
import { isoTime } from '../dbn';
import { SpymasterError } from '../errors';
import type { IsoDate } from '../market/days';
import type { MboBatch } from '../records/mbo';
import type { Products } from '../products/catalog';
import type { Product } from '../products/profile';
import { ContractMarkets } from './contractMarkets';
import { DayFiles, type SymbolId } from './files/dayFiles';
import { futureId } from './files/definitions';
import { QUIET_BEFORE_END } from './market';
import type { BatchPool, SimulationOutput, SimulationRequest, TruthRow } from './files/output';
import { Random } from '../random/random';
import { START_PRICES } from './startPrices';
import { preOpenOf, scheduleOf, type Schedule, type ScheduledDay, type ScheduledFile } from './flow/schedule';

export type { BatchPool, SimulationOutput, SimulationRequest, TruthRow } from './files/output';

/** MBO rows a session. */
export const SIZES = { small: 300_000, quiet: 3_000_000, normal: 12_000_000, extreme: 33_000_000 } as const;

/** Least first price within the simulation, ticks, whose books begin at 0; see `zero`. */
const LEAST_START = 20_000;
const LEAST_EVENTS = 10_000;

function check({ symbol, price, events, strength, days }: SimulationRequest): void {
  const refuse = (message: string, expected: string) => {
    throw new SpymasterError('BadArgument', message, { expected });
  };
  if (price === undefined && !Object.hasOwn(START_PRICES, symbol))
    refuse(
      `"${symbol}" needs a price to begin at.`,
      `--price, or one of ${Object.keys(START_PRICES).join(', ')}`,
    );
  if (!(strength >= 0 && strength <= 1)) refuse(`There is no strength of ${strength}.`, '0 to 1');
  if (!(events >= LEAST_EVENTS))
    refuse(`${events} events are no session.`, `at least ${LEAST_EVENTS} events`);
  if (!(days >= 1)) refuse(`${days} trade dates are no simulation.`, 'at least 1');
}

export class Simulation {
  private readonly product: Product;
  /** Ticks added to prices within the simulation, so that all are above 0. */
  private readonly zero: number;
  private readonly schedule: Schedule;
  private readonly markets: ContractMarkets;
  private readonly dayFiles: DayFiles;

  /** @throws SpymasterError BadArgument for a request that cannot be simulated, or an unknown product */
  constructor(
    private readonly request: SimulationRequest,
    pool: BatchPool,
    products: Products,
  ) {
    const { symbol, from, days, events, strength, seed, options } = request;
    const product = (this.product = products.productOf(symbol));
    check(request);
    const random = new Random(seed);
    const { tickNanos } = product;
    const { origin } = (this.schedule = scheduleOf(product, from, days));
    const price = request.price ?? START_PRICES[symbol];
    const first = Math.round((price * 1e9) / tickNanos);
    this.zero = Math.max(0, LEAST_START - first);
    const market = { origin, tickNanos, start: first + this.zero, zero: this.zero, events, strength };
    this.markets = new ContractMarkets(market, random, pool);
    this.dayFiles = new DayFiles(this.product, origin, price, events, options, random.fork('day files'));
  }

  /** Trade dates to be simulated. */
  get tradeDates(): IsoDate[] {
    return this.schedule.days.map(({ tradeDate }) => tradeDate);
  }

  /** With what the names of its files begin, one a UTC day: `xsim-mdp3-20240305.` */
  get filePrefixes(): string[] {
    return this.schedule.files.map(({ date }) => this.dayFiles.prefix(date));
  }

  *run(): Generator<SimulationOutput, void, void> {
    const { days, files } = this.schedule;
    const waiting = [...files];
    let open: ScheduledFile | null = null;
    for (const day of days) {
      const end = this.offset(day.session.window.end);
      // Every trade date but the first begins within the file of the one before.
      yield* rows(this.markets.begin(day, open));
      while (open !== null || (waiting.length > 0 && waiting[0].start < end)) {
        if (open === null) {
          open = waiting.shift()!;
          yield this.dayFiles.header(open, 'mbo', this.contractsIn(open));
          this.markets.openFile(open);
        }
        if (end < open.end) {
          yield* rows(this.markets.advance(end));
          break;
        }
        yield* rows(this.markets.advance(open.end - QUIET_BEFORE_END));
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

  /** Symbols and ids of the contracts that trade in a file. */
  private contractsIn(file: ScheduledFile): SymbolId[] {
    const contracts = new Map<string, number>();
    for (const day of this.schedule.days) {
      const active = day.session.hours.some(
        ({ open, close }) =>
          this.offset(preOpenOf(open, this.product)) < file.end && this.offset(close) > file.start,
      );
      if (!active) continue;
      for (const contract of [day.contract, day.rollingTo])
        if (contract) contracts.set(contract.symbol, futureId(contract));
    }
    return [...contracts];
  }

  /** Ends the UTC day's MBO file and writes the others of that day. */
  private *closeFile(file: ScheduledFile): Generator<SimulationOutput> {
    yield { kind: 'end' };
    yield* this.dayFiles.write(file, this.markets.front.contract, this.markets.takeTape());
  }

  /** Closes a trade date and tells the truth about it. */
  private truth({ tradeDate }: ScheduledDay): SimulationOutput {
    const { contract, market } = this.markets.front;
    const { strength, seed } = this.request;
    const tick = this.product.tickNanos / 1e9;
    const iso = (offset: number) => isoTime(this.schedule.origin + BigInt(offset))!;
    this.dayFiles.close(tradeDate, contract, (market.lastPrice - this.zero) * tick, market.volume);
    const touches = market.touches.map((touch): TruthRow => ({
      date: tradeDate,
      contract: contract.symbol,
      level: touch.level,
      attempt: touch.attempt,
      direction: touch.direction,
      price: (touch.price - this.zero) * tick,
      distance: touch.distance,
      approach: touch.approach,
      signal_of: touch.signalOf,
      approach_time: iso(touch.approachTime),
      time: iso(touch.touchTime),
      outcome: touch.outcome,
      shown: touch.shown,
      realised: touch.realised,
      strength,
      seed,
    }));
    touches.sort((a, b) => (a.time < b.time ? -1 : 1));
    return { kind: 'truth', tradeDate, rows: touches };
  }
}

function* rows(batches: Iterable<MboBatch>): Generator<SimulationOutput> {
  for (const batch of batches) yield { kind: 'mbo', batch };
}
