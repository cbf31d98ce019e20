/** Instruments of the options feed, as an operator takes them in. */
import { SpymasterError } from '../errors';
import type { IsoDate } from '../market/days';
import type { Product } from '../products/profile';
import type { TimeOrigin } from '../market/time';
import type { DefinitionRow } from '../records/definitionsTable';
import { isPlausiblePrice } from '../records/validate';
import { Kind, kindOf } from './classify';
import { parseOption, type OptionTerms } from './expiry';

/** One option or other instrument, as far as its definition matters here. */
export interface OptionDefinition {
  readonly instrumentId: number;
  readonly kind: Kind;
  /** Raw symbol of the future it is on, e.g. `ESH4`; its own of a future. */
  readonly underlying: string;
  /** Points; NaN for instruments other than calls and puts. */
  readonly strike: number;
  /** ns since the operator's origin; NaN for instruments other than calls and puts. */
  readonly expiresAt: number;
}

/** The fields of a definition record or a row of `bronze.definitions` that matter. */
export type DefinitionFields = Omit<DefinitionRow, 'tsRecv'>;

/** Why an option's definition cannot be used; see `DEAD_LETTERS`. */
export type DefinitionFault = 'definition_incomplete' | 'strike_implausible';

/**
 * What is wrong with a definition: an option leaves something open that its symbol does not tell, or its strike is none.
 * @param product of the future whose options are wanted
 * @param on date of the definition
 */
export function definitionFault(
  fields: DefinitionFields,
  product: Product,
  on: IsoDate,
): DefinitionFault | null {
  const kind = kindOf(fields.instrumentClass);
  if (kind !== Kind.Call && kind !== Kind.Put) return null;
  const { strikePrice } = fields;
  if (strikePrice !== null && !(strikePrice !== 0n && isPlausiblePrice(strikePrice)))
    return 'strike_implausible';
  try {
    const terms = openTerms(fields, product, on);
    return terms?.strike === 0 && strikePrice === null ? 'strike_implausible' : null;
  } catch (error) {
    if (error instanceof SpymasterError) return 'definition_incomplete';
    throw error;
  }
}

/** The terms a definition leaves open, by its symbol; null where it is complete. */
function openTerms(
  { symbol, strikePrice, expiration, underlying }: DefinitionFields,
  product: Product,
  on: IsoDate,
): OptionTerms | null {
  return strikePrice !== null && expiration !== null && underlying !== ''
    ? null
    : parseOption(symbol, product, on);
}

/**
 * A definition for the operator. What an option's definition leaves open - strike, expiration or underlying - follows from
 * its symbol by the rules of the exchange.
 * @param product of the future whose options are wanted
 * @param on date of the definition
 * @throws SpymasterError BadArgument if something is open and the symbol names no option
 */
export function optionDefinition(
  fields: DefinitionFields,
  product: Product,
  on: IsoDate,
  origin: TimeOrigin,
): OptionDefinition {
  const { instrumentId, symbol, strikePrice, expiration } = fields;
  const kind = kindOf(fields.instrumentClass);
  if (kind !== Kind.Call && kind !== Kind.Put) {
    const underlying = kind === Kind.Future ? symbol : fields.underlying;
    return { instrumentId, kind, underlying, strike: NaN, expiresAt: NaN };
  }
  const terms = openTerms(fields, product, on);
  const strike = strikePrice === null ? (terms?.strike ?? NaN) : Number(strikePrice) / 1e9;
  // Listed on crude oil in 2020; Black-76, the model of everything here, is undefined for it.
  if (strike < 0) return { instrumentId, kind: Kind.Other, underlying: '', strike: NaN, expiresAt: NaN };
  if (!(strike > 0))
    throw new SpymasterError('BadArgument', `${symbol} is defined with a strike of ${strike}`, {
      field: 'strike_price',
      expected: 'more than 0',
    });
  return {
    instrumentId,
    kind,
    underlying: fields.underlying || (terms?.underlying ?? ''),
    strike,
    // Far expiries lie beyond exact doubles; a microsecond in a year does not matter there.
    expiresAt: Number((expiration ?? terms!.expiresAt) - origin.ns),
  };
}
