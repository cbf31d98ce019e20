/**
 * Instrument definitions, whose layout changed with every version: 1 -> 2 widened the symbol and moved the
 * strike, 2 -> 3 added legs, widened asset and raw id, and dropped four fields about the trading reference.
 * Field names are DBN's.
 */
import { char, i16, i32, i64, i8, layout, pad, text, u16, u32, u64, u8 } from './fields';

/**
 * Up to the point where versions part. Prices 1e-9, times ns UTC; `expiration` and `activation` may be
 * undefined.
 */
const START = {
  tsRecv: u64,
  minPriceIncrement: i64,
  displayFactor: i64,
  expiration: u64,
  activation: u64,
  highLimitPrice: i64,
  lowLimitPrice: i64,
  maxPriceVariation: i64,
};
/** `unitOfMeasureQty` is the contract multiplier in 1e-9: 50e9 for ES. */
const UNIT = { unitOfMeasureQty: i64, minPriceIncrementAmount: i64, priceRatio: i64 };
const DEPTH_AND_LOTS = {
  marketDepthImplied: i32,
  marketDepth: i32,
  marketSegmentId: u32,
  maxTradeVol: u32,
  minLotSize: i32,
  minLotSizeBlock: i32,
  minLotSizeRoundLot: i32,
  minTradeVol: u32,
};
const SIZE = { contractMultiplier: i32, decayQuantity: i32, originalContractSize: i32 };
const CHANNEL = { applId: i16, maturityYear: u16, decayStartDate: u16, channelId: u16 };
const CURRENCY = { currency: text(4), settlCurrency: text(4), secsubtype: text(6) };
const NAMES = (asset: number) => ({
  group: text(21),
  exchange: text(5),
  asset: text(asset),
  cfi: text(7),
  securityType: text(7),
  unitOfMeasure: text(31),
  underlying: text(21),
  strikePriceCurrency: text(4),
});
const DISPLAY = { mainFraction: u8, priceDisplayFormat: u8 };
const END = {
  subFraction: u8,
  underlyingProduct: u8,
  securityUpdateAction: char,
  maturityMonth: u8,
  maturityDay: u8,
  maturityWeek: u8,
  userDefinedInstrument: char,
  contractMultiplierUnit: i8,
  flowScheduleType: i8,
  tickRule: u8,
};

/**
 * `openInterestQty` and `relatedSecurityId` fell out of use before version 2, but old files carry values in
 * them.
 */
export const DEFINITION_V1 = layout(360, {
  ...START,
  tradingReferencePrice: i64,
  ...UNIT,
  instAttribValue: i32,
  underlyingId: u32,
  rawInstrumentId: u32,
  ...DEPTH_AND_LOTS,
  openInterestQty: i32,
  ...SIZE,
  relatedSecurityId: u32,
  tradingReferenceDate: u16,
  ...CHANNEL,
  ...CURRENCY,
  rawSymbol: text(22),
  ...NAMES(7),
  instrumentClass: char,
  pad1: pad(2),
  strikePrice: i64,
  pad2: pad(6),
  matchAlgorithm: char,
  mdSecurityTradingStatus: u8,
  ...DISPLAY,
  settlPriceType: u8,
  ...END,
  pad3: pad(3),
});

export const DEFINITION_V2 = layout(400, {
  ...START,
  tradingReferencePrice: i64,
  ...UNIT,
  strikePrice: i64,
  instAttribValue: i32,
  underlyingId: u32,
  rawInstrumentId: u32,
  ...DEPTH_AND_LOTS,
  ...SIZE,
  tradingReferenceDate: u16,
  ...CHANNEL,
  ...CURRENCY,
  rawSymbol: text(71),
  ...NAMES(7),
  instrumentClass: char,
  matchAlgorithm: char,
  mdSecurityTradingStatus: u8,
  ...DISPLAY,
  settlPriceType: u8,
  ...END,
  pad1: pad(10),
});

export const DEFINITION_V3 = layout(520, {
  ...START,
  ...UNIT,
  strikePrice: i64,
  rawInstrumentId: u64,
  legPrice: i64,
  legDelta: i64,
  instAttribValue: i32,
  underlyingId: u32,
  ...DEPTH_AND_LOTS,
  ...SIZE,
  legInstrumentId: u32,
  legRatioPriceNumerator: i32,
  legRatioPriceDenominator: i32,
  legRatioQtyNumerator: i32,
  legRatioQtyDenominator: i32,
  legUnderlyingId: u32,
  ...CHANNEL,
  legCount: u16,
  legIndex: u16,
  ...CURRENCY,
  rawSymbol: text(71),
  ...NAMES(11),
  legRawSymbol: text(71),
  instrumentClass: char,
  matchAlgorithm: char,
  ...DISPLAY,
  ...END,
  legInstrumentClass: char,
  legSide: char,
  pad1: pad(17),
});
