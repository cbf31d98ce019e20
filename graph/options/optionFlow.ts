/**
 * Option flow of one bar and of the session so far.
 *
 * - **Pressure**: signed delta, in lots of the future: side of the aggressor x delta of the option x lots. Calls bought
 *   and puts sold push it up, as the dealer on the other side buys the future to hedge.
 * - **Tide**: signed premium in USD: side of the aggressor x price x lots x multiplier. Raw dollars grow with volatility and
 *   with years, so it is also given as a share of all premium that changed hands over the last bars, within [-1, 1].
 *
 * Both for calls and puts apart, in total and by strike band around a price. Delta comes from the volatility the trade
 * itself implies against the future's price at that moment: no later price, and no model of the smile, enters it.
 */
import type { StateReader, StateWriter } from '../state/codec';
import { NumberList } from '../state/numberList';
import type { Stateful } from '../state/operator';
import { BANDS, type StrikeBands } from './bands';
import { black76Delta, Right } from './black76';
import type { OptionChain } from './chain';
import { aggressorSign, EXCLUSIONS, type Exclusion, Kind } from './classify';
import { yearFraction } from './expiry';
import { impliedVol } from './impliedVol';
import type { OptionTradeInput } from './inputs';
import type { OptionSettings } from './settings';

/** Why there is no flow. */
export const NO_FLOW = ['no option definitions', 'no option trades'] as const;
export type NoFlow = (typeof NO_FLOW)[number];

/** What is counted, per bar and per session, in the order in which it is saved. Counts, lots, lots of the future, USD. */
const TOTALS = [
  'trades',
  'lots',
  'callBought',
  'callSold',
  'putBought',
  'putSold',
  'sideNone',
  'unpriced',
  'callPressure',
  'putPressure',
  'callTide',
  'putTide',
  'premium',
] as const;
type FlowTotals = Record<(typeof TOTALS)[number], number>;

/** Flow of a bar by strike band around a price, each in the order of `BANDS`. Pressure in lots of the future, tide in USD. */
export interface BandedFlow {
  readonly callPressure: Float64Array;
  readonly putPressure: Float64Array;
  readonly callTide: Float64Array;
  readonly putTide: Float64Array;
}

/** Flow as of the end of a bar. */
export interface FlowFigures {
  readonly bar: Readonly<FlowTotals>;
  /** Since the session began. */
  readonly session: Readonly<FlowTotals>;
  /** Trades left out in the bar, in the order of `EXCLUSIONS`. */
  readonly excluded: Float64Array;
  /** Tide over the last bars as a share of all their premium, in [-1, 1]. */
  readonly callTideShare: number;
  readonly putTideShare: number;
}

/** Per trade of the open bar: strike less the basis of its future, right, pressure, tide. */
const TRADE_WIDTH = 4;
/** Per bar of the tide's window: call tide, put tide, premium. */
const TIDE_WIDTH = 3;

export class OptionFlow implements Stateful {
  /** Of the open bar, and since the session began. */
  private readonly bar: FlowTotals = zeros();
  private readonly session: FlowTotals = zeros();
  /** Trades left out likewise, in the order of `EXCLUSIONS`. */
  private readonly excluded = new Float64Array(EXCLUSIONS.length);
  private readonly sessionExcluded = new Float64Array(EXCLUSIONS.length);
  private readonly trades = new NumberList(TRADE_WIDTH);
  private readonly tideWindow: Float64Array;
  private tideAt = 0;
  private readonly sign: 1 | -1;

  constructor(
    private readonly chain: OptionChain,
    private readonly settings: OptionSettings,
    private readonly multiplier: number,
  ) {
    this.tideWindow = new Float64Array(TIDE_WIDTH * settings.tideBars);
    this.sign = settings.flowSign === 'customer' ? 1 : -1;
  }

  /** Whether any trade of the options feed has been seen; until then, no flow means no data. */
  get seen(): boolean {
    return this.session.trades > 0 || this.sessionExcluded.some((count) => count > 0);
  }

  /**
   * Takes in one trade; one of a future is none of its options.
   * @param seen price of the future all is seen from at that moment, points; NaN if unknown
   */
  trade({ instrumentId, at, price, lots, side }: OptionTradeInput, seen: number): void {
    const slot = this.chain.find(instrumentId);
    if (slot >= 0 && this.chain.kind[slot] === Kind.Future) return;
    const basis = slot < 0 || this.chain.pair[slot] < 0 ? 0 : this.chain.basisOf(this.expiryOf(slot));
    const future = seen + basis;
    const exclusion = this.exclusionOf(slot, at, price, seen, basis);
    if (exclusion !== null) {
      const reason = EXCLUSIONS.indexOf(exclusion);
      this.excluded[reason]++;
      this.sessionExcluded[reason]++;
      return;
    }
    const right = this.chain.kind[slot] as Right;
    const aggressor = aggressorSign(side);
    const premium = price * lots * this.multiplier;
    const pressure = this.sign * aggressor * lots * this.deltaOf(slot, right, at, price, future);
    const tide = this.sign * aggressor * premium;
    this.chain.bought[slot] += aggressor * lots;
    this.count(right, aggressor, lots, pressure, tide, premium);
    if (aggressor === 0) return;
    const row = this.trades.push();
    this.trades.values[row] = this.chain.pairStrike[this.chain.pair[slot]] - basis;
    this.trades.values[row + 1] = right;
    this.trades.values[row + 2] = pressure;
    this.trades.values[row + 3] = tide;
  }

  /** The open bar as if it ended now. */
  figures(): FlowFigures {
    return {
      bar: { ...this.bar },
      session: { ...this.session },
      excluded: this.excluded.slice(),
      callTideShare: this.tideShare('callTide'),
      putTideShare: this.tideShare('putTide'),
    };
  }

  /** Flow of the open bar by strike band around a price. */
  around(price: number, bands: StrikeBands): BandedFlow {
    const [callPressure, putPressure, callTide, putTide] = Array.from(
      { length: 4 },
      () => new Float64Array(BANDS.length),
    );
    const { values, length } = this.trades;
    for (let row = 0; row < length; row += TRADE_WIDTH) {
      const band = bands.bandOf(values[row], price);
      if (band < 0) continue;
      const call = values[row + 1] === Right.Call;
      (call ? callPressure : putPressure)[band] += values[row + 2];
      (call ? callTide : putTide)[band] += values[row + 3];
    }
    return { callPressure, putPressure, callTide, putTide };
  }

  /** Ends the open bar and begins the next. */
  nextBar(): void {
    this.tideWindow.set([this.bar.callTide, this.bar.putTide, this.bar.premium], this.tideAt);
    this.tideAt = (this.tideAt + TIDE_WIDTH) % this.tideWindow.length;
    for (const name of TOTALS) this.bar[name] = 0;
    this.excluded.fill(0);
    this.trades.clear();
  }

  save(out: StateWriter): void {
    out.section('option flow', 1);
    for (const totals of [this.bar, this.session]) out.doubles(TOTALS.map((name) => totals[name]));
    out.doubles(this.excluded);
    out.doubles(this.sessionExcluded);
    out.list(this.trades);
    out.doubles(this.tideWindow);
    out.unsigned(this.tideAt);
  }

  restore(from: StateReader): void {
    from.section('option flow', 1);
    for (const totals of [this.bar, this.session]) {
      const values = from.doubles(TOTALS.length);
      TOTALS.forEach((name, i) => (totals[name] = values[i]));
    }
    from.into(this.excluded);
    from.into(this.sessionExcluded);
    from.list(this.trades);
    from.into(this.tideWindow);
    this.tideAt = from.unsigned();
  }

  /** A tide over the window that ends with the open bar, as a share of all its premium; 0 where nothing traded. */
  private tideShare(tide: 'callTide' | 'putTide'): number {
    const column = tide === 'callTide' ? 0 : 1;
    let signed = this.bar[tide];
    let premium = this.bar.premium;
    for (let i = 0; i < this.tideWindow.length; i += TIDE_WIDTH) {
      if (i === this.tideAt) continue; // The oldest bar, which the open one will replace.
      signed += this.tideWindow[i + column];
      premium += this.tideWindow[i + 2];
    }
    return premium > 0 ? signed / premium : 0;
  }

  private exclusionOf(
    slot: number,
    at: number,
    price: number,
    seen: number,
    basis: number,
  ): Exclusion | null {
    if (slot < 0) return 'unknown instrument';
    const kind = this.chain.kind[slot];
    if (kind === Kind.Combination) return 'combination';
    if (kind === Kind.Other) return 'not an option';
    if (Number.isNaN(basis)) return 'no basis';
    if (at >= this.chain.expiresAt[this.expiryOf(slot)]) return 'expired';
    if (!(price > 0)) return 'no price';
    if (seen + basis > 0) return null;
    return Number.isNaN(seen) ? 'no price of the future' : 'future at or below zero';
  }

  private expiryOf(slot: number): number {
    return this.chain.pairExpiry[this.chain.pair[slot]];
  }

  /**
   * Delta at the volatility the trade implies. Without one (the future's price is a moment older than the trade) at the
   * volatility its strike last traded at; without that, of the intrinsic value.
   */
  private deltaOf(slot: number, right: Right, at: number, price: number, future: number): number {
    const { chain } = this;
    const pair = chain.pair[slot];
    const strike = chain.pairStrike[pair];
    const years = yearFraction(chain.expiresAt[this.expiryOf(slot)] - at);
    const { rate } = this.settings;
    const implied = impliedVol(right, price, future, strike, years, rate);
    // An in-the-money price is mostly intrinsic value: a tick of it is too coarse a measure of the time value.
    if (!Number.isNaN(implied) && right * (future - strike) <= 0) chain.observe(pair, implied, at);
    if (Number.isNaN(implied)) {
      this.bar.unpriced++;
      this.session.unpriced++;
    }
    const known = Number.isNaN(implied) ? chain.observedVol[pair] : implied;
    return black76Delta(right, future, strike, years, Number.isNaN(known) ? 0 : known, rate);
  }

  private count(
    right: Right,
    side: 1 | -1 | 0,
    lots: number,
    pressure: number,
    tide: number,
    premium: number,
  ): void {
    const call = right === Right.Call;
    for (const totals of [this.bar, this.session]) {
      totals.trades++;
      totals.lots += lots;
      totals.premium += premium;
      if (side === 0) totals.sideNone += lots;
      else if (call) totals[side > 0 ? 'callBought' : 'callSold'] += lots;
      else totals[side > 0 ? 'putBought' : 'putSold'] += lots;
      totals[call ? 'callPressure' : 'putPressure'] += pressure;
      totals[call ? 'callTide' : 'putTide'] += tide;
    }
  }
}

function zeros(): FlowTotals {
  return Object.fromEntries(TOTALS.map((name) => [name, 0])) as FlowTotals;
}
