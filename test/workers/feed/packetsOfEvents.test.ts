import { encodePacket } from '../../../graph/feed/packet';
import { packetIn, packetProperty, packetSentWith } from '../../../workers/feed/packetsOfEvents';

const packet = encodePacket({
  kind: 'records',
  contract: 'ESH4',
  dataset: 'XSIM.MDP3',
  dbnVersion: 3,
  tsOut: false,
  run: 1n,
  number: 7,
  optionsBefore: 0,
  resumes: false,
  settled: 0n,
  packedAt: 2n,
  firstTsRecv: 3n,
  lastTsRecv: 3n,
  firstSequence: 0,
  lastSequence: 0,
  instruments: [],
  reason: '',
  count: 0,
  records: new Uint8Array(),
});
const json = { event_time: 3 };

test('a packet is the body of an event, or goes beside a body that is another', () => {
  const seven = [expect.objectContaining({ contract: 'ESH4', number: 7 })];
  expect(packetIn({ body: Buffer.from(packet) })).toEqual(seven);
  expect(packetSentWith({ body: Buffer.from(packet) })).toEqual(seven);
  const beside = { body: json, properties: { ...packetProperty(packet), traceparent: '00-1' } };
  expect(packetSentWith(beside)).toEqual(seven);
  expect(packetIn(beside)).toEqual([]);
});

test.each([json, 'text', null, undefined, Buffer.from(JSON.stringify(json)), Buffer.alloc(0)])(
  'of others it tells that there is none: %p',
  (body) => {
    expect(packetIn({ body })).toEqual([]);
    expect(packetSentWith({ body, properties: { 'spymaster-packet': 'bm9uZQ==' } })).toEqual([]);
    expect(packetSentWith({ body, properties: { 'spymaster-packet': 1 } })).toEqual([]);
  },
);
