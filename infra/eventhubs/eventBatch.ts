/**
 * What a producer sends: one delivery of format 0x80013700 whose data sections each hold an encoded message, an event; the annotations
 * of the delivery are those of the first. Or one message of the ordinary format, which is an event itself.
 */
import { SECTION, contentOf, entriesOf, integerOf, sections, textOf } from './amqpBytes';

/** Message format of a delivery that holds many messages. */
export const BATCH_FORMAT = 0x80013700;

export const ANNOTATION = {
  partitionKey: 'x-opt-partition-key',
  sequenceNumber: 'x-opt-sequence-number',
  offset: 'x-opt-offset',
  enqueuedTime: 'x-opt-enqueued-time',
  producerId: 'com.microsoft:producer-id',
  producerEpoch: 'com.microsoft:producer-epoch',
  producerSequence: 'com.microsoft:producer-sequence-number',
} as const;

export interface EventBatch {
  /** Hashed to the partition when the link names none. */
  partitionKey?: string;
  /** Encoded messages, at least one. */
  events: Buffer[];
}

/**
 * @param payload a delivery of {@link BATCH_FORMAT}
 * @throws RangeError when it is no such batch, or an empty one
 */
export function readBatch(payload: Buffer): EventBatch {
  const events: Buffer[] = [];
  let partitionKey: string | undefined;
  for (const { code, valueAt, end } of sections(payload)) {
    const value = payload.subarray(valueAt, end);
    if (code === SECTION.data) events.push(contentOf(value));
    else if (code === SECTION.messageAnnotations) partitionKey = partitionKeyOf(value);
  }
  if (events.length === 0) throw new RangeError('a batch without events');
  return { partitionKey, events };
}

/** @param payload a delivery of the ordinary format */
export function readSingle(payload: Buffer): EventBatch {
  let partitionKey: string | undefined;
  for (const { code, valueAt, end } of sections(payload))
    if (code === SECTION.messageAnnotations) partitionKey = partitionKeyOf(payload.subarray(valueAt, end));
  return { partitionKey, events: [payload] };
}

function partitionKeyOf(annotations: Buffer): string | undefined {
  for (const [key, value] of entriesOf(annotations))
    if (key === ANNOTATION.partitionKey) return textOf(value);
  return undefined;
}

/** What an idempotent producer says of an event; see `producers.ts`. */
export interface ProducerStamp {
  id: number;
  epoch: number;
  sequence: number;
}

/** The annotations of an event, decoded no further; undefined without such a section. */
function annotationsOf(event: Buffer): Buffer | undefined {
  for (const { code, valueAt, end } of sections(event))
    if (code === SECTION.messageAnnotations) return event.subarray(valueAt, end);
  return undefined;
}

export function producerStampOf(event: Buffer): ProducerStamp | undefined {
  const annotations = annotationsOf(event);
  if (!annotations) return undefined;
  const found: Record<string, number | undefined> = {};
  for (const [key, value] of entriesOf(annotations)) found[key] = integerOf(value);
  const id = found[ANNOTATION.producerId];
  const sequence = found[ANNOTATION.producerSequence];
  if (id === undefined || sequence === undefined) return undefined;
  return { id, epoch: found[ANNOTATION.producerEpoch] ?? 0, sequence };
}
