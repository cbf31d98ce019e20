/**
 * An event as it lies in a segment and goes to consumers: the producer's bytes, with the broker's annotations among its own. They are
 * written once, when it is appended; a reader that wants to be told where the partition ends gets that in front of them.
 */
import {
  SECTION,
  descriptor,
  encodeLong,
  encodeMap,
  encodeString,
  encodeSymbol,
  encodeTimestamp,
  entriesOf,
  sections,
} from './amqpBytes';
import { ANNOTATION } from './eventBatch';

/** What the broker says of an event. */
export interface Enqueued {
  sequenceNumber: number;
  /** Position in the log of its partition, in bytes. */
  offset: number;
  /** ms since 1970 UTC. */
  enqueuedTime: number;
}

export interface StoredEvent {
  message: Buffer;
  /** Where delivery annotations go: after the header. */
  insertAt: number;
}

const OWN: ReadonlySet<string> = new Set([
  ANNOTATION.sequenceNumber,
  ANNOTATION.offset,
  ANNOTATION.enqueuedTime,
  ANNOTATION.partitionKey,
]);

/**
 * @param event an encoded message
 * @throws RangeError when it is none
 */
export function toStored(event: Buffer, enqueued: Enqueued, partitionKey?: string): StoredEvent {
  let insertAt = 0;
  let rest = 0;
  const entries: Buffer[] = [];
  for (const { code, valueAt, end } of sections(event)) {
    if (code === SECTION.header) insertAt = end;
    if (code === SECTION.messageAnnotations)
      for (const [key, , entry] of entriesOf(event.subarray(valueAt, end)))
        if (!OWN.has(key)) entries.push(entry);
    if (code > SECTION.messageAnnotations) break;
    rest = end;
  }
  entries.push(
    Buffer.concat([encodeSymbol(ANNOTATION.sequenceNumber), encodeLong(enqueued.sequenceNumber)]),
    Buffer.concat([encodeSymbol(ANNOTATION.offset), encodeString(String(enqueued.offset))]),
    Buffer.concat([encodeSymbol(ANNOTATION.enqueuedTime), encodeTimestamp(enqueued.enqueuedTime)]),
  );
  if (partitionKey !== undefined)
    entries.push(Buffer.concat([encodeSymbol(ANNOTATION.partitionKey), encodeString(partitionKey)]));
  const annotations = [descriptor(SECTION.messageAnnotations), encodeMap(entries)];
  return {
    message: Buffer.concat([event.subarray(0, insertAt), ...annotations, event.subarray(rest)]),
    insertAt,
  };
}

/** The last event of a partition, as a reader may ask to be told with each one it gets. */
export interface LastEnqueued extends Enqueued {
  /** ms since 1970 UTC. */
  retrievedAt: number;
}

export function withLastEnqueued({ message, insertAt }: StoredEvent, last: LastEnqueued): Buffer {
  const entries = [
    [encodeSymbol('last_enqueued_sequence_number'), encodeLong(last.sequenceNumber)],
    [encodeSymbol('last_enqueued_offset'), encodeString(String(last.offset))],
    [encodeSymbol('last_enqueued_time_utc'), encodeTimestamp(last.enqueuedTime)],
    [encodeSymbol('runtime_info_retrieval_time_utc'), encodeTimestamp(last.retrievedAt)],
  ].map((pair) => Buffer.concat(pair));
  return Buffer.concat([
    message.subarray(0, insertAt),
    descriptor(SECTION.deliveryAnnotations),
    encodeMap(entries),
    message.subarray(insertAt),
  ]);
}
