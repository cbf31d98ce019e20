/**
 * Names and sentinel values of the DBN format. Schemas and symbology types are listed in the order of their
 * wire codes.
 */

export const SCHEMAS = [
  'mbo',
  'mbp-1',
  'mbp-10',
  'tbbo',
  'trades',
  'ohlcv-1s',
  'ohlcv-1m',
  'ohlcv-1h',
  'ohlcv-1d',
  'definition',
  'statistics',
  'status',
  'imbalance',
  'ohlcv-eod',
  'cmbp-1',
  'cbbo-1s',
  'cbbo-1m',
  'tcbbo',
  'bbo-1s',
  'bbo-1m',
] as const;
export type Schema = (typeof SCHEMAS)[number];

/**
 * How a symbol is written: by the venue (`raw_symbol`), by a rule (`continuous`, `parent`), by number
 * (`instrument_id`), ...
 */
export const STYPES = [
  'instrument_id',
  'raw_symbol',
  'smart',
  'continuous',
  'parent',
  'nasdaq_symbol',
  'cms_symbol',
  'isin',
  'us_code',
  'bbg_comp_id',
  'bbg_comp_ticker',
  'figi',
  'figi_ticker',
  'listing_id',
  'issuer_id',
  'security_id',
] as const;
export type Stype = (typeof STYPES)[number];

/** A schema or symbology type that the format was given later, by its wire code: it says nothing about the records. */
export type UnknownCode = `code_${number}`;

/** Name of a wire code. */
export const nameOfCode = <T>(names: readonly T[], code: number): T | UnknownCode =>
  names[code] ?? `code_${code}`;

/** Wire code of a name. */
export const codeOfName = <T extends string>(names: readonly T[], name: T | UnknownCode): number =>
  name.startsWith('code_') ? Number(name.slice('code_'.length)) : names.indexOf(name as T);

/** Versions of the format this project reads and writes. */
export type DbnVersion = 1 | 2 | 3;
export const LATEST_VERSION = 3;

/** Bytes of a symbol field, its closing NUL included. */
export const symbolBytes = (version: DbnVersion): number => (version === 1 ? 22 : 71);

/** "No time": u64::MAX. */
export const UNDEF_TIMESTAMP = 0xffff_ffff_ffff_ffffn;
/** "No quantity" of a statistic, before version 3 and from it on. */
export const UNDEF_STAT_QUANTITY_32 = 0x7fff_ffff;
export const UNDEF_STAT_QUANTITY = 0x7fff_ffff_ffff_ffffn;

/** Header of every record: length, rtype, publisher, instrument, ts_event. */
export const HEADER_BYTES = 16;
/** What a gateway appends to each record of a `ts_out` stream: its send time. */
export const TS_OUT_BYTES = 8;

/** What a system record of a live stream says (`code`). */
export const SystemCode = {
  Heartbeat: 0,
  SubscriptionAck: 1,
  SlowReaderWarning: 2,
  ReplayCompleted: 3,
  EndOfInterval: 4,
  Unset: 255,
} as const;

/** What went wrong, in an error record of a live stream (`code`). */
export const ErrorCode = {
  AuthFailed: 1,
  ApiKeyDeactivated: 2,
  ConnectionLimitExceeded: 3,
  SymbolResolutionFailed: 4,
  InvalidSubscription: 5,
  InternalError: 6,
  SkippedRecordsAfterSlowReading: 7,
  Unset: 255,
} as const;
