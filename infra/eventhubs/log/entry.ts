/**
 * An entry of a segment: a head of 48 bytes and the message. Little-endian:
 *
 *     0  u32  bytes of the message        24  u32  where delivery annotations go
 *     4  u32  crc32 of all that follows   28  i16  epoch of the producer
 *     8  i64  sequence number             30  u16  1 when the producer stamped it
 *    16  i64  enqueued time, ms           32  i64  id of the producer
 *                                         40  i32  its own sequence number;  44  zero
 */
import { crc32 } from 'node:zlib';
import type { ProducerStamp } from '../eventBatch';
import type { StoredEvent } from '../storedEvent';

export const HEAD_BYTES = 48;

export interface Entry extends StoredEvent {
  sequenceNumber: number;
  /** ms since 1970 UTC. */
  enqueuedTime: number;
  stamp?: ProducerStamp;
}

/** The head of an entry; the message is written after it as it is. */
export function encodeHead({ message, insertAt, sequenceNumber, enqueuedTime, stamp }: Entry): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(message.length, 0);
  head.writeBigInt64LE(BigInt(sequenceNumber), 8);
  head.writeBigInt64LE(BigInt(enqueuedTime), 16);
  head.writeUInt32LE(insertAt, 24);
  if (stamp) {
    head.writeInt16LE(stamp.epoch, 28);
    head.writeUInt16LE(1, 30);
    head.writeBigInt64LE(BigInt(stamp.id), 32);
    head.writeInt32LE(stamp.sequence, 40);
  }
  head.writeUInt32LE(crc32(message, crc32(head.subarray(8))), 4);
  return head;
}

/** Bytes of the entry that begins at `at`; undefined when not even its size is there. */
export const entryBytes = (bytes: Buffer, at: number): number | undefined =>
  at + HEAD_BYTES > bytes.length ? undefined : HEAD_BYTES + bytes.readUInt32LE(at);

/** @returns undefined when the entry at `at` is not whole, or not as it was written */
export function decodeEntry(bytes: Buffer, at: number): Entry | undefined {
  const size = entryBytes(bytes, at);
  if (size === undefined || at + size > bytes.length) return undefined;
  const whole = bytes.subarray(at, at + size);
  if (crc32(whole.subarray(8)) !== whole.readUInt32LE(4)) return undefined;
  return {
    message: whole.subarray(HEAD_BYTES),
    insertAt: whole.readUInt32LE(24),
    sequenceNumber: Number(whole.readBigInt64LE(8)),
    enqueuedTime: Number(whole.readBigInt64LE(16)),
    ...(whole.readUInt16LE(30) === 1 && {
      stamp: {
        epoch: whole.readInt16LE(28),
        id: Number(whole.readBigInt64LE(32)),
        sequence: whole.readInt32LE(40),
      },
    }),
  };
}
