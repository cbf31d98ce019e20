/** What a gateway says in the stream itself: acknowledgements, warnings, errors, and which id has which name. */
import {
  encodeMetadata,
  encodeRecord,
  fileMetadata,
  STYPES,
  SystemCode,
  type ErrorCode,
  type Stype,
} from '../../../graph/dbn';
import type { SymbolInterval } from '../../../graph/dbn/symbology';

type Code<T> = T[keyof T];

/** The texts have 302 and 303 bytes. */
const MOST_TEXT = 300;
const STYPE_OUT = STYPES.indexOf('raw_symbol');
const STYPE_IN_OF_ALL = 0xff;

/** The head of a live stream: it mixes schemas, and names its symbols in records. */
export const liveMetadata = (dataset: string, start: bigint, tsOut: boolean): Uint8Array =>
  encodeMetadata(
    fileMetadata({ dataset, schema: null, start, end: null, symbols: [], stypeIn: null, tsOut }),
  );

export const systemRecord = (code: Code<typeof SystemCode>, msg: string, tsEvent: bigint): Uint8Array =>
  encodeRecord({ ...HEAD, type: 'system', tsEvent, msg: ascii(msg), code });

export const heartbeat = (tsEvent: bigint): Uint8Array =>
  systemRecord(SystemCode.Heartbeat, 'Heartbeat', tsEvent);

export const errorRecord = (code: Code<typeof ErrorCode>, err: string, tsEvent: bigint): Uint8Array =>
  encodeRecord({ ...HEAD, type: 'error', tsEvent, err: ascii(err), code, isLast: 1 });

/** That an instrument has a name, and by which symbol it was asked for. */
export const mappingRecord = (
  requested: string,
  stypeIn: Stype | null,
  { instrumentId, symbol, from, to }: SymbolInterval,
  tsEvent: bigint,
): Uint8Array =>
  encodeRecord({
    ...HEAD,
    type: 'symbol-mapping',
    instrumentId,
    tsEvent,
    stypeIn: stypeIn === null ? STYPE_IN_OF_ALL : STYPES.indexOf(stypeIn),
    stypeInSymbol: requested,
    stypeOut: STYPE_OUT,
    stypeOutSymbol: symbol,
    startTs: from,
    endTs: to,
  });

const HEAD = { publisherId: 0, instrumentId: 0 };

const ascii = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, MOST_TEXT);
