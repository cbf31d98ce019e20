/**
 * Options on the simulated future: open interest and trades. Prices are Black-76 with a skewed smile around the future's present
 * price, rounded to a tick against the aggressor.
 */
import type { DbnRecord } from '../../dbn';
import { Flag } from '../../records/mbo';
import { contractOf, type Contract } from '../../products/contracts';
import { dayNumber, type IsoDate } from '../../market/days';
import { utcMidnight } from '../../market/easternTime';
import type { Product } from '../../products/profile';
import { black76Price, Right } from '../../options/black76';
import { yearFraction } from '../../options/expiry';
import { exp, ln } from '../../random/arithmetic';
import { AGGRESSOR_SIZE, CAPTURE_DELAY, SEND_DELAY, SEQUENCE_STEP } from '../calibration';
import { listOptions, type ListedOption } from './optionListing';
import type { Random } from '../../random/random';
import { statistic, StatType } from '../statistics';

const RATE = 0.05;
/** Volatility at the money, and its daily step, standard deviation of the logarithm. */
const FIRST_VOLATILITY = 0.125;
const VOLATILITY_STEP = 0.04;
/** The smile in standard deviations z from the money: 1 - skew z + curve z^2. */
const SKEW = 0.07;
const CURVE = 0.012;
/** Shares of trades by days to expiry: half of all volume expires the same day. */
const tradeWeight = (days: number) => (days === 0 ? 1 : days <= 2 ? 0.25 : days <= 10 ? 0.06 : 0.04);
const OUT_OF_THE_MONEY_SHARE = 0.85;
/** Premiums up to 5.00 have ticks of 0.05, above of 0.25. */
const SMALL_TICK = 50_000_000;
const LARGE_TICK = 250_000_000;
const SMALL_PREMIUM = 5;
const OPTIONS_CHANNEL = 1;

interface Holding {
  readonly option: ListedOption;
  openInterest: number;
  volume: number;
}

/** Strikes of one expiry with their call and put. */
interface Expiry {
  readonly expiresAt: bigint;
  readonly days: number;
  /** Growth from the simulated future to the one these options are on. */
  readonly carry: number;
  readonly strikes: number[];
  readonly calls: Holding[];
  readonly puts: Holding[];
}

/** One second of the future's trading. */
export interface TapePoint {
  /** ns since the epoch. */
  readonly at: bigint;
  /** Points. */
  readonly price: number;
  /** Trades to be expected in it. */
  readonly trades: number;
}

/** Price of a future over that of another. */
export const carryBetween = (one: Contract, other: Contract) =>
  exp((RATE * (dayNumber(other.expiry) - dayNumber(one.expiry))) / 365);

export class OptionMarket {
  private holdings = new Map<number, Holding>();
  private expiries: Expiry[] = [];
  private volatility = FIRST_VOLATILITY;
  private sequence = 0;
  /** Exponential time to the next trade, in expected trades. */
  private untilNext = 1;

  constructor(
    private readonly product: Product,
    private readonly random: Random,
  ) {}

  /** Options alive, by expiry and strike. */
  get listed(): ListedOption[] {
    return [...this.holdings.values()].map(({ option }) => option);
  }

  /**
   * Lists what is due on a date and drops what has expired before it.
   * @param future symbol of the simulated future @param price its price, points
   */
  list(on: IsoDate, future: string, price: number): void {
    this.volatility *= exp(VOLATILITY_STEP * this.random.normal());
    this.volatility = Math.min(Math.max(this.volatility, 0.08), 0.3);
    this.sequence = 0;
    for (const [id, { option }] of this.holdings) if (option.expiry < on) this.holdings.delete(id);
    for (const option of listOptions(this.product, on, price)) {
      if (this.holdings.has(option.instrumentId)) continue;
      const openInterest = this.firstOpenInterest(option, on, price);
      this.holdings.set(option.instrumentId, { option, openInterest, volume: 0 });
    }
    const byId = [...this.holdings].sort(([a], [b]) => a - b);
    this.holdings = new Map(byId);
    this.index(on, future);
  }

  private index(on: IsoDate, future: string): void {
    const expiries = new Map<string, Expiry>();
    const front = contractOf(this.product, future, on)!;
    for (const holding of this.holdings.values()) {
      const { option } = holding;
      const key = `${option.expiresAt}`;
      let expiry = expiries.get(key);
      if (!expiry) {
        const carry = carryBetween(front, contractOf(this.product, option.underlying, on)!);
        const days = dayNumber(option.expiry) - dayNumber(on);
        expiry = { expiresAt: option.expiresAt, days, carry, strikes: [], calls: [], puts: [] };
        expiries.set(key, expiry);
      }
      if (option.right === 'C') {
        expiry.strikes.push(option.strike);
        expiry.calls.push(holding);
      } else expiry.puts.push(holding);
    }
    this.expiries = [...expiries.values()];
  }

  /** Lots open when an option is first seen: most at round strikes, out of the money, and where it has been listed for long. */
  private firstOpenInterest(option: ListedOption, on: IsoDate, price: number): number {
    const { strike, right } = option;
    const days = dayNumber(option.expiry) - dayNumber(on);
    const reach = 0.012 + 0.004 * Math.sqrt(days);
    const away = ln(strike / price) / reach;
    const round = strike % 100 === 0 ? 6 : strike % 50 === 0 ? 3.5 : strike % 25 === 0 ? 2 : 1;
    const outside = (right === 'C') === strike > price ? 1 : 0.3;
    const puts = right === 'P' ? 1.4 : 1;
    const typical =
      900 * round * outside * puts * exp(-0.5 * Math.min(away * away, 60)) * (days > 45 ? 4 : 1);
    return Math.round(typical * exp(0.8 * this.random.normal()));
  }

  /** Ends a trade date: part of what was traded opened positions. */
  settle(): void {
    for (const holding of this.holdings.values()) {
      const opened = Math.round(holding.volume * (this.random.unit() * 1.2 - 0.3));
      holding.openInterest = Math.max(0, holding.openInterest + opened);
      holding.volume = 0;
    }
  }

  /** Open interest of a trade date, option by option. @param at capture time of the first, ns UTC */
  openInterest(tradeDate: IsoDate, at: bigint, spacing: bigint): DbnRecord<'statistics'>[] {
    const tsRef = utcMidnight(dayNumber(tradeDate));
    return [...this.holdings.values()].map(({ option, openInterest }, k) =>
      statistic(option.instrumentId, at + BigInt(k) * spacing, ++this.sequence, {
        statType: StatType.OpenInterest,
        quantity: BigInt(openInterest),
        tsRef,
        channelId: OPTIONS_CHANNEL,
      }),
    );
  }

  /** Trades of a stretch of the future's tape, in the order of their capture. */
  trades(tape: readonly TapePoint[]): DbnRecord<'trades'>[] {
    const { random } = this;
    const trades: DbnRecord<'trades'>[] = [];
    let lastReceived = 0n;
    for (const { at, price, trades: expected } of tape) {
      let left = expected;
      while (this.untilNext <= left) {
        left -= this.untilNext;
        this.untilNext = random.exponential();
        const tsEvent = at + BigInt(Math.floor((1 - left / expected) * 999_000_000));
        const trade = this.trade(tsEvent, price);
        if (!trade) continue;
        if (trade.tsRecv <= lastReceived) trade.tsRecv = lastReceived + 1000n;
        lastReceived = trade.tsRecv;
        trades.push(trade);
      }
      this.untilNext -= left;
    }
    return trades;
  }

  private trade(tsEvent: bigint, price: number): DbnRecord<'trades'> | null {
    const { random } = this;
    const expiry = this.pickExpiry(tsEvent);
    if (!expiry) return null;
    const forward = price * expiry.carry;
    const years = yearFraction(Number(expiry.expiresAt - tsEvent));
    const deviation = Math.max(this.volatility * Math.sqrt(years), 0.0012);
    const wanted = forward * exp(1.1 * deviation * random.normal());
    const k = nearest(expiry.strikes, wanted);
    const strike = expiry.strikes[k];
    const above = strike > forward === random.chance(OUT_OF_THE_MONEY_SHARE);
    const holding = above ? expiry.calls[k] : expiry.puts[k];
    const right = above ? Right.Call : Right.Put;
    const z = Math.min(Math.max(ln(strike / forward) / deviation, -6), 6);
    const sigma = this.volatility * (1 - SKEW * z + CURVE * z * z);
    const value = black76Price(right, forward, strike, years, sigma, RATE);
    const buys = random.chance(0.52);
    const tick = value <= SMALL_PREMIUM ? SMALL_TICK : LARGE_TICK;
    const ticks = Math.max(1, (buys ? Math.ceil : Math.floor)((value * 1e9) / tick));
    const size = AGGRESSOR_SIZE.draw(random);
    holding.volume += size;
    this.sequence += SEQUENCE_STEP.draw(random);
    return {
      type: 'trades',
      publisherId: 1,
      instrumentId: holding.option.instrumentId,
      tsEvent,
      price: BigInt(ticks) * BigInt(tick),
      size,
      action: 'T',
      side: buys ? 'B' : 'A',
      flags: Flag.Last | Flag.PublisherSpecific,
      depth: 0,
      tsRecv: tsEvent + BigInt(Math.floor(CAPTURE_DELAY.draw(random))),
      tsInDelta: Math.floor(SEND_DELAY.draw(random)),
      sequence: this.sequence,
    };
  }

  private pickExpiry(tsEvent: bigint): Expiry | null {
    const alive = this.expiries.filter(({ expiresAt }) => expiresAt > tsEvent + 60_000_000_000n);
    const total = alive.reduce((sum, { days }) => sum + tradeWeight(days), 0);
    let u = this.random.unit() * total;
    for (const expiry of alive) if ((u -= tradeWeight(expiry.days)) < 0) return expiry;
    return null;
  }
}

/** Index of the value nearest to `wanted` in a rising list. */
function nearest(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low > 0 && wanted - values[low - 1] < values[low] - wanted ? low - 1 : low;
}
