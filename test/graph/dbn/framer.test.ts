import fc from 'fast-check';
import { encodeMetadata, encodeRecord, RecordFramer } from '../../../graph/dbn';
import { someMbo, someMetadata, streamOf } from '../../support/dbnFiles';

const RECORDS = someMbo(20);
const BODY = Buffer.concat(RECORDS.map((record) => encodeRecord(record)));
const STREAM = streamOf(RECORDS);

test('however a stream is cut, whole records come, and all of them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (lengths) => {
      const framer = new RecordFramer();
      const runs: Uint8Array[] = [];
      for (let at = 0, k = 0; at < STREAM.length; k++) {
        const end = at + lengths[k % lengths.length];
        const records = framer.push(STREAM.slice(at, end));
        expect(records.length % 56).toBe(0);
        runs.push(records);
        at = end;
      }
      expect(Buffer.concat(runs).equals(BODY)).toBe(true);
      expect(framer.metadata).toEqual(someMetadata());
      expect(framer.heldBytes).toBe(0);
      expect(framer.position).toBe(STREAM.length);
    }),
  );
});

test('of a stream that breaks off it is known how much is held back', () => {
  const framer = new RecordFramer();
  expect(framer.push(STREAM.subarray(0, 100))).toHaveLength(0);
  expect(framer.heldBytes).toBe(100);
  framer.push(STREAM.subarray(100, STREAM.length - 10));
  expect(framer.heldBytes).toBe(46);
});

test('a record shorter than its header is refused where it lies', () => {
  const damaged = STREAM.slice();
  const at = encodeMetadata(someMetadata()).length + 3 * 56;
  damaged[at] = 1;
  expect(() => new RecordFramer().push(damaged)).toThrow(
    expect.objectContaining({ code: 'CorruptDbn', details: { offset: at, field: 'length' } }),
  );
});
