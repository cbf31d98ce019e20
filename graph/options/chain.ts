/**
 * The listed options on the futures of a product, seen from one of them: their terms, open interest, what customers have bought of
 * them, and the volatility at which each strike last traded.
 *
 * The price of another future is that of this one and the *basis* between them, which settlements tell: a future on another month
 * moves point for point with this one. Options on futures whose basis is not known enter no figure.
 *
 * A volatility belongs to a strike of an expiry, not to a call or put: by parity both have the same. It stays with its
 * strike when the future moves (sticky strike) until a newer price says otherwise.
 */
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { listOf, text } from '../state/valueCodec';
import { Kind } from './classify';
import type { OptionDefinition } from './definition';
import { yearFraction } from './expiry';
import { borrowSmile, fillSmile } from './smile';

const NEVER = -Infinity;
const namesCodec = listOf(text);

export class OptionChain implements Stateful {
  private readonly slots = new Map<number, number>();

  /** Futures the options are on; the first is the one all is seen from. Points its price is below that of each; NaN unknown. */
  private readonly futures: string[];
  private readonly basis: number[] = [0];

  /** By instrument slot. `kind` is a `Kind`. */
  readonly instrumentId: number[] = [];
  readonly kind: number[] = [];
  readonly pair: number[] = [];
  /** Place of an outright future among `futures`; -1 of other instruments. */
  private readonly future: number[] = [];
  /** Lots; NaN until published. */
  readonly openInterest: number[] = [];
  /** Day the open interest is of. */
  private readonly openInterestDay: number[] = [];
  /** Lots aggressors have bought less sold since the session began. */
  readonly bought: number[] = [];
  /** Last published settlement price, points, and the day it is of. */
  readonly settlement: number[] = [];
  readonly settlementDay: number[] = [];

  /** By pair: the call and put of one expiry and strike. Volatility NaN and time -Infinity until one is known. */
  readonly pairExpiry: number[] = [];
  readonly pairStrike: number[] = [];
  readonly observedVol: number[] = [];
  readonly observedAt: number[] = [];

  /** By expiry, of the options on one future: when, ns since the origin; that future; its pairs by ascending strike. */
  readonly expiresAt: number[] = [];
  private readonly futureOf: number[] = [];
  private readonly pairsOf: number[][] = [];
  private readonly pairOfStrike: Map<number, number>[] = [];
  /** By future and time, as text. */
  private readonly expiryOf = new Map<string, number>();

  /** @param future raw symbol of the one all is seen from */
  constructor(future: string) {
    this.futures = [future];
  }

  /** Whether no option has been defined yet. */
  get empty(): boolean {
    return this.pairStrike.length === 0;
  }

  /** Takes in a definition; a later one of the same instrument replaces it, and clears its open interest if the terms differ. */
  define(definition: OptionDefinition): void {
    const { instrumentId, kind, underlying, strike, expiresAt } = definition;
    const listed = kind === Kind.Call || kind === Kind.Put;
    const pair = listed ? this.pairAt(this.futureAt(underlying), expiresAt, strike) : -1;
    const future = kind === Kind.Future ? this.futureAt(underlying) : -1;
    let slot = this.slots.get(instrumentId);
    if (slot === undefined) this.slots.set(instrumentId, (slot = this.instrumentId.push(instrumentId) - 1));
    else if (this.kind[slot] === kind && this.pair[slot] === pair && this.future[slot] === future) return;
    this.resetSlot(slot, kind, pair, future);
  }

  /** Points the future an expiry is on lies above the one all is seen from; NaN if unknown. */
  basisOf(expiry: number): number {
    return this.basis[this.futureOf[expiry]];
  }

  /**
   * Takes in prices at which the futures settled at one time, points by their places; NaN where one is not known. Bases that do not
   * follow from them stay.
   */
  setBases(settled: readonly number[]): void {
    settled.forEach((price, future) => {
      const basis = price - settled[0];
      if (!Number.isNaN(basis)) this.basis[future] = basis;
    });
  }

  /**
   * Prices at which the futures settled on a day, points by their places: as published, or by the options on them; NaN where neither
   * tells.
   * @param forwards by expiry: what the prices of its options say; NaN where they say nothing
   */
  settledFutures(day: number, forwards: readonly number[]): number[] {
    const settled = this.futures.map((_, future) => {
      const slot = this.future.findIndex((of, slot) => of === future && this.settlementDay[slot] === day);
      return slot < 0 ? NaN : this.settlement[slot];
    });
    const byTime = [...this.expiresAt.keys()].sort((a, b) => this.expiresAt[a] - this.expiresAt[b]);
    for (const expiry of byTime)
      if (Number.isNaN(settled[this.futureOf[expiry]])) settled[this.futureOf[expiry]] = forwards[expiry];
    return settled;
  }

  /** Slot of an instrument, or -1. */
  find(instrumentId: number): number {
    return this.slots.get(instrumentId) ?? -1;
  }

  /** Open interest of a day, lots. An older day's does not replace a newer one's. */
  setOpenInterest(slot: number, day: number, lots: number): void {
    if (day < this.openInterestDay[slot]) return;
    this.openInterest[slot] = lots;
    this.openInterestDay[slot] = day;
  }

  /** Settlement price of a day, points: preliminary first, final last. */
  setSettlement(slot: number, day: number, price: number): void {
    if (day < this.settlementDay[slot]) return;
    this.settlement[slot] = price;
    this.settlementDay[slot] = day;
  }

  /** Takes in a volatility at which a pair traded or settled at `at`, unless a newer one is known. */
  observe(pair: number, vol: number, at: number): void {
    if (at < this.observedAt[pair]) return;
    this.observedVol[pair] = vol;
    this.observedAt[pair] = at;
  }

  /** Pairs of an expiry by ascending strike. */
  strikesOf(expiry: number): readonly number[] {
    return this.pairsOf[expiry];
  }

  /**
   * Volatility of every pair into `out`: observed, or between observed strikes of its expiry; where nothing of an expiry
   * has been observed, that of the expiry nearest in time. NaN for all as long as nothing is known, and of options on a future whose
   * price is not.
   * @param at ns since the origin
   * @param price of the future, points
   */
  volatilities(at: number, price: number, out: Float64Array): void {
    out.fill(NaN);
    const priced = [...this.pairsOf.keys()].filter((expiry) => price + this.basisOf(expiry) > 0);
    for (const expiry of priced) fillSmile(this.pairsOf[expiry], this.pairStrike, this.observedVol, out);
    const known = priced.filter((expiry) => !Number.isNaN(out[this.pairsOf[expiry][0]]));
    if (known.length === 0) return;
    for (const expiry of priced) {
      if (known.includes(expiry)) continue;
      const distance = (other: number) => Math.abs(this.expiresAt[other] - this.expiresAt[expiry]);
      const lender = known.reduce((best, other) => (distance(other) < distance(best) ? other : best));
      const [lent, own] = [lender, expiry].map((e) => yearFraction(Math.max(this.expiresAt[e] - at, 1)));
      const side = (of: number) => ({ pairs: this.pairsOf[of], price: price + this.basisOf(of) });
      borrowSmile(side(expiry), side(lender), this.pairStrike, Math.sqrt(lent / own), out);
    }
  }

  save(out: StateWriter): void {
    out.section('option chain', 2);
    namesCodec.write(out, this.futures);
    for (const columns of this.saved()) {
      out.unsigned(columns[0].length);
      for (const column of columns) out.doubles(column);
    }
  }

  restore(from: StateReader): void {
    from.section('option chain', 2);
    this.futures.splice(0, Infinity, ...namesCodec.read(from));
    this.basis.length = 0;
    for (const columns of this.saved()) {
      const length = from.unsigned();
      for (const column of columns) for (const value of from.doubles(length)) column.push(value);
    }
    this.expiresAt.forEach((at, expiry) => this.indexExpiry(this.futureOf[expiry], at, expiry));
    for (let pair = 0; pair < this.pairStrike.length; pair++) this.indexPair(pair);
    this.instrumentId.forEach((id, slot) => this.slots.set(id, slot));
  }

  /** Columns by expiry, by pair and by slot. */
  private saved(): number[][][] {
    return [
      [this.basis],
      [this.expiresAt, this.futureOf],
      [this.pairStrike, this.pairExpiry, this.observedVol, this.observedAt],
      [
        this.instrumentId,
        this.kind,
        this.pair,
        this.future,
        this.openInterest,
        this.openInterestDay,
        this.bought,
        this.settlement,
        this.settlementDay,
      ],
    ];
  }

  private resetSlot(slot: number, kind: number, pair: number, future: number): void {
    this.kind[slot] = kind;
    this.pair[slot] = pair;
    this.future[slot] = future;
    this.openInterest[slot] = this.settlement[slot] = NaN;
    this.openInterestDay[slot] = this.settlementDay[slot] = NEVER;
    this.bought[slot] = 0;
  }

  private futureAt(symbol: string): number {
    const known = this.futures.indexOf(symbol);
    if (known >= 0) return known;
    this.basis.push(NaN);
    return this.futures.push(symbol) - 1;
  }

  private pairAt(future: number, expiresAt: number, strike: number): number {
    const expiry = this.expiryOf.get(`${future} ${expiresAt}`) ?? this.addExpiry(future, expiresAt);
    const known = this.pairOfStrike[expiry].get(strike);
    if (known !== undefined) return known;
    const pair = this.pairStrike.push(strike) - 1;
    this.pairExpiry.push(expiry);
    this.observedVol.push(NaN);
    this.observedAt.push(NEVER);
    this.indexPair(pair);
    return pair;
  }

  private addExpiry(future: number, expiresAt: number): number {
    const expiry = this.expiresAt.push(expiresAt) - 1;
    this.futureOf.push(future);
    this.indexExpiry(future, expiresAt, expiry);
    return expiry;
  }

  private indexExpiry(future: number, expiresAt: number, expiry: number): void {
    this.expiryOf.set(`${future} ${expiresAt}`, expiry);
    this.pairsOf.push([]);
    this.pairOfStrike.push(new Map());
  }

  /** Puts a pair in its place among the strikes of its expiry. */
  private indexPair(pair: number): void {
    const strike = this.pairStrike[pair];
    const pairs = this.pairsOf[this.pairExpiry[pair]];
    let low = 0;
    let high = pairs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.pairStrike[pairs[middle]] < strike) low = middle + 1;
      else high = middle;
    }
    pairs.splice(low, 0, pair);
    this.pairOfStrike[this.pairExpiry[pair]].set(strike, pair);
  }
}
