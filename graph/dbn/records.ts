/**
 * Every record type of DBN: its wire code (rtype) and its fields in each version. Decoding, encoding,
 * upgrading and the TypeScript types of records derive from this table. Prices are in 1e-9 units, times in ns
 * UTC, sizes in lots.
 */
import type { DbnVersion } from './constants';
import { DEFINITION_V1, DEFINITION_V2, DEFINITION_V3 } from './definitions';
import { char, i32, i64, layout, list, pad, text, u16, u32, u64, u8 } from './fields';
import type { Decoded, Layout } from './fields';

const MBO = layout(56, {
  orderId: u64,
  price: i64,
  size: u32,
  flags: u8,
  channelId: u8,
  action: char,
  side: char,
  tsRecv: u64,
  tsInDelta: i32,
  sequence: u32,
});

const TRADE = {
  price: i64,
  size: u32,
  action: char,
  side: char,
  flags: u8,
  depth: u8,
  tsRecv: u64,
  tsInDelta: i32,
  sequence: u32,
};
/** `Px` price, `Sz` lots, `Ct` orders; best level first. */
const LEVEL = { bidPx: i64, askPx: i64, bidSz: u32, askSz: u32, bidCt: u32, askCt: u32 };
const TRADES = layout(48, TRADE);
const MBP_1 = layout(80, { ...TRADE, levels: list(1, LEVEL) });
const MBP_10 = layout(368, { ...TRADE, levels: list(10, LEVEL) });
/** The last trade before the end of an interval (`tsRecv`), with which the best bid and offer at that end are reported. */
const LAST_TRADE = {
  price: i64,
  size: u32,
  pad1: pad(1),
  side: char,
  flags: u8,
  pad2: pad(1),
  tsRecv: u64,
};
const BBO = layout(80, {
  ...LAST_TRADE,
  pad3: pad(4),
  sequence: u32,
  levels: list(1, LEVEL),
});

/** A level of a consolidated feed: `Pb` is the publisher that quotes it. */
const CONSOLIDATED_LEVEL = {
  bidPx: i64,
  askPx: i64,
  bidSz: u32,
  askSz: u32,
  bidPb: u16,
  pad1: pad(2),
  askPb: u16,
  pad2: pad(2),
};
const CMBP_1 = layout(80, {
  price: i64,
  size: u32,
  action: char,
  side: char,
  flags: u8,
  pad1: pad(1),
  tsRecv: u64,
  tsInDelta: i32,
  pad2: pad(4),
  levels: list(1, CONSOLIDATED_LEVEL),
});
const CBBO = layout(80, {
  ...LAST_TRADE,
  pad3: pad(8),
  levels: list(1, CONSOLIDATED_LEVEL),
});

/** A bar starting at `tsEvent`. */
const OHLCV = layout(56, { open: i64, high: i64, low: i64, close: i64, volume: u64 });

/** `is...` are `Y`, `N` or `~` for unknown. */
const STATUS = layout(40, {
  tsRecv: u64,
  action: u16,
  reason: u16,
  tradingEvent: u16,
  isTrading: char,
  isQuoting: char,
  isShortSellRestricted: char,
  pad1: pad(7),
});

const IMBALANCE = layout(112, {
  tsRecv: u64,
  refPrice: i64,
  auctionTime: u64,
  contBookClrPrice: i64,
  auctInterestClrPrice: i64,
  ssrFillingPrice: i64,
  indMatchPrice: i64,
  upperCollar: i64,
  lowerCollar: i64,
  pairedQty: u32,
  totalImbalanceQty: u32,
  marketImbalanceQty: u32,
  unpairedQty: u32,
  auctionType: char,
  side: char,
  auctionStatus: u8,
  freezeStatus: u8,
  numExtensions: u8,
  unpairedSide: char,
  significantImbalance: char,
  pad1: pad(1),
});

const STATISTICS_V1 = layout(64, {
  tsRecv: u64,
  tsRef: u64,
  price: i64,
  quantity: i32,
  sequence: u32,
  tsInDelta: i32,
  statType: u16,
  channelId: u16,
  updateAction: u8,
  statFlags: u8,
  pad1: pad(6),
});
/** `statType` 3 settlement, 6 cleared volume, 9 open interest, ...; `updateAction` 1 new, 2 delete. */
const STATISTICS_V3 = layout(80, {
  tsRecv: u64,
  tsRef: u64,
  price: i64,
  quantity: i64,
  sequence: u32,
  tsInDelta: i32,
  statType: u16,
  channelId: u16,
  updateAction: u8,
  statFlags: u8,
  pad1: pad(18),
});

const ERROR_V1 = layout(80, { err: text(64) });
const ERROR_V2 = layout(320, { err: text(302), code: u8, isLast: u8 });
const SYSTEM_V1 = layout(80, { msg: text(64) });
const SYSTEM_V2 = layout(320, { msg: text(303), code: u8 });

const SYMBOL_MAPPING_V1 = layout(80, {
  stypeInSymbol: text(22),
  stypeOutSymbol: text(22),
  pad1: pad(4),
  startTs: u64,
  endTs: u64,
});
/** Maps `instrumentId` of the header, from `startTs` to `endTs` (exclusive). */
const SYMBOL_MAPPING_V2 = layout(176, {
  stypeIn: u8,
  stypeInSymbol: text(71),
  stypeOut: u8,
  stypeOutSymbol: text(71),
  startTs: u64,
  endTs: u64,
});

interface RecordSpec {
  readonly rtype: number;
  /** Layouts of versions 1, 2 and 3. */
  readonly layouts: readonly [Layout, Layout, Layout];
}

const same = <L extends Layout>(rtype: number, all: L) => ({ rtype, layouts: [all, all, all] as const });

export const RECORDS = {
  trades: same(0x00, TRADES),
  'mbp-1': same(0x01, MBP_1),
  'mbp-10': same(0x0a, MBP_10),
  'ohlcv-deprecated': same(0x11, OHLCV),
  status: same(0x12, STATUS),
  definition: { rtype: 0x13, layouts: [DEFINITION_V1, DEFINITION_V2, DEFINITION_V3] as const },
  imbalance: same(0x14, IMBALANCE),
  error: { rtype: 0x15, layouts: [ERROR_V1, ERROR_V2, ERROR_V2] as const },
  'symbol-mapping': {
    rtype: 0x16,
    layouts: [SYMBOL_MAPPING_V1, SYMBOL_MAPPING_V2, SYMBOL_MAPPING_V2] as const,
  },
  system: { rtype: 0x17, layouts: [SYSTEM_V1, SYSTEM_V2, SYSTEM_V2] as const },
  statistics: { rtype: 0x18, layouts: [STATISTICS_V1, STATISTICS_V1, STATISTICS_V3] as const },
  'ohlcv-1s': same(0x20, OHLCV),
  'ohlcv-1m': same(0x21, OHLCV),
  'ohlcv-1h': same(0x22, OHLCV),
  'ohlcv-1d': same(0x23, OHLCV),
  'ohlcv-eod': same(0x24, OHLCV),
  mbo: same(0xa0, MBO),
  'cmbp-1': same(0xb1, CMBP_1),
  'cbbo-1s': same(0xc0, CBBO),
  'cbbo-1m': same(0xc1, CBBO),
  tcbbo: same(0xc2, CMBP_1),
  'bbo-1s': same(0xc3, BBO),
  'bbo-1m': same(0xc4, BBO),
} as const satisfies Record<string, RecordSpec>;

export type RecordType = keyof typeof RECORDS;
export const RECORD_TYPES = Object.keys(RECORDS) as RecordType[];

/** Name of each known rtype; `undefined` for those this version of the format does not know. */
export const TYPE_OF_RTYPE: readonly (RecordType | undefined)[] = Array.from({ length: 256 }, (_, rtype) =>
  RECORD_TYPES.find((type) => RECORDS[type].rtype === rtype),
);

/** Fields of a record type as version `version` stores them. */
export function layoutOf(type: RecordType, version: DbnVersion): Layout {
  return RECORDS[type].layouts[version - 1];
}

/** What every record starts with. */
interface RecordBase<T extends RecordType> {
  type: T;
  publisherId: number;
  instrumentId: number;
  /** ns UTC. */
  tsEvent: bigint;
  /** Gateway send time, ns UTC; only in `ts_out` streams. */
  tsOut?: bigint;
}

type LayoutsOf<T extends RecordType> = (typeof RECORDS)[T]['layouts'];
type FieldsOf<L> = L extends Layout<infer F> ? Decoded<F> : never;

/**
 * A record in the shape of the latest version: what `RecordView.decode()` hands out whatever the file's
 * version.
 */
export type DbnRecord<T extends RecordType = RecordType> = T extends RecordType
  ? RecordBase<T> & FieldsOf<LayoutsOf<T>[2]>
  : never;

/** A record in the shape of the version it was stored in. */
export type StoredRecord<T extends RecordType = RecordType> = T extends RecordType
  ? RecordBase<T> & FieldsOf<LayoutsOf<T>[number]>
  : never;
