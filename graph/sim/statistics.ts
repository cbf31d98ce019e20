/** Statistics records as the exchange publishes them. */
import { UNDEF_STAT_QUANTITY, UNDEF_TIMESTAMP, type DbnRecord } from '../dbn';
import { UNDEF_PRICE } from '../records/mbo';

/** Kinds used here. */
export const StatType = { Settlement: 3, ClearedVolume: 6, OpenInterest: 9 } as const;

const EVENT_BEFORE = 150_000n;
const SEND_DELAY = 15_303;

/** @param fields what the statistic states; the rest is undefined */
export function statistic(
  instrumentId: number,
  tsRecv: bigint,
  sequence: number,
  fields: Partial<DbnRecord<'statistics'>>,
): DbnRecord<'statistics'> {
  return {
    type: 'statistics',
    publisherId: 1,
    instrumentId,
    tsEvent: tsRecv - EVENT_BEFORE,
    tsRecv,
    tsRef: UNDEF_TIMESTAMP,
    price: UNDEF_PRICE,
    quantity: UNDEF_STAT_QUANTITY,
    sequence,
    tsInDelta: SEND_DELAY,
    statType: 0,
    channelId: 0,
    updateAction: 1,
    statFlags: 0,
    ...fields,
  };
}
