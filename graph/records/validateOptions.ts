/** Which records about options can be used, and why not: their trades and statistics. Of definitions `graph/options/definition.ts` tells. */
import { UNDEF_STAT_QUANTITY, UNDEF_TIMESTAMP } from '../dbn/constants';
import type { DbnRecord } from '../dbn/records';
import { UNDEF_PRICE } from './mbo';
import {
  isKnownTime,
  isPlausiblePrice,
  isPlausibleSize,
  latencyFault,
  type DeadLetterReason,
} from './validate';

const CLEARED_VOLUME = 6;
const OPEN_INTEREST = 9;
/** Lots; no market has open interest near it. */
const MAX_QUANTITY = 1_000_000_000n;

/** Why a trade cannot be used; null if it can. Premiums of combinations may be negative. */
export function tradeFault(record: DbnRecord<'trades'>): DeadLetterReason | null {
  if (!isKnownTime(record.tsRecv)) return 'ts_recv_undefined';
  const late = latencyFault(Number(record.tsRecv - record.tsEvent), record.flags);
  if (late !== null) return late;
  if (!['A', 'B', 'N'].includes(record.side)) return 'side_unknown';
  if (record.size === 0) return 'size_nonpositive';
  if (!isPlausibleSize(record.size)) return 'size_implausible';
  if (record.price === UNDEF_PRICE) return 'price_undefined';
  return isPlausiblePrice(record.price) ? null : 'price_implausible';
}

/** Why a statistic cannot be used; null if it can. What does not apply to a statistic is undefined in it. */
export function statisticFault(record: DbnRecord<'statistics'>): DeadLetterReason | null {
  const { tsRecv, tsRef, price, quantity, statType } = record;
  if (!isKnownTime(tsRecv)) return 'ts_recv_undefined';
  if (tsRef !== UNDEF_TIMESTAMP && tsRef !== 0n && !isKnownTime(tsRef)) return 'ts_ref_implausible';
  if (price !== UNDEF_PRICE && !isPlausiblePrice(price)) return 'price_implausible';
  const counted = statType === OPEN_INTEREST || statType === CLEARED_VOLUME;
  const isQuantity = quantity >= 0n && (quantity < MAX_QUANTITY || quantity === UNDEF_STAT_QUANTITY);
  return counted && !isQuantity ? 'quantity_implausible' : null;
}
