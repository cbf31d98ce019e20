/** Instrument definitions as the exchange publishes them for equity-index futures and the options on them. */
import type { DbnRecord } from '../../dbn';
import { UNDEF_PRICE } from '../../records/mbo';
import { contractOf, contractSymbol, expiryOf, isListed, type Contract } from '../../products/contracts';
import { civil, dayNumber, type IsoDate } from '../../market/days';
import { easternToUtc } from '../../market/easternTime';
import type { Product } from '../../products/profile';
import { rootOf, type ListedOption } from '../options/optionListing';

const UNDEF_I32 = 0x7fff_ffff;
const UNDEF_U8 = 255;
const UNDEF_U16 = 65_535;
const UNDEF_I8 = 127;
const NS_PER_POINT = 1_000_000_000n;
/** Contracts listed at a time. */
const LISTED = 5;
/** Price limits near zero, ticks. */
const LEAST_LIMIT = 500n;
const NS_PER_DAY = 86_400_000_000_000n;
/** Futures are listed five quarters ahead, options some weeks to years. */
const FUTURE_LISTED = 460n * NS_PER_DAY;
const OPTION_LISTED = 120n * NS_PER_DAY;

type Definition = DbnRecord<'definition'>;

/** What definitions of futures and of options have in common. */
function common(product: Contract['product'], tsRecv: bigint): Omit<Definition, 'type' | 'instrumentId'> {
  return {
    publisherId: 1,
    tsEvent: tsRecv - NS_PER_DAY / 2n + 384_637_671n,
    tsRecv,
    minPriceIncrement: UNDEF_PRICE,
    displayFactor: 10_000_000n,
    expiration: 0n,
    activation: 0n,
    highLimitPrice: UNDEF_PRICE,
    lowLimitPrice: UNDEF_PRICE,
    maxPriceVariation: UNDEF_PRICE,
    unitOfMeasureQty: BigInt(Math.round(product.multiplier * 1e9)),
    minPriceIncrementAmount: 0n,
    priceRatio: UNDEF_PRICE,
    strikePrice: UNDEF_PRICE,
    rawInstrumentId: 0n,
    legPrice: UNDEF_PRICE,
    legDelta: UNDEF_PRICE,
    instAttribValue: 0,
    underlyingId: 0,
    marketDepthImplied: 0,
    marketDepth: 10,
    marketSegmentId: 64,
    maxTradeVol: 3000,
    minLotSize: 0,
    minLotSizeBlock: 0,
    minLotSizeRoundLot: 0,
    minTradeVol: 1,
    contractMultiplier: UNDEF_I32,
    decayQuantity: UNDEF_I32,
    originalContractSize: UNDEF_I32,
    legInstrumentId: 0,
    legRatioPriceNumerator: 0,
    legRatioPriceDenominator: 0,
    legRatioQtyNumerator: 0,
    legRatioQtyDenominator: 0,
    legUnderlyingId: 0,
    applId: 310,
    maturityYear: 0,
    decayStartDate: UNDEF_U16,
    channelId: 0,
    legCount: 0,
    legIndex: 0,
    currency: product.currency,
    settlCurrency: '',
    secsubtype: '',
    rawSymbol: '',
    group: product.root,
    exchange: product.exchange,
    asset: product.root,
    cfi: '',
    securityType: '',
    unitOfMeasure: 'IPNT',
    underlying: '',
    strikePriceCurrency: '',
    legRawSymbol: '',
    instrumentClass: '',
    matchAlgorithm: 'F',
    mainFraction: UNDEF_U8,
    priceDisplayFormat: UNDEF_U8,
    subFraction: UNDEF_U8,
    underlyingProduct: 5,
    securityUpdateAction: 'A',
    maturityMonth: 0,
    maturityDay: UNDEF_U8,
    maturityWeek: UNDEF_U8,
    userDefinedInstrument: 'N',
    contractMultiplierUnit: UNDEF_I8,
    flowScheduleType: UNDEF_I8,
    tickRule: UNDEF_U8,
    legInstrumentClass: '\0',
    legSide: 'N',
  };
}

const endOf = ({ product, expiry }: Contract) => easternToUtc(dayNumber(expiry), product.expiryTime);

/** The contracts listed on a date, from the first on that has not expired. */
export function listedFutures(product: Product, on: IsoDate): Contract[] {
  const contracts: Contract[] = [];
  let { year, month } = civil(dayNumber(on));
  while (contracts.length < LISTED) {
    if (isListed(product, month) && expiryOf(product, year, month) >= on)
      contracts.push({
        symbol: contractSymbol(product, year, month),
        product,
        year,
        month,
        expiry: expiryOf(product, year, month),
      });
    if (++month > 12) [year, month] = [year + 1, 1];
  }
  return contracts;
}

/** Id of a future, the same in every simulation: product, year and month, packed. */
export function futureId({ product, year, month }: Contract): number {
  let root = 0;
  for (let k = 0; k < product.root.length; k++) root = root * 37 + product.root.charCodeAt(k) - 47;
  return (root % 1000) * 1000 + ((year - 2010) % 80) * 12 + month;
}

/** @param reference last settlement, 1e-9 of a point: price limits are 7 % around it, and some ticks at least */
export function futureDefinition(contract: Contract, tsRecv: bigint, reference: bigint): Definition {
  const { product } = contract;
  const tick = BigInt(product.tickNanos);
  const round = (price: bigint) => (price / tick) * tick;
  const margin = ((reference < 0n ? -reference : reference) * 7n) / 100n;
  const limit = margin > LEAST_LIMIT * tick ? margin : LEAST_LIMIT * tick;
  const expiration = endOf(contract);
  return {
    ...common(product, tsRecv),
    type: 'definition',
    instrumentId: futureId(contract),
    minPriceIncrement: tick,
    expiration,
    activation: expiration - FUTURE_LISTED,
    highLimitPrice: round(reference + limit),
    lowLimitPrice: round(reference - limit),
    maxPriceVariation: 24n * tick,
    minPriceIncrementAmount: BigInt(Math.round(product.tickNanos * product.multiplier)) / 100n,
    instAttribValue: 270_351,
    maturityYear: contract.year,
    maturityMonth: contract.month,
    rawSymbol: contract.symbol,
    cfi: 'FFIXSX',
    securityType: 'FUT',
    instrumentClass: 'F',
  };
}

export function optionDefinition(option: ListedOption, on: IsoDate, tsRecv: bigint): Definition {
  const { product, expiry } = option;
  const root = rootOf(option.symbol);
  const american = option.style === 'american';
  return {
    ...common(product, tsRecv),
    type: 'definition',
    instrumentId: option.instrumentId,
    expiration: option.expiresAt,
    activation: option.expiresAt - OPTION_LISTED,
    highLimitPrice: 99_999n * NS_PER_POINT,
    lowLimitPrice: 50_000_000n,
    strikePrice: BigInt(option.strike) * NS_PER_POINT,
    instAttribValue: 270_339,
    underlyingId: futureId(contractOf(product, option.underlying, on)!),
    marketDepth: 3,
    marketSegmentId: 54,
    applId: 311,
    maturityYear: Number(expiry.slice(0, 4)),
    maturityMonth: Number(expiry.slice(5, 7)),
    channelId: 1,
    rawSymbol: option.symbol,
    group: american ? 'EW' : root,
    asset: root,
    cfi: `O${option.right}${american ? 'A' : 'E'}FPS`,
    securityType: 'OOF',
    underlying: option.underlying,
    strikePriceCurrency: product.currency,
    instrumentClass: option.right,
    tickRule: 4,
  };
}
