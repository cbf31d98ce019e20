/** Legacy DBZ metadata. The compression inside is left out here: `same` stands for it. */
import { decodeDbz, encodeDbz, isDbz } from '../../../graph/dbn/dbz';
import { SpymasterError } from '../../../graph/errors';
import { someMetadata } from '../../support/dbnFiles';
import { randomNumbers } from '../../support/dbnRecords';

const same = (bytes: Uint8Array) => bytes;
const dbz = { metadata: someMetadata(1), recordCount: 12n };
const frame = encodeDbz(dbz, same);

test('is known by its first bytes', () => {
  expect(isDbz(frame)).toBe(true);
  expect(isDbz(frame.subarray(0, 10))).toBe(false);
  for (const at of [0, 3, 8, 10]) {
    const other = frame.slice();
    other[at] ^= 0x40;
    expect(isDbz(other)).toBe(false);
  }
});

test('survives writing and reading, and lies where the format says', () => {
  expect(decodeDbz(frame, same)).toEqual(dbz);
  const view = new DataView(frame.buffer);
  expect(view.getUint32(0, true) & 0xfffffff0).toBe(0x184d2a50);
  expect(view.getUint32(4, true)).toBe(frame.length - 8);
  expect(Buffer.from(frame.subarray(8, 12)).toString('latin1')).toBe('DBZ\x01');
  expect(view.getBigUint64(54, true)).toBe(12n);
});

test('has no room for several schemas or gateway times', () => {
  for (const change of [{ schema: null }, { stypeIn: null }, { tsOut: true }])
    expect(() => encodeDbz({ ...dbz, metadata: { ...dbz.metadata, ...change } }, same)).toThrow(
      'DBZ holds one schema',
    );
});

test('damaged in 20,000 ways ends in metadata or in an error that names its offset', () => {
  const random = randomNumbers(4);
  const codes = new Set<string>();
  for (let run = 0; run < 20_000; run++) {
    const bytes = frame.slice(0, random(5) === 0 ? random(frame.length) : frame.length);
    for (let k = random(3); k >= 0 && bytes.length > 0; k--) bytes[random(bytes.length)] = random(256);
    try {
      decodeDbz(bytes, same);
      codes.add('none');
    } catch (error) {
      if (!(error instanceof SpymasterError) || typeof error.details.offset !== 'number') throw error;
      codes.add(error.code);
    }
  }
  expect([...codes].sort()).toEqual(['CorruptDbn', 'TruncatedDbn', 'UnsupportedDbn', 'none']);
});
