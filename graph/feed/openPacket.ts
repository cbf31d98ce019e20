/** A packet that is being filled with the records of one contract, again and again. */
import { HEADER_BYTES, type DbnVersion } from '../dbn/constants';
import { viewOf } from '../dbn/fields';
import { RECORDS, TYPE_OF_RTYPE, layoutOf } from '../dbn/records';
import { Flag } from '../records/mbo';
import type { Instrument } from './instruments';
import type { Packet } from './packet';

const FIRST_BYTES = 4096;

/** What a packet says of its records. */
export type Packed = Pick<
  Packet,
  'records' | 'count' | 'instruments' | 'firstTsRecv' | 'lastTsRecv' | 'firstSequence' | 'lastSequence'
>;

export class OpenPacket {
  private bytes = new Uint8Array(FIRST_BYTES);
  private used = 0;
  private count = 0;
  private last = 0;
  private readonly instruments = new Map<number, string>();

  private version: DbnVersion = 3;

  /** Begins without records. @param version of those that follow */
  begin(version: DbnVersion): void {
    this.version = version;
    this.used = 0;
    this.count = 0;
    this.instruments.clear();
  }

  get size(): number {
    return this.used;
  }

  /** Takes whole records of one instrument, `[from, to)` of a run, of which the last begins at `last`. */
  take(
    run: Uint8Array,
    from: number,
    to: number,
    last: number,
    records: number,
    { id, symbol }: Instrument,
  ): void {
    const length = to - from;
    if (this.used + length > this.bytes.length) this.grow(this.used + length);
    this.bytes.set(run.subarray(from, to), this.used);
    this.last = this.used + last - from;
    this.used += length;
    this.count += records;
    this.instruments.set(id, symbol);
  }

  private grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    larger.set(this.bytes.subarray(0, this.used));
    this.bytes = larger;
  }

  /** ts_recv of the first record, ns UTC; 0 where none is known, or the packet begins within a snapshot. */
  get since(): bigint {
    return isOfSnapshot(this.bytes, 0) ? 0n : stampOf(this.bytes, 0, this.version).tsRecv;
  }

  /** What it holds; the records until it begins again. */
  close(): Packed {
    const records = this.bytes.subarray(0, this.used);
    const first = stampOf(records, 0, this.version);
    const last = stampOf(records, this.last, this.version);
    return {
      records,
      count: this.count,
      instruments: [...this.instruments].map(([id, symbol]) => ({ id, symbol })),
      firstTsRecv: first.tsRecv,
      lastTsRecv: last.tsRecv,
      firstSequence: first.sequence,
      lastSequence: last.sequence,
    };
  }
}

const MBO = RECORDS.mbo.rtype;
const FLAGS_AT = layoutOf('mbo', 3).offsets.flags;

/** Whether the record at a place is an order of a snapshot. */
export const isOfSnapshot = (bytes: Uint8Array, at: number): boolean =>
  bytes[at + 1] === MBO && (bytes[at + FLAGS_AT] & Flag.Snapshot) !== 0;

/** Capture time (ns UTC) and the venue's sequence of the record at a place; 0 where its type has none, or none is known. */
export function stampOf(
  bytes: Uint8Array,
  at: number,
  version: DbnVersion,
): { tsRecv: bigint; sequence: number } {
  const type = TYPE_OF_RTYPE[bytes[at + 1]];
  const offsets = type === undefined ? undefined : layoutOf(type, version).offsets;
  const end = at + Math.max(bytes[at] * 4, HEADER_BYTES);
  const view = viewOf(bytes);
  const readable = (offset: number | undefined, width: number): offset is number =>
    offset !== undefined && at + offset + width <= end;
  const [tsRecv, sequence] = [offsets?.tsRecv, offsets?.sequence];
  return {
    tsRecv: readable(tsRecv, 8) ? view.getBigUint64(at + tsRecv, true) : 0n,
    sequence: readable(sequence, 4) ? view.getUint32(at + sequence, true) : 0,
  };
}
