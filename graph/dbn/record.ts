/** Single DBN records: looked at in place, decoded into plain objects, and encoded again. */
import { SpymasterError } from '../errors';
import { HEADER_BYTES, LATEST_VERSION, TS_OUT_BYTES } from './constants';
import type { DbnVersion } from './constants';
import { readFields, writeFields } from './fields';
import { RECORDS, TYPE_OF_RTYPE, layoutOf } from './records';
import type { DbnRecord, RecordType, StoredRecord } from './records';
import { upgradeRecord } from './upgrade';

/**
 * One record as it lies in the stream. The view is reused: it is valid only during the call that hands it
 * over.
 */
export class RecordView {
  /** Byte offset of the record in the (decompressed) stream. */
  offset = 0;
  type: RecordType = 'mbo';
  /** The record's own bytes, header and `ts_out` included. */
  bytes: Uint8Array = new Uint8Array(HEADER_BYTES);
  private view = new DataView(this.bytes.buffer);

  constructor(readonly version: DbnVersion) {}

  /** Points the view at a record whose type and length have been checked. */
  set(type: RecordType, bytes: Uint8Array, offset: number): this {
    this.type = type;
    this.bytes = bytes;
    this.offset = offset;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this;
  }

  get rtype(): number {
    return this.bytes[1];
  }

  get publisherId(): number {
    return this.view.getUint16(2, true);
  }

  get instrumentId(): number {
    return this.view.getUint32(4, true);
  }

  /** ns UTC. */
  get tsEvent(): bigint {
    return this.view.getBigUint64(8, true);
  }

  /** Capture time, ns UTC; `null` for types without one. */
  get tsRecv(): bigint | null {
    const at = layoutOf(this.type, this.version).offsets.tsRecv;
    return at === undefined ? null : this.view.getBigUint64(at, true);
  }

  /** Gateway send time, ns UTC; `null` unless the record carries one. */
  get tsOut(): bigint | null {
    const { bytes } = layoutOf(this.type, this.version);
    return this.bytes.length === bytes ? null : this.view.getBigUint64(bytes, true);
  }

  /** The record as a plain object in the shape of version 3, whatever version it is stored in. */
  decode(): DbnRecord {
    return upgradeRecord(this.stored(), this.version);
  }

  /** The record as a plain object in the shape of its own version. */
  stored(): StoredRecord {
    const record: Record<string, unknown> = {
      type: this.type,
      publisherId: this.publisherId,
      instrumentId: this.instrumentId,
      tsEvent: this.tsEvent,
    };
    readFields(layoutOf(this.type, this.version), this.view, 0, record);
    const { tsOut } = this;
    if (tsOut !== null) record.tsOut = tsOut;
    return record as unknown as StoredRecord;
  }
}

/**
 * Whether `bytes` is a length a record of this type may have.
 */
export function fits(type: RecordType, version: DbnVersion, bytes: number): boolean {
  const own = layoutOf(type, version).bytes;
  return bytes === own || bytes === own + TS_OUT_BYTES;
}

/**
 * A view on a single record outside a stream, e.g. one kept as bytes in the dead-letter table.
 * @throws SpymasterError CorruptDbn if the bytes are not one whole record of a known type
 */
export function viewRecord(bytes: Uint8Array, version: DbnVersion): RecordView {
  const type = TYPE_OF_RTYPE[bytes[1]];
  if (type === undefined)
    throw new SpymasterError('CorruptDbn', `Record type ${bytes[1]} is not known.`, {
      offset: 1,
      field: 'rtype',
    });
  if (bytes[0] * 4 !== bytes.length || !fits(type, version, bytes.length))
    throw new SpymasterError(
      'CorruptDbn',
      `${bytes.length} bytes with a length of ${bytes[0]} words are no ${type} record of DBN version ${version}.`,
      { offset: 0, field: 'length' },
    );
  return new RecordView(version).set(type, bytes, 0);
}

/**
 * Encodes one record. `record` must have the shape of `version`, as `decode()` gives for version 3 and
 * `stored()` for the version of its file; a `tsOut` is appended.
 * @throws SpymasterError BadArgument naming the field that is missing or does not fit
 */
export function encodeRecord(record: StoredRecord, version: DbnVersion = LATEST_VERSION): Uint8Array {
  const layout = layoutOf(record.type, version);
  const bytes = new Uint8Array(layout.bytes + (record.tsOut === undefined ? 0 : TS_OUT_BYTES));
  const view = new DataView(bytes.buffer);
  bytes[0] = bytes.length / 4;
  bytes[1] = RECORDS[record.type].rtype;
  view.setUint16(2, record.publisherId, true);
  view.setUint32(4, record.instrumentId, true);
  view.setBigUint64(8, record.tsEvent, true);
  writeFields(layout, view, 0, record as never);
  if (record.tsOut !== undefined) view.setBigUint64(layout.bytes, record.tsOut, true);
  return bytes;
}
