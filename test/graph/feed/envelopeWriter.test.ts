import { envelope, envelopeSchema } from '../../../graph/feed/envelope';
import { EnvelopeWriter, NO_ENVELOPE } from '../../../graph/feed/envelopeWriter';
import { Products } from '../../../graph/products/catalog';
import { DEAD_LETTERS, UNMAPPED, type FeedMessage } from '../../../graph/feed/packer';
import { decodePacket } from '../../../graph/feed/packet';
import { encodeRecord, type StoredRecord } from '../../../graph/dbn';
import { UNDEF_PRICE } from '../../../graph/records/mbo';
import { mapping, order } from '../../support/feedRecords';

function writing() {
  const messages: FeedMessage[] = [];
  const emit = (message: FeedMessage) => void messages.push(message);
  const writer = new EnvelopeWriter({
    dataset: 'GLBX.MDP3',
    products: new Products(),
    run: 1n,
    mostBytes: 1,
    now: () => 1_703_541_600_123_456_789n,
    emit,
  });
  const push = (...records: Uint8Array[]) => writer.push(Buffer.concat(records), 3, false);
  return { push, messages, texts: () => messages.map(({ body }) => Buffer.from(body).toString()) };
}

test('an order message has every field, its numbers to the last digit', () => {
  const { push, texts, messages } = writing();
  push(
    mapping(17077, 'ESH4'),
    order(17077, 1170352, 1_703_541_600_000_000_001n, { price: -12_500_000_001n }),
  );
  expect(texts()).toEqual([
    '{"event_time":1703541599999999996,"ingest_time":1703541600123456789,"venue":"GLBX.MDP3","symbol":"ESH4",' +
      '"instrument_type":"FUT","underlier":"ES","contract_id":"ESH4","action":"A","order_id":1152921504608017328,' +
      '"side":"B","price":-12.500000001,"size":3,"sequence":1170352,' +
      '"payload":"{\\"instrument_id\\":17077,\\"publisher_id\\":1,\\"ts_recv\\":\\"1703541600000000001\\",\\"flags\\":128,' +
      '\\"channel_id\\":0,\\"ts_in_delta\\":7}"}',
  ]);
  expect(messages[0]).toMatchObject({ contract: 'ESH4', kind: 'records', records: 1 });
});

test('each message takes along the packet of its record, numbered by contract', () => {
  const { push, messages } = writing();
  const orders = [order(1, 1, 5n), order(2, 2, 6n), order(1, 3, 7n)];
  push(mapping(1, 'ESH4'), mapping(2, 'ESM4'), ...orders);
  const packets = messages.map(({ packet }) => decodePacket(packet!));
  expect(packets.map(({ contract, number }) => [contract, number])).toEqual([
    ['ESH4', 0],
    ['ESM4', 0],
    ['ESH4', 1],
  ]);
  expect(packets.map(({ records }) => Buffer.from(records))).toEqual(orders.map((one) => Buffer.from(one)));
});

test('every message fits the schema, which is published with whole numbers of 64 bits', () => {
  const { push, texts } = writing();
  push(
    mapping(1, 'ESH4'),
    mapping(2, 'E1AF4 C4800', 'ES.OPT'),
    order(1, 1, 1_703_541_600_000_000_001n, { action: 'R', side: 'N', price: UNDEF_PRICE }),
    order(2, 2, 1_703_541_600_000_000_002n, { action: 'T' }),
  );
  const parsed = texts().map((text) => envelope.parse(JSON.parse(text)));
  expect(parsed).toMatchObject([
    { action: 'R', price: null, instrument_type: 'FUT' },
    { instrument_type: 'OPT', underlier: 'ES', symbol: 'E1AF4 C4800' },
  ]);
  expect(envelopeSchema()).toMatchObject({
    properties: {
      event_time: { type: 'integer', format: 'int64', description: 'ts_event, ns UTC' },
      order_id: { type: 'integer', format: 'int64' },
    },
    additionalProperties: false,
  });
});

test('what has no such form is set aside, with its bytes', () => {
  const { push, messages } = writing();
  const status = encodeRecord({
    type: 'status',
    publisherId: 1,
    instrumentId: 1,
    tsEvent: 5n,
    tsRecv: 6n,
    action: 7,
    reason: 0,
    tradingEvent: 0,
    isTrading: 'Y',
    isQuoting: 'Y',
    isShortSellRestricted: '~',
  } as unknown as StoredRecord);
  const unknown = order(9, 1, 7n);
  push(mapping(1, 'ESH4'), status, unknown);
  expect(messages.map(({ contract, kind }) => [contract, kind])).toEqual([
    [DEAD_LETTERS, 'dead_letter'],
    [DEAD_LETTERS, 'dead_letter'],
  ]);
  const letters = messages.map(({ body }) => decodePacket(body));
  expect(letters.map(({ reason }) => reason)).toEqual([NO_ENVELOPE, UNMAPPED]);
  expect(letters.map(({ records }) => Buffer.from(records).toString('hex'))).toEqual(
    [status, unknown].map((bytes) => Buffer.from(bytes).toString('hex')),
  );
});
