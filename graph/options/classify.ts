/**
 * Which option trades say something about what customers bought, and which way.
 *
 * The side of a trade is the aggressor's, and the aggressor is taken to be the customer. Combinations (user-defined spreads,
 * classes M and T) are left out: their price is a difference of premiums, often negative, their side says nothing about a single
 * leg, and the venue does not print the legs. What is left out is counted, by reason.
 */
import { Side } from '../records/mbo';
import { Right } from './black76';

/** What an instrument is to option flow. Calls and puts carry their `Right` as value. */
export const Kind = { Call: Right.Call, Put: Right.Put, Combination: 2, Other: 3, Future: 4 } as const;
export type Kind = (typeof Kind)[keyof typeof Kind];

/** Reasons why a trade is left out. */
export const EXCLUSIONS = [
  'combination',
  'not an option',
  'unknown instrument',
  'no basis',
  'expired',
  'no price',
  'no price of the future',
  'future at or below zero',
] as const;
export type Exclusion = (typeof EXCLUSIONS)[number];

/** `instrumentClass` of DBN's definitions: C call, P put, M and T combinations with options in them, F outright future. */
export function kindOf(instrumentClass: string): Kind {
  if (instrumentClass === 'C') return Kind.Call;
  if (instrumentClass === 'P') return Kind.Put;
  if (instrumentClass === 'F') return Kind.Future;
  return instrumentClass === 'M' || instrumentClass === 'T' ? Kind.Combination : Kind.Other;
}

/** +1 if the aggressor bought, -1 if it sold, 0 if there was none (auctions, implied trades). */
export function aggressorSign(side: number): 1 | -1 | 0 {
  if (side === Side.Bid) return 1;
  return side === Side.Ask ? -1 : 0;
}
