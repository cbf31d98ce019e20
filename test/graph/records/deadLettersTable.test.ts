import fc from 'fast-check';
import {
  deadLetterOf,
  deadLetterRows,
  LETTER_TYPES,
  type DeadLetter,
} from '../../../graph/records/deadLettersTable';
import { DEAD_LETTER_REASONS } from '../../../graph/records/validate';
import { INT_NULL } from '../../../graph/datasets/schema';
import { rowsOf } from '../../support/tables';

const int64 = fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n });
const letters: fc.Arbitrary<DeadLetter> = fc.record({
  reason: fc.constantFrom(...DEAD_LETTER_REASONS),
  field: fc.option(fc.string()),
  expected: fc.option(fc.string()),
  detail: fc.option(fc.string()),
  source: fc.string(),
  byteOffset: int64,
  recordType: fc.constantFrom(...LETTER_TYPES),
  position: fc.option(fc.nat()),
  tsRecv: int64,
  instrumentId: int64,
  bytes: fc.uint8Array(),
  foundAt: int64,
});

test('a letter comes back from its row', () => {
  fc.assert(
    fc.property(fc.array(letters), (given) => {
      const rows = deadLetterRows();
      given.forEach((letter) => rows.push(letter));
      // As the lake gives it back.
      const stored = rowsOf(rows.take()).map(({ position, ...row }) => ({
        ...row,
        position: position === INT_NULL.int64 ? null : position,
      }));
      expect(stored.map(deadLetterOf)).toEqual(given);
    }),
  );
});
