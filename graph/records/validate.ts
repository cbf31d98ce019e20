/**
 * Which MBO records can be used, and why not. Pure and stateless: the stages that read raw data ask it for every
 * record, and a replay of dead letters asks it again.
 */
import { Action, Flag, Side, type MboBatch } from './mbo';
import type { TimeOrigin } from '../market/time';

/** Why a record was set aside, each with its meaning. The first three are of feeds that carry JSON. */
export const DEAD_LETTERS = {
  json_parse: 'the message is not JSON',
  schema_missing: 'a field of the message is missing',
  schema_type: 'a field of the message has the wrong type',
  action_unknown: 'the action is none of A C M R T F N',
  side_unknown: 'the side is none of A B N',
  price_off_tick: "the price is no multiple of the contract's tick",
  price_undefined: 'an order, fill or trade has no price',
  size_nonpositive: 'an order, cancel, fill or trade has no size',
  ts_out_of_session: "the capture time lies outside the trade date's window",
  ts_regressed: 'the capture time is before that of the record before',
  unknown_order: 'the record changes an order the book does not hold',
  symbol_unmapped: 'no symbol is known for the instrument id on that day',
  spread_symbol: 'the instrument is a spread, not an outright contract',
} as const;

export type DeadLetterReason = keyof typeof DEAD_LETTERS;
export const DEAD_LETTER_REASONS = Object.keys(DEAD_LETTERS) as DeadLetterReason[];

/** The field at fault, and what is expected of it where that is the same for all contracts. */
const FAULTS: Partial<Record<DeadLetterReason, readonly [field: string, expected?: string]>> = {
  action_unknown: ['action', 'A, C, M, R, T, F or N'],
  side_unknown: ['side', 'A, B or N'],
  price_off_tick: ['price'],
  price_undefined: ['price', 'a price'],
  size_nonpositive: ['size', 'at least 1'],
  ts_out_of_session: ['ts_recv', "within the trade date's window"],
  ts_regressed: ['ts_recv', 'not before that of the record before'],
  symbol_unmapped: ['instrument_id', 'an id some imported file maps to a symbol'],
};

/**
 * The field at fault for a reason, and what is expected of it; null where no single field is at fault.
 * @param tickNanos the contract's tick, 1e-9
 */
export function faultOf(
  reason: DeadLetterReason,
  tickNanos: number,
): { field: string | null; expected: string | null } {
  const [field = null, expected = null] = FAULTS[reason] ?? [];
  return { field, expected: reason === 'price_off_tick' ? `a multiple of ${tickNanos / 1e9}` : expected };
}

/** The rules for the records of one contract-date. */
export interface MboRules {
  /** Times below count from here. */
  readonly origin: TimeOrigin;
  /** Capture times `(windowStart, windowEnd]` belong to the trade date; ns since the origin. */
  readonly windowStart: number;
  readonly windowEnd: number;
  /** Smallest price step in 1e-9 units; 0 if the product's is not known. */
  readonly tickNanos: number;
}

/** What an action must carry. R and N carry nothing; an order flagged top-of-book without price empties its side. */
const CARRIES_SIZE = letters(Action.Add, Action.Cancel, Action.Modify, Action.Trade, Action.Fill);
const CARRIES_PRICE = letters(Action.Add, Action.Modify, Action.Trade, Action.Fill);
const ACTIONS = letters(...Object.values(Action));
const SIDES = letters(...Object.values(Side));

function letters(...codes: number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const code of codes) table[code] = 1;
  return table;
}

const TWO_32 = 2 ** 32;
const UNDEFINED_HIGH = 0x7fff_ffff;
const UNDEFINED_LOW = 0xffff_ffff;

/**
 * Whether a record can be used.
 *
 * Only orders and trades are held to the tick: a cancel repeats what the venue said before, and losing it would leave a
 * dead order in the book.
 *
 * @param previousTsRecv capture time of the last record that could be used, ns since the origin; `-Infinity` for none
 * @returns `null`, or the first reason against it
 */
export function validateMbo(
  batch: MboBatch,
  i: number,
  rules: MboRules,
  previousTsRecv: number,
): DeadLetterReason | null {
  const action = batch.action[i];
  if (ACTIONS[action] === 0) return 'action_unknown';
  if (SIDES[batch.side[i]] === 0) return 'side_unknown';

  if (CARRIES_SIZE[action] === 1 && batch.size[i] === 0) return 'size_nonpositive';
  if (CARRIES_PRICE[action] === 1) {
    const low = batch.priceWords[2 * i];
    const high = batch.priceWords[2 * i + 1];
    if (high === UNDEFINED_HIGH && low === UNDEFINED_LOW) {
      if ((batch.flags[i] & Flag.TopOfBook) === 0) return 'price_undefined';
    } else if (rules.tickNanos > 0 && !onTick(high | 0, low, rules.tickNanos)) return 'price_off_tick';
  }

  const tsRecv = rules.origin.offset(batch.tsRecvWords, i);
  if (tsRecv <= rules.windowStart || tsRecv > rules.windowEnd) return 'ts_out_of_session';
  if (tsRecv < previousTsRecv && (batch.flags[i] & Flag.BadTsRecv) === 0) return 'ts_regressed';
  return null;
}

/** Whether a price is a multiple of the tick: in doubles where these are exact, about nine million dollars. */
function onTick(high: number, low: number, tickNanos: number): boolean {
  const price = high * TWO_32 + low;
  if (Math.abs(price) <= Number.MAX_SAFE_INTEGER) return price % tickNanos === 0;
  return ((BigInt(high) << 32n) + BigInt(low)) % BigInt(tickNanos) === 0n;
}
