import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { sameData } from '../../../graph/precedents/sameData';

it('finds equal what Node does, of copies and of what differs somewhere', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constant(null),
    fc.float32Array({ maxLength: 3 }),
  );
  const data = fc.object({ values: [leaf], maxDepth: 2, withNullPrototype: false });
  fc.assert(
    fc.property(data, data, (a, b) => {
      expect(sameData(a, structuredClone(a))).toBe(true);
      expect(sameData(a, b)).toBe(isDeepStrictEqual(a, b));
    }),
  );
});

it.each([
  [
    [1, 2],
    [1, 2, 3],
  ],
  [{ a: 1 }, { b: 1 }],
  [{ a: undefined }, {}],
  [Float32Array.of(1, NaN), Float32Array.of(1, 2)],
  [Float32Array.of(1), Float32Array.of(1, 1)],
  [1n, 1],
])('%p is not %p', (a, b) => {
  expect(sameData(a, b)).toBe(false);
  expect(sameData(b, a)).toBe(false);
});
