/** DBN, Databento's binary encoding: decoder, encoder, symbology. */
export * from './constants';
export * from './decoder';
export * from './framer';
export { encodeMbo, MBO_BYTES } from './mboCodec';
export { decodeMetadata, encodeMetadata, fileMetadata } from './metadata';
export type { DbnMetadata } from './metadata';
export { encodeRecord, RecordView, viewRecord } from './record';
export { RECORD_TYPES, RECORDS } from './records';
export type { DbnRecord, RecordType, StoredRecord } from './records';
export { SymbolResolver } from './symbology';
export * from './text';
export { upgradeMetadata, upgradeRecord } from './upgrade';
