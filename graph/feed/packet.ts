/**
 * What the feed puts into one event: a header and, after it, DBN records as they came. All numbers little-endian, times ns UTC.
 *
 *      0  4   "SPMB"                          40  8   ts_recv of the first record; of a gap, before it
 *      4  u8  version of this format: 2       48  8   ts_recv of the last record; of a gap, after it
 *      5  u8  kind: 1 records, 2 gap,         56  u32 sequence of the first record, as the venue has it
 *             3 a record set aside            60  u32 sequence of the last record
 *      6  u16 bytes of the header             64  16  dataset, NUL padded
 *      8  u8  DBN version of the records      80  u16 instruments
 *      9  u8  bits: 1 they have ts_out,       82  u64 packets about options before it
 *             2 the run resumes another       90  u8  bytes of the contract's name; the name
 *     10  u16 s before 48 that are settled    ..  u8  bytes of the reason; the reason, of kinds 2 and 3
 *     12  u32 records                         ..  for each instrument u32 id, u8 bytes of its symbol, the symbol
 *     16  u64 run: when the feed began
 *     24  u64 number in the run               ..  zeros, up to a multiple of 8
 *     32  u64 when it was packed
 *
 * Packets of a run and a contract are numbered from 0 without a gap: what comes twice has a number that was there, what is missing
 * leaves one out. Those about the product's options that were packed before a packet of a future are told in it: whoever follows both waits for
 * them, and for nothing else.
 */
import { SpymasterError } from '../errors';
import { HEADER_BYTES, type DbnVersion } from '../dbn/constants';
import { readText, viewOf, writeText } from '../dbn/fields';

/** Version of this format. */
export const PACKET_VERSION = 2;
const MARK = [0x53, 0x50, 0x4d, 0x42];
const FIXED_BYTES = 90;
const DATASET_BYTES = 16;
const TS_OUT = 1;
const RESUMES = 2;
const MOST_SECONDS = 0xffffn;
const SECOND = 1_000_000_000n;

const KINDS = ['records', 'gap', 'dead_letter'] as const;
export type PacketKind = (typeof KINDS)[number];

export interface Packet {
  kind: PacketKind;
  /** The contract whose order messages these are; packets of one are in order. `ES.OPT` for all that is told about options of ES. */
  contract: string;
  dataset: string;
  dbnVersion: DbnVersion;
  tsOut: boolean;
  /** When the feed that packed it began, ns UTC: another one numbers anew. */
  run: bigint;
  /** Of the contract's packets in the run, from 0. */
  number: number;
  /**
   * Packets about the options of its product that the run has packed before this one's last record: whatever was captured before a record
   * here is in them, in a packet before, or in this one. 0 of other packets than a future's.
   */
  optionsBefore: number;
  /** Whether the run goes on where the one before it in the hub had ended. */
  resumes: boolean;
  /**
   * ts_recv, ns UTC: of records of its feed that are earlier, those of all contracts had been taken by the hub when this was packed. As it
   * is read it is up to a second earlier; 0 if that is not known, or more than 18 hours before the last record.
   */
  settled: bigint;
  /** When it was packed, ns UTC. */
  packedAt: bigint;
  /** ns UTC; 0 where the records have none. */
  firstTsRecv: bigint;
  lastTsRecv: bigint;
  /** Of the venue; 0 where the records have none. */
  firstSequence: number;
  lastSequence: number;
  /** Which symbol each instrument of the records has. */
  instruments: readonly { id: number; symbol: string }[];
  /** Why records are missing or one was set aside; empty for records. */
  reason: string;
  /** How many there are. */
  count: number;
  /** Whole DBN records, one after the other. */
  records: Uint8Array;
}

/**
 * Names are ASCII of at most 255 characters.
 * @throws SpymasterError BadArgument when one is not
 */
export function encodePacket(packet: Packet): Uint8Array {
  const { instruments, records } = packet;
  const names = [packet.contract, packet.reason, ...instruments.map(({ symbol }) => symbol)];
  const unpadded =
    FIXED_BYTES + names.reduce((sum, { length }) => sum + 1 + length, 0) + 4 * instruments.length;
  const headerBytes = Math.ceil(unpadded / 8) * 8;
  if (headerBytes > 0xffff || names.some((text) => text.length > 255 || !isAscii(text)))
    throw new SpymasterError('BadArgument', `A packet of ${packet.contract} cannot name what is in it`, {
      field: 'instruments',
    });
  const bytes = new Uint8Array(headerBytes + records.length);
  const view = viewOf(bytes);
  bytes.set(MARK);
  view.setUint8(4, PACKET_VERSION);
  view.setUint8(5, KINDS.indexOf(packet.kind) + 1);
  view.setUint16(6, headerBytes, true);
  view.setUint8(8, packet.dbnVersion);
  view.setUint8(9, (packet.tsOut ? TS_OUT : 0) | (packet.resumes ? RESUMES : 0));
  view.setUint16(10, secondsBetween(packet.settled, packet.lastTsRecv), true);
  view.setUint32(12, packet.count, true);
  view.setBigUint64(16, packet.run, true);
  view.setBigUint64(24, BigInt(packet.number), true);
  view.setBigUint64(32, packet.packedAt, true);
  view.setBigUint64(40, packet.firstTsRecv, true);
  view.setBigUint64(48, packet.lastTsRecv, true);
  view.setUint32(56, packet.firstSequence, true);
  view.setUint32(60, packet.lastSequence, true);
  writeText(view, 64, DATASET_BYTES, packet.dataset);
  view.setUint16(80, instruments.length, true);
  view.setBigUint64(82, BigInt(packet.optionsBefore), true);
  let at = FIXED_BYTES;
  const name = (text: string) => {
    bytes[at++] = text.length;
    for (let i = 0; i < text.length; i += 1) bytes[at++] = text.charCodeAt(i);
  };
  name(packet.contract);
  name(packet.reason);
  for (const { id, symbol } of instruments) {
    view.setUint32(at, id, true);
    at += 4;
    name(symbol);
  }
  bytes.set(records, headerBytes);
  return bytes;
}

/** Whole seconds from what is settled to the last record, 1 at least; 0 where that tells nothing. */
function secondsBetween(settled: bigint, last: bigint): number {
  if (settled <= 0n || last <= 0n) return 0;
  const seconds = settled < last ? (last - settled + SECOND - 1n) / SECOND : 1n;
  return seconds > MOST_SECONDS ? 0 : Number(seconds);
}

// oxlint-disable-next-line no-control-regex
const isAscii = (text: string) => /^[\x00-\x7f]*$/.test(text);

/**
 * @param bytes the body of an event; `records` of the packet are a view of it
 * @throws SpymasterError UnsupportedDbn when a later version wrote it; CorruptDbn, with the byte, when it is no packet or not whole
 */
export function decodePacket(bytes: Uint8Array): Packet {
  const view = viewOf(bytes);
  if (bytes.length < FIXED_BYTES || MARK.some((byte, i) => bytes[i] !== byte))
    throw corrupt('its beginning is none', 0);
  if (bytes[4] !== PACKET_VERSION)
    throw new SpymasterError('UnsupportedDbn', `A packet of format ${bytes[4]} is not known here`, {
      expected: String(PACKET_VERSION),
    });
  const kind = KINDS[bytes[5] - 1];
  const dbnVersion = bytes[8];
  const headerBytes = view.getUint16(6, true);
  if (kind === undefined) throw corrupt(`kind ${bytes[5]}`, 5);
  if (dbnVersion < 1 || dbnVersion > 3) throw corrupt(`DBN version ${dbnVersion}`, 8);
  if (headerBytes < FIXED_BYTES || headerBytes > bytes.length)
    throw corrupt(`a header of ${headerBytes} bytes`, 6);
  let at = FIXED_BYTES;
  const take = (length: number) => {
    at += length;
    if (at > headerBytes) throw corrupt('a name ends beyond the header', at);
    return at - length;
  };
  const name = () => {
    const length = bytes[take(1)];
    return String.fromCharCode(...bytes.subarray(take(length), at));
  };
  const contract = name();
  const reason = name();
  const instruments = Array.from({ length: view.getUint16(80, true) }, () => ({
    id: view.getUint32(take(4), true),
    symbol: name(),
  }));
  const records = bytes.subarray(headerBytes);
  const count = view.getUint32(12, true);
  const lastTsRecv = view.getBigUint64(48, true);
  const seconds = view.getUint16(10, true);
  if (countOf(records) !== count) throw corrupt(`${count} records are not what its bytes hold`, headerBytes);
  return {
    kind,
    contract,
    dataset: readText(view, 64, DATASET_BYTES),
    dbnVersion: dbnVersion as DbnVersion,
    tsOut: (bytes[9] & TS_OUT) !== 0,
    resumes: (bytes[9] & RESUMES) !== 0,
    settled: seconds === 0 ? 0n : lastTsRecv - BigInt(seconds) * SECOND,
    run: view.getBigUint64(16, true),
    number: Number(view.getBigUint64(24, true)),
    optionsBefore: Number(view.getBigUint64(82, true)),
    packedAt: view.getBigUint64(32, true),
    firstTsRecv: view.getBigUint64(40, true),
    lastTsRecv,
    firstSequence: view.getUint32(56, true),
    lastSequence: view.getUint32(60, true),
    instruments,
    reason,
    count,
    records,
  };
}

/** Records that lie one after the other; -1 when the last is not whole. */
function countOf(records: Uint8Array): number {
  let count = 0;
  let at = 0;
  for (; at < records.length; count += 1) {
    const length = records[at] * 4;
    if (length < HEADER_BYTES) return -1;
    at += length;
  }
  return at === records.length ? count : -1;
}

const corrupt = (what: string, offset: number) =>
  new SpymasterError('CorruptDbn', `The event is no packet of the feed: ${what}`, { offset });
