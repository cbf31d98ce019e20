import fc from 'fast-check';
import { decodePacket, type Packet } from '../../../graph/feed/packet';
import { Products } from '../../../graph/products/catalog';
import { DEAD_LETTERS, Packer, UNMAPPED, type FeedMessage } from '../../../graph/feed/packer';
import { heartbeat, mapping, openInterest, order } from '../../support/feedRecords';

function packing(mostBytes = 10_000) {
  const packets: Packet[] = [];
  const emit = ({ contract, kind, body, records }: FeedMessage) => {
    const packet = decodePacket(body);
    expect([packet.contract, packet.kind, packet.count]).toEqual([contract, kind, records]);
    packets.push(packet);
  };
  let now = 100n;
  const packer = new Packer({
    dataset: 'GLBX.MDP3',
    products: new Products(),
    run: 99n,
    mostBytes,
    now: () => now++,
    emit,
  });
  const push = (...records: Uint8Array[]) => packer.push(Buffer.concat(records), 3, false);
  return { packer, push, packets };
}
const bytesOf = (packets: readonly Packet[], contract: string) =>
  Buffer.concat(packets.filter((packet) => packet.contract === contract).map(({ records }) => records));

test('however runs are cut, each contract has its records, whole, in order, in numbered packets of a bounded size', () => {
  const symbols = ['ESH4', 'ESM4', 'ESH4-ESM4'];
  const run = fc.array(fc.record({ id: fc.nat(2), flush: fc.boolean() }), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 8 }), fc.integer({ min: 1, max: 600 }), (runs, mostBytes) => {
      const { packer, push, packets } = packing(mostBytes);
      push(...symbols.map((symbol, id) => mapping(id, symbol)));
      const twin = symbols.map((): Uint8Array[] => []);
      let sequence = 0;
      for (const records of runs) {
        const run = records.map(({ id }) => {
          sequence += 1;
          const bytes = order(id, sequence, BigInt(sequence) * 1000n);
          twin[id].push(bytes);
          return bytes;
        });
        push(heartbeat(), ...run);
        if (records.some(({ flush }) => flush)) packer.flush();
      }
      packer.flush();
      expect(packer.isEmpty).toBe(true);
      for (const [id, symbol] of symbols.entries()) {
        const own = packets.filter(({ contract }) => contract === symbol);
        expect(bytesOf(own, symbol).equals(Buffer.concat(twin[id]))).toBe(true);
        expect(own.map(({ number }) => number)).toEqual(own.map((_, i) => i));
        let before = 0;
        for (const {
          count,
          records,
          firstSequence,
          lastSequence,
          firstTsRecv,
          lastTsRecv,
          instruments,
        } of own) {
          expect(count === 1 || records.length <= mostBytes).toBe(true);
          expect(firstSequence).toBeGreaterThan(before);
          expect([firstTsRecv, lastTsRecv]).toEqual([
            BigInt(firstSequence) * 1000n,
            BigInt(lastSequence) * 1000n,
          ]);
          expect(instruments).toEqual([{ id, symbol }]);
          before = lastSequence;
        }
      }
    }),
  );
});

test('what is told of a product beside order messages goes together, whatever the roots of its options', () => {
  const { packer, push, packets } = packing();
  push(
    mapping(1, 'ESH4 C4800', 'ES.OPT'),
    mapping(2, 'E1AF4 P4700', 'E1A.OPT'),
    mapping(3, 'ESH4'),
    openInterest(1, 9n),
    openInterest(2, 10n),
    order(3, 3, 11n),
    openInterest(3, 12n),
  );
  packer.flush();
  expect(packets).toMatchObject([
    {
      contract: 'ES.OPT',
      count: 3,
      instruments: [
        { id: 1, symbol: 'ESH4 C4800' },
        { id: 2, symbol: 'E1AF4 P4700' },
        { id: 3, symbol: 'ESH4' },
      ],
      optionsBefore: 0,
    },
    { contract: 'ESH4', count: 1, optionsBefore: 1 },
  ]);
});

test('whatever was told of options before a record is in the packets that its own names, or in the ones of the same end', () => {
  const step = fc.record({ option: fc.boolean(), flush: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 400 }), (steps, mostBytes) => {
      const { packer, push, packets } = packing(mostBytes);
      push(mapping(1, 'ESH4 C4800', 'ES.OPT'), mapping(2, 'ESH4'));
      for (const [i, { option, flush }] of steps.entries()) {
        push(option ? openInterest(1, BigInt(i + 1)) : order(2, i, BigInt(i + 1)));
        if (flush) packer.flush();
      }
      packer.flush();
      const chain = packets.filter(({ contract }) => contract === 'ES.OPT');
      let before = 0;
      for (const { contract, firstTsRecv, lastTsRecv, optionsBefore } of packets) {
        if (contract !== 'ESH4') continue;
        // None that it does not name has a record from before its own last, nor was one named before that has one from after its first.
        for (const { firstTsRecv: first } of chain.slice(optionsBefore))
          expect(first).toBeGreaterThan(lastTsRecv);
        for (const { lastTsRecv: last } of chain.slice(0, before)) expect(last).toBeLessThan(firstTsRecv);
        before = optionsBefore;
      }
    }),
  );
});

test('a record of an instrument nobody named is set aside whole, and what comes after its mapping is not', () => {
  const { packer, push, packets } = packing();
  const unknown = order(7, 1, 9n);
  push(mapping(1, 'ESH4'), order(1, 2, 10n), unknown, mapping(7, 'ESM4'), order(7, 3, 11n));
  packer.flush();
  const [letter] = packets.filter(({ kind }) => kind === 'dead_letter');
  expect(letter).toMatchObject({
    contract: DEAD_LETTERS,
    reason: UNMAPPED,
    count: 1,
    firstSequence: 1,
    firstTsRecv: 9n,
  });
  expect(Buffer.from(letter.records).equals(unknown)).toBe(true);
  expect(
    packets
      .filter(({ kind }) => kind === 'records')
      .map(({ contract }) => contract)
      .sort(),
  ).toEqual(['ESH4', 'ESM4']);
});

test('an id that gets another symbol begins another packet', () => {
  const { packer, push, packets } = packing();
  push(mapping(1, 'ESH4'), order(1, 1, 9n), mapping(1, 'ESM4'), order(1, 2, 10n));
  packer.flush();
  expect(packets.map(({ contract, lastSequence }) => [contract, lastSequence])).toEqual([
    ['ESH4', 1],
    ['ESM4', 2],
  ]);
});

test('a gap stands between the records around it, for every contract there may be records of', () => {
  const { packer, push, packets } = packing();
  push(mapping(1, 'ESH4'), mapping(2, 'ESM4'), mapping(3, 'ESU4'), order(1, 1, 9n), order(2, 2, 10n));
  packer.gap(10n, 20n, 'no_overlap');
  push(order(1, 3, 20n));
  packer.flush();
  const told = packets.map(({ contract, kind, number }) => [contract, kind, number]);
  expect(told).toEqual([
    ['ESH4', 'records', 0],
    ['ESM4', 'records', 0],
    ['ESH4', 'gap', 1],
    ['ESM4', 'gap', 1],
    ['ESU4', 'gap', 0],
    ['ESH4', 'records', 2],
  ]);
  expect(packets[2]).toMatchObject({ reason: 'no_overlap', firstTsRecv: 10n, lastTsRecv: 20n });
});

test('bytes that are no run of records are an error', () => {
  const { push } = packing();
  const whole = order(1, 1, 9n);
  for (const bytes of [whole.subarray(0, 50), Uint8Array.of(1, 0xa0, 0, 0), Uint8Array.of(14)])
    expect(() => push(mapping(1, 'ESH4'), bytes)).toThrow(expect.objectContaining({ code: 'CorruptDbn' }));
});
