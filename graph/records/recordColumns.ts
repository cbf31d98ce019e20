/** The columns that every table of raw records has, and their values in a row made of a record. */
import { KNOWN_TIMES, valued, type Column } from '../datasets/column';
import type { ColumnContract } from '../datasets/schema';
import { UNDEF_TIMESTAMP } from '../dbn/constants';
import { UNDEF_PRICE } from './mbo';
import { isKnownTime } from './validate';

export const TS_RECV: ColumnContract = {
  name: 'ts_recv',
  type: 'int64',
  unit: 'ns UTC',
  meaning: 'Capture time: when a live system would have known',
  range: KNOWN_TIMES,
};
export const TS_EVENT: ColumnContract = {
  name: 'ts_event',
  type: 'int64',
  unit: 'ns UTC',
  meaning: 'Matching-engine time; in a snapshot the time the order got its place',
};
export const INSTRUMENT_ID: ColumnContract = {
  name: 'instrument_id',
  type: 'int64',
  unit: '',
  meaning: "The venue's number of the instrument on that day",
};
export const PUBLISHER_ID: ColumnContract = {
  name: 'publisher_id',
  type: 'int32',
  unit: '',
  meaning: 'Databento number of dataset and venue; 1 is CME Globex',
};
const SYMBOL: ColumnContract = {
  name: 'symbol',
  type: 'string',
  unit: '',
  meaning: 'Raw symbol of the instrument',
};
export const FLAGS: ColumnContract = {
  name: 'flags',
  type: 'int16',
  unit: 'bits',
  meaning:
    '128 last of event, 64 top of book, 32 snapshot, 16 aggregated level, 8 bad ts_recv, 4 maybe bad book, 2 publisher specific',
};
export const SEQUENCE: ColumnContract = {
  name: 'sequence',
  type: 'int64',
  unit: '',
  meaning: "The venue's message number on the channel",
};
export const TS_IN_DELTA: ColumnContract = {
  name: 'ts_in_delta',
  type: 'int32',
  unit: 'ns',
  meaning: 'ts_recv less the time the venue sent the message',
};

/** A record of an instrument, and the instrument's raw symbol. */
export interface NamedRecord<Message> {
  readonly record: Message;
  readonly symbol: string;
}

interface Captured {
  readonly tsRecv: bigint;
  readonly tsEvent: bigint;
  readonly instrumentId: number;
  readonly publisherId: number;
}

/** When a record was captured and what it is about. */
export const captureColumns = <Message extends Captured>(): Column<NamedRecord<Message>>[] => [
  valued(TS_RECV, ({ record }) => record.tsRecv),
  valued(TS_EVENT, ({ record }) => record.tsEvent),
  valued(INSTRUMENT_ID, ({ record }) => BigInt(record.instrumentId)),
  valued(PUBLISHER_ID, ({ record }) => record.publisherId),
  valued(SYMBOL, ({ symbol }) => symbol),
];

interface Sequenced {
  readonly sequence: number;
  readonly tsInDelta: number;
}

/** The message on the venue's channel that carried a record. */
export const channelColumns = <Message extends Sequenced>(): Column<NamedRecord<Message>>[] => [
  valued(SEQUENCE, ({ record }) => BigInt(record.sequence)),
  valued(TS_IN_DELTA, ({ record }) => record.tsInDelta),
];

/** A time of DBN as a column holds it, ns UTC; null if undefined. */
export const definedTime = (ns: bigint): bigint | null =>
  ns === UNDEF_TIMESTAMP ? null : BigInt.asIntN(64, ns);

/** A time of DBN that has to be one of the calendar's, ns UTC; null if undefined, zero or beyond. */
export const calendarTime = (ns: bigint): bigint | null => (isKnownTime(ns) ? ns : null);

/** A price of DBN as a column holds it, 1e-9; null if undefined. */
export const definedPrice = (nanos: bigint): bigint | null => (nanos === UNDEF_PRICE ? null : nanos);
