/** Records as a live session brings them, encoded. */
import { encodeRecord, type StoredRecord } from '../../graph/dbn';

export const order = (
  instrumentId: number,
  sequence: number,
  tsRecv: bigint,
  more: Partial<StoredRecord<'mbo'>> = {},
): Uint8Array =>
  encodeRecord({
    type: 'mbo',
    publisherId: 1,
    instrumentId,
    tsEvent: tsRecv - 5n,
    orderId: 2n ** 60n + BigInt(sequence),
    price: 4_805_250_000_000n,
    size: 3,
    flags: 128,
    channelId: 0,
    action: 'A',
    side: 'B',
    tsRecv,
    tsInDelta: 7,
    sequence,
    ...more,
  });

/** Open interest of an instrument. */
export const openInterest = (instrumentId: number, tsRecv: bigint, quantity = 100n): Uint8Array =>
  encodeRecord({
    type: 'statistics',
    publisherId: 1,
    instrumentId,
    tsEvent: tsRecv - 5n,
    tsRecv,
    tsRef: tsRecv,
    price: 2n ** 63n - 1n,
    quantity,
    sequence: 1,
    tsInDelta: 7,
    statType: 9,
    channelId: 0,
    updateAction: 1,
    statFlags: 0,
  });

export const mapping = (instrumentId: number, symbol: string, parent = 'ES.FUT'): Uint8Array =>
  encodeRecord({
    type: 'symbol-mapping',
    publisherId: 0,
    instrumentId,
    tsEvent: 1n,
    stypeIn: 4,
    stypeInSymbol: parent,
    stypeOut: 1,
    stypeOutSymbol: symbol,
    startTs: 0n,
    endTs: 2n ** 63n,
  } as unknown as StoredRecord);

export const heartbeat = (): Uint8Array =>
  encodeRecord({
    type: 'system',
    publisherId: 0,
    instrumentId: 0,
    tsEvent: 1n,
    msg: 'Heartbeat',
    code: 0,
  } as unknown as StoredRecord);
