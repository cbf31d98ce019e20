import fc from 'fast-check';
import { decodePacket, encodePacket, type Packet } from '../../../graph/feed/packet';
import { order } from '../../support/feedRecords';

const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const u32 = fc.nat(0xffff_ffff);
const name = fc.string({ unit: 'grapheme-ascii', maxLength: 255 });

const packet: fc.Arbitrary<Packet> = fc
  .record({
    kind: fc.constantFrom('records' as const, 'gap' as const, 'dead_letter' as const),
    contract: name,
    dataset: fc.string({ unit: 'grapheme-ascii', maxLength: 15 }),
    dbnVersion: fc.constantFrom(1 as const, 2 as const, 3 as const),
    tsOut: fc.boolean(),
    run: u64,
    resumes: fc.boolean(),
    settled: fc.constant(0n),
    number: fc.maxSafeNat(),
    optionsBefore: fc.maxSafeNat(),
    packedAt: u64,
    firstTsRecv: u64,
    lastTsRecv: u64,
    firstSequence: u32,
    lastSequence: u32,
    instruments: fc.array(fc.record({ id: u32, symbol: name }), { maxLength: 20 }),
    reason: name,
    count: fc.nat(20),
  })
  .map((said) => ({
    ...said,
    records: Buffer.concat(Array.from({ length: said.count }, (_, i) => order(i, i, BigInt(i) + 9n))),
  }));

test('what is packed is unpacked', () => {
  fc.assert(
    fc.property(packet, (original) => {
      const { records, ...said } = decodePacket(encodePacket(original));
      const { records: packed, ...meant } = original;
      expect(said).toEqual(meant);
      expect(Buffer.from(records).equals(packed)).toBe(true);
    }),
  );
});

test('the layout is the documented one', () => {
  const bytes = encodePacket({
    kind: 'records',
    contract: 'ESH4',
    dataset: 'GLBX.MDP3',
    dbnVersion: 3,
    tsOut: true,
    run: 1n,
    resumes: false,
    settled: 0n,
    number: 2,
    optionsBefore: 8,
    packedAt: 3n,
    firstTsRecv: 4n,
    lastTsRecv: 5n,
    firstSequence: 6,
    lastSequence: 7,
    instruments: [{ id: 17077, symbol: 'ESH4' }],
    reason: '',
    count: 0,
    records: new Uint8Array(),
  });
  const hex = Buffer.from(bytes).toString('hex');
  expect(hex).toBe(
    [
      '53504d42 02 01 7000 03 01 0000 00000000',
      '0100000000000000 0200000000000000 0300000000000000 0400000000000000 0500000000000000 06000000 07000000',
      '474c42582e4d44503300000000000000 0100 0800000000000000 04 45534834 00 b5420000 04 45534834',
      '00000000000000',
    ]
      .join(' ')
      .replaceAll(' ', ''),
  );
});

test('bytes that are no packet, or not whole, are an error and nothing else', () => {
  fc.assert(
    fc.property(packet, fc.nat(), fc.nat(255), (original, place, value) => {
      const bytes = encodePacket(original);
      const cut = bytes.subarray(0, place % bytes.length);
      expect(() => decodePacket(cut)).toThrow(expect.objectContaining({ code: 'CorruptDbn' }));
      const changed = bytes.slice();
      changed[place % bytes.length] = value;
      try {
        decodePacket(changed);
      } catch (error) {
        expect(error).toMatchObject({ code: expect.stringMatching(/CorruptDbn|UnsupportedDbn/) as string });
      }
    }),
    { numRuns: 500 },
  );
});

test('a name that is not ASCII, or too long, is refused', () => {
  const [one] = fc.sample(packet, 1);
  for (const contract of ['É', 'x'.repeat(256)])
    expect(() => encodePacket({ ...one, contract })).toThrow(
      expect.objectContaining({ code: 'BadArgument' }),
    );
});

test('how far all contracts are settled is told to the second, and never as later than it is', () => {
  const hours = 18n * 3_600n * 1_000_000_000n;
  const [base] = fc.sample(packet, 1);
  fc.assert(
    fc.property(
      fc.bigInt({ min: 10n ** 18n, max: 2n * 10n ** 18n }),
      fc.bigInt({ min: -hours, max: 2n * hours }),
      (last, before) => {
        const settled = last - before;
        const { settled: told } = decodePacket(encodePacket({ ...base, lastTsRecv: last, settled }));
        if (before > hours + 10n ** 13n) expect(told).toBe(0n);
        if (told === 0n) return expect(before).toBeGreaterThan(hours);
        expect(told).toBeLessThanOrEqual(settled);
        if (before >= 0n) expect(settled - told).toBeLessThanOrEqual(1_000_000_000n);
      },
    ),
  );
});
