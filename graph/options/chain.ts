/**
 * The listed options on one future: their terms, open interest, what customers have bought of them, and the volatility at
 * which each strike last traded.
 *
 * A volatility belongs to a strike of an expiry, not to a call or put: by parity both have the same. It stays with its
 * strike when the future moves (sticky strike) until a newer price says otherwise.
 */
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { Kind } from './classify';
import type { OptionDefinition } from './definition';
import { yearFraction } from './expiry';
import { borrowSmile, fillSmile } from './smile';

/** Kind of calls and puts on another future, beside those of `Kind`. */
export const NOT_ON_THIS_FUTURE = 4;

const NEVER = -Infinity;

export class OptionChain implements Stateful {
  private readonly slots = new Map<number, number>();

  /** By instrument slot. `kind` is a `Kind`, or `NOT_ON_THIS_FUTURE`. */
  readonly instrumentId: number[] = [];
  readonly kind: number[] = [];
  readonly pair: number[] = [];
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

  /** By expiry: when, ns since the origin; its pairs by ascending strike. */
  readonly expiresAt: number[] = [];
  private readonly pairsOf: number[][] = [];
  private readonly pairOfStrike: Map<number, number>[] = [];
  private readonly expiryOf = new Map<number, number>();

  constructor(readonly underlying: string) {}

  /** Whether no option on this future has been defined yet. */
  get empty(): boolean {
    return this.pairStrike.length === 0;
  }

  /** Takes in a definition; a later one of the same instrument replaces it, and clears its open interest if the terms differ. */
  define(definition: OptionDefinition): void {
    const { instrumentId, strike, expiresAt } = definition;
    const listed = definition.kind === Kind.Call || definition.kind === Kind.Put;
    const elsewhere = listed && definition.underlying !== this.underlying;
    const kind = elsewhere ? NOT_ON_THIS_FUTURE : definition.kind;
    const pair = listed && !elsewhere ? this.pairAt(expiresAt, strike) : -1;
    const slot = this.slots.get(instrumentId);
    if (slot === undefined) this.slots.set(instrumentId, this.addSlot(instrumentId, kind, pair));
    else if (this.kind[slot] !== kind || this.pair[slot] !== pair) this.resetSlot(slot, kind, pair);
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
   * has been observed, that of the expiry nearest in time. NaN for all as long as nothing is known.
   * @param at ns since the origin
   * @param price of the future, points
   */
  volatilities(at: number, price: number, out: Float64Array): void {
    for (const pairs of this.pairsOf) fillSmile(pairs, this.pairStrike, this.observedVol, out);
    const known = [...this.pairsOf.keys()].filter((expiry) => !Number.isNaN(out[this.pairsOf[expiry][0]]));
    if (known.length === 0 || known.length === this.pairsOf.length) return;
    for (const [expiry, pairs] of this.pairsOf.entries()) {
      if (known.includes(expiry)) continue;
      const distance = (other: number) => Math.abs(this.expiresAt[other] - this.expiresAt[expiry]);
      const lender = known.reduce((best, other) => (distance(other) < distance(best) ? other : best));
      const [lent, own] = [lender, expiry].map((e) => yearFraction(Math.max(this.expiresAt[e] - at, 1)));
      borrowSmile(pairs, this.pairsOf[lender], this.pairStrike, price, Math.sqrt(lent / own), out);
    }
  }

  save(out: StateWriter): void {
    out.section('option chain', 1);
    for (const columns of this.saved()) {
      out.unsigned(columns[0].length);
      for (const column of columns) out.doubles(column);
    }
  }

  restore(from: StateReader): void {
    from.section('option chain', 1);
    for (const columns of this.saved()) {
      const length = from.unsigned();
      for (const column of columns) for (const value of from.doubles(length)) column.push(value);
    }
    this.expiresAt.forEach((at, expiry) => this.indexExpiry(at, expiry));
    for (let pair = 0; pair < this.pairStrike.length; pair++) this.indexPair(pair);
    this.instrumentId.forEach((id, slot) => this.slots.set(id, slot));
  }

  /** Columns by expiry, by pair and by slot. */
  private saved(): number[][][] {
    return [
      [this.expiresAt],
      [this.pairStrike, this.pairExpiry, this.observedVol, this.observedAt],
      [
        this.instrumentId,
        this.kind,
        this.pair,
        this.openInterest,
        this.openInterestDay,
        this.bought,
        this.settlement,
        this.settlementDay,
      ],
    ];
  }

  private addSlot(instrumentId: number, kind: number, pair: number): number {
    const slot = this.instrumentId.push(instrumentId) - 1;
    this.resetSlot(slot, kind, pair);
    return slot;
  }

  private resetSlot(slot: number, kind: number, pair: number): void {
    this.kind[slot] = kind;
    this.pair[slot] = pair;
    this.openInterest[slot] = this.settlement[slot] = NaN;
    this.openInterestDay[slot] = this.settlementDay[slot] = NEVER;
    this.bought[slot] = 0;
  }

  private pairAt(expiresAt: number, strike: number): number {
    const expiry = this.expiryOf.get(expiresAt) ?? this.addExpiry(expiresAt);
    const known = this.pairOfStrike[expiry].get(strike);
    if (known !== undefined) return known;
    const pair = this.pairStrike.push(strike) - 1;
    this.pairExpiry.push(expiry);
    this.observedVol.push(NaN);
    this.observedAt.push(NEVER);
    this.indexPair(pair);
    return pair;
  }

  private addExpiry(expiresAt: number): number {
    const expiry = this.expiresAt.push(expiresAt) - 1;
    this.indexExpiry(expiresAt, expiry);
    return expiry;
  }

  private indexExpiry(expiresAt: number, expiry: number): void {
    this.expiryOf.set(expiresAt, expiry);
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
