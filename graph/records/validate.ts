/**
 * Which MBO records can be used, and why not. Pure and stateless: the stages that read raw data ask it for every
 * record, and a replay of dead letters asks it again.
 */
import { CALENDAR_YEARS } from '../market/calendar';
import { dayOf } from '../market/days';
import { NS_PER_MINUTE, NS_PER_SECOND, type TimeOrigin } from '../market/time';
import { Action, Flag, Side, type MboBatch } from './mbo';

/** Why a record was set aside, each with its meaning. The first four are of feeds that carry JSON, the next two of the live feed. */
export const DEAD_LETTERS = {
  json_parse: 'the message is not JSON',
  schema_missing: 'a field of the message is missing',
  schema_type: 'a field of the message has the wrong type',
  no_envelope: 'the record is of a kind that has no form in JSON',
  no_packet: 'the event in the hub is no packet of the feed, or not whole',
  record_corrupt: 'a record in a packet of the feed is none of its type',
  action_unknown: 'the action is none of A C M R T F N',
  side_unknown: 'the side is none of A B N',
  side_missing: 'an order has no side',
  price_off_tick: "the price is no multiple of the contract's tick",
  price_undefined: 'an order, fill or trade has no price',
  price_implausible: 'the price is one no contract can have',
  size_nonpositive: 'an order, cancel, fill or trade has no size',
  size_implausible: 'the size is undefined, or more than any venue takes',
  ts_recv_undefined: 'the capture time is undefined, or lies outside the years the calendar knows',
  ts_event_ahead: "the venue's time lies after the capture time",
  ts_event_behind: "the venue's time lies too long before the capture time",
  ts_out_of_session: "the capture time lies outside the trade date's window",
  ts_regressed: 'the capture time is before that of the record before',
  unknown_order: 'the record changes an order the book does not hold',
  definition_incomplete:
    'an option is defined without expiration, strike or underlying, and its symbol does not tell',
  strike_implausible: 'the strike of an option is zero, or no price',
  ts_ref_implausible: 'the day of a statistic lies outside the years the calendar knows',
  quantity_implausible: 'the quantity of a statistic is negative, or more than any market holds',
  instrument_undefined: 'no definition of that day tells what the instrument is',
  symbol_unmapped: 'no symbol is known for the instrument id on that day',
  spread_symbol: 'the instrument is a spread, not an outright contract',
} as const;

export type DeadLetterReason = keyof typeof DEAD_LETTERS;
export const DEAD_LETTER_REASONS = Object.keys(DEAD_LETTERS) as DeadLetterReason[];

/**
 * More than any future has cost, and yet exact in a double of 1e-9. Orders may rest anywhere below: bids at 85 points under a market
 * of 4,800 are real.
 */
const MAX_PRICE_NANOS = Number.MAX_SAFE_INTEGER;
const MAX_POINTS = Math.floor(MAX_PRICE_NANOS / 1e9);
/** Venues take some ten thousand lots in one order; where a record stands for a whole level or side, nothing bounds it but the type. */
const MAX_LOTS = 1_000_000;
const MAX_AGGREGATE = 2 ** 31 - 1;

/** The field at fault, and what is expected of it where that is the same for all contracts. */
const FAULTS: Partial<Record<DeadLetterReason, readonly [field: string, expected?: string]>> = {
  action_unknown: ['action', 'A, C, M, R, T, F or N'],
  side_unknown: ['side', 'A, B or N'],
  side_missing: ['side', 'A or B'],
  price_off_tick: ['price'],
  price_undefined: ['price', 'a price'],
  price_implausible: ['price', `less than ${MAX_POINTS} points either way`],
  size_nonpositive: ['size', 'at least 1'],
  size_implausible: ['size', `at most ${MAX_LOTS}`],
  ts_recv_undefined: ['ts_recv', `a time of the years ${CALENDAR_YEARS.first} to ${CALENDAR_YEARS.last}`],
  ts_event_ahead: ['ts_event', 'at most a second after ts_recv; an hour where F_BAD_TS_RECV is set'],
  ts_event_behind: ['ts_event', 'at most an hour before ts_recv; a day where F_BAD_TS_RECV is set'],
  ts_out_of_session: ['ts_recv', "within the trade date's window"],
  ts_regressed: ['ts_recv', 'not before that of the record before'],
  definition_incomplete: ['expiration', 'terms, or the symbol of an option'],
  strike_implausible: ['strike_price', 'a price other than 0'],
  ts_ref_implausible: ['ts_ref', `a time of the years ${CALENDAR_YEARS.first} to ${CALENDAR_YEARS.last}`],
  quantity_implausible: ['quantity', 'not less than 0 and less than a billion'],
  instrument_undefined: ['instrument_id', 'an id that an imported definition of the day tells of'],
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
const AGGREGATED = Flag.TopOfBook | Flag.Mbp;

/** The same as ranges of columns, of a single trade. */
export const PRICE_RANGE = { min: -MAX_PRICE_NANOS, max: MAX_PRICE_NANOS };
export const SIZE_RANGE = { min: 1, max: MAX_LOTS };

/** Whether a price in 1e-9 can be one; not for `UNDEF_PRICE`, which is none. */
export const isPlausiblePrice = (nanos: bigint): boolean => Math.abs(Number(nanos)) <= MAX_PRICE_NANOS;

/** Whether a size, lots, can be that of one order or trade. */
export const isPlausibleSize = (lots: number): boolean => lots <= MAX_LOTS;

/** Whether a time, ns UTC, lies in the years the calendar knows. */
export const isKnownTime = (ns: bigint): boolean => {
  const high = Number(ns >> 32n);
  return high >= FIRST_HIGH && high < LAST_HIGH;
};

/** High words of the times the calendar knows, a few seconds more or less. */
const highWordOf = (year: number) => Math.floor((dayOf(year, 1, 1) * 86_400e9) / TWO_32);
const FIRST_HIGH = highWordOf(CALENDAR_YEARS.first);
const LAST_HIGH = highWordOf(CALENDAR_YEARS.last + 1);

/**
 * How far `ts_event` may lie after and before `ts_recv`, ns: clocks differ, and packets are recovered late. A record ahead of
 * its time closes bars before their events come; one behind counts into the open bar, and only opens bars where it is the first.
 */
const TRUSTED = { ahead: NS_PER_SECOND, behind: 60 * NS_PER_MINUTE };
/** The same where the capture time is flagged as unreliable. */
const UNRELIABLE = { ahead: 60 * NS_PER_MINUTE, behind: 24 * 60 * NS_PER_MINUTE };

/**
 * What is wrong with a record's times in themselves, so that it cannot be said when it was captured.
 *
 * Snapshots and clears tell no time of the market: their `ts_event` is that of another day, or none at all.
 * @param tsRecv the record's capture time, ns since the origin
 */
export function timeFault(
  batch: MboBatch,
  i: number,
  origin: TimeOrigin,
  tsRecv: number,
): 'ts_recv_undefined' | 'ts_event_ahead' | 'ts_event_behind' | null {
  const high = batch.tsRecvWords[2 * i + 1];
  if (high < FIRST_HIGH || high >= LAST_HIGH) return 'ts_recv_undefined';
  const flags = batch.flags[i];
  if ((flags & Flag.Snapshot) !== 0 || batch.action[i] === Action.Clear) return null;
  return latencyFault(tsRecv - origin.offset(batch.tsEventWords, i), flags);
}

/** @param latency `ts_recv` less `ts_event`, ns */
export function latencyFault(latency: number, flags: number): 'ts_event_ahead' | 'ts_event_behind' | null {
  const { ahead, behind } = (flags & Flag.BadTsRecv) !== 0 ? UNRELIABLE : TRUSTED;
  if (latency < -ahead) return 'ts_event_ahead';
  return latency > behind ? 'ts_event_behind' : null;
}

/**
 * Whether a record can be used.
 *
 * Only orders and trades are held to the tick and to plausible prices: a cancel repeats what the venue said before, and losing
 * it would leave a dead order in the book.
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
  const tsRecv = rules.origin.offset(batch.tsRecvWords, i);
  const fault = timeFault(batch, i, rules.origin, tsRecv) ?? contentFault(batch, i, rules.tickNanos);
  if (fault !== null) return fault;
  if (tsRecv <= rules.windowStart || tsRecv > rules.windowEnd) return 'ts_out_of_session';
  if (tsRecv < previousTsRecv && (batch.flags[i] & Flag.BadTsRecv) === 0) return 'ts_regressed';
  return null;
}

/** What is wrong with the action of a record, or with what the action has to carry. */
function contentFault(batch: MboBatch, i: number, tickNanos: number): DeadLetterReason | null {
  const action = batch.action[i];
  if (ACTIONS[action] === 0) return 'action_unknown';
  if (SIDES[batch.side[i]] === 0) return 'side_unknown';
  if (action === Action.Add && batch.side[i] === Side.None) return 'side_missing';

  const flags = batch.flags[i];
  if (CARRIES_SIZE[action] === 1) {
    const size = batch.size[i];
    if (size === 0) return 'size_nonpositive';
    if (size > ((flags & AGGREGATED) === 0 ? MAX_LOTS : MAX_AGGREGATE)) return 'size_implausible';
  }
  if (CARRIES_PRICE[action] === 0) return null;
  const low = batch.priceWords[2 * i];
  const high = batch.priceWords[2 * i + 1];
  if (high === UNDEFINED_HIGH && low === UNDEFINED_LOW)
    return (flags & Flag.TopOfBook) === 0 ? 'price_undefined' : null;
  const price = (high | 0) * TWO_32 + low;
  if (Math.abs(price) > MAX_PRICE_NANOS) return 'price_implausible';
  return tickNanos > 0 && price % tickNanos !== 0 ? 'price_off_tick' : null;
}
