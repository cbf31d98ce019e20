import fc from 'fast-check';
import rhea = require('rhea');
import { endOfValue } from '../../../infra/eventhubs/amqpBytes';
import { readBatch } from '../../../infra/eventhubs/eventBatch';
import { toStored, withLastEnqueued } from '../../../infra/eventhubs/storedEvent';

const annotation = fc.oneof(
  fc.string({ maxLength: 300 }),
  fc.integer(),
  fc.boolean(),
  fc.double({ noNaN: true, noInteger: true }),
);
/** Messages as producers of any kind make them: with or without each section. */
const message = fc.record(
  {
    body: fc.uint8Array({ maxLength: 700 }).map((bytes) => rhea.message.data_section(Buffer.from(bytes))),
    durable: fc.boolean(),
    message_annotations: fc.dictionary(fc.stringMatching(/^[a-z-]{1,20}$/), annotation, { maxKeys: 5 }),
    application_properties: fc.dictionary(fc.string({ maxLength: 20 }), annotation, { maxKeys: 5 }),
    message_id: fc.string({ maxLength: 40 }),
  },
  { requiredKeys: ['body'] },
);
const decode = (bytes: Buffer) =>
  rhea.message.decode(bytes) as unknown as Record<string, Record<string, unknown>>;

test("a stored event is the producer's with the broker's annotations, as another decoder reads it", () => {
  const enqueued = { sequenceNumber: 2 ** 40, offset: 123_456_789, enqueuedTime: 1_700_000_000_123 };
  fc.assert(
    fc.property(message, fc.option(fc.string({ maxLength: 300 }), { nil: undefined }), (original, key) => {
      const bytes = rhea.message.encode(original as unknown as rhea.Message);
      const stored = toStored(bytes, enqueued, key);
      const { message_annotations: own = {}, ...rest } = decode(bytes);
      const { message_annotations: all, ...restStored } = decode(stored.message);
      expect(restStored).toEqual(rest);
      expect(all).toEqual({
        ...own,
        'x-opt-sequence-number': 2 ** 40,
        'x-opt-offset': '123456789',
        'x-opt-enqueued-time': new Date(1_700_000_000_123),
        ...(key !== undefined && { 'x-opt-partition-key': key }),
      });
      const told = decode(withLastEnqueued(stored, { ...enqueued, retrievedAt: 5 }));
      expect(told.delivery_annotations).toMatchObject({
        last_enqueued_sequence_number: 2 ** 40,
        last_enqueued_offset: '123456789',
      });
      expect(told.message_annotations).toEqual(all);
    }),
  );
});

test("annotations of the broker's that a producer sent are not kept", () => {
  const forged = { 'x-opt-sequence-number': 7, 'x-opt-partition-key': 'other', mine: 1 };
  const bytes = rhea.message.encode({ body: 'x', message_annotations: forged });
  const { message } = toStored(bytes, { sequenceNumber: 1, offset: 2, enqueuedTime: 3 });
  const annotations = decode(message).message_annotations;
  expect(annotations).toMatchObject({ mine: 1, 'x-opt-sequence-number': 1 });
  expect(annotations).not.toHaveProperty('x-opt-partition-key');
});

test('a batch is the messages it was made of', () => {
  fc.assert(
    fc.property(fc.array(message, { minLength: 1, maxLength: 5 }), (messages) => {
      const events = messages.map((one) => rhea.message.encode(one as unknown as rhea.Message));
      const batch = rhea.message.encode({
        body: rhea.message.data_sections(events),
        message_annotations: { 'x-opt-partition-key': 'ESH4' },
      } as unknown as rhea.Message);
      const read = readBatch(batch);
      expect(read.partitionKey).toBe('ESH4');
      expect(read.events.map((event) => event.toString('hex'))).toEqual(
        events.map((event) => event.toString('hex')),
      );
    }),
  );
});

test('bytes that are no batch are refused, wherever they are cut or changed', () => {
  const batch = rhea.message.encode({
    body: rhea.message.data_sections([rhea.message.encode({ body: 'x', message_annotations: { a: 1 } })]),
  } as unknown as rhea.Message);
  for (let end = 0; end < batch.length; end += 1)
    expect(() => readBatch(batch.subarray(0, end))).toThrow(RangeError);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (noise) => {
      try {
        const { events } = readBatch(Buffer.from(noise));
        for (const event of events) toStored(event, { sequenceNumber: 0, offset: 0, enqueuedTime: 0 });
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
    { numRuns: 3000 },
  );
  expect(() => endOfValue(Buffer.from([0xb0, 0xff, 0xff, 0xff, 0xff]), 0)).toThrow(RangeError);
});
