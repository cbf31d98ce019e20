import fc from 'fast-check';
import { CoveredPrints } from '../../../../workers/web/market/coveredPrints';

test('a print is left out where one of its kind, no smaller, was drawn at its pixel and price', () => {
  const print = fc.record({
    column: fc.integer({ min: -20, max: 4000 }),
    price: fc.constantFrom(-3, 0, 20_000, 20_001),
    kind: fc.constantFrom(0, 1, 2, 5, 9, 16),
    size: fc.integer({ min: 1, max: 4 }),
  });
  // Of few columns, so that many meet.
  const prints = fc.array(print).map((list) => list.map((one) => ({ ...one, column: one.column % 3 })));
  fc.assert(
    fc.property(prints, (list) => {
      const covered = new CoveredPrints();
      for (const [k, { column, price, kind, size }] of list.entries()) {
        const expected = list
          .slice(0, k)
          .some(
            (one) => one.column === column && one.price === price && one.kind === kind && one.size >= size,
          );
        expect(covered.isCovered(column, price, kind, size)).toBe(expected);
      }
    }),
  );
});
