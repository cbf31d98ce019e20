import fc from 'fast-check';
import { canonical, changes, type Provenance } from '../../../graph/catalog/provenance';

const then: Provenance = {
  code: { 'silver.bars': '1', 'silver.levels': '1' },
  settings: { bars: { seconds: 5 }, levels: { kinds: ['PM_HIGH'], userPrices: {} } },
  inputs: { 'bronze ESH4/2024-03-05': 'a', 'raw.dbn x.dbn 1': 'b' },
};

test('what has changed is named: code, the very setting, and inputs', () => {
  expect(changes(then, then)).toEqual([]);
  expect(
    changes(then, {
      code: { 'silver.bars': '2', 'silver.levels': '1', 'silver.new': '1' },
      settings: {
        bars: { seconds: 10 },
        levels: { kinds: ['PM_HIGH', 'PM_LOW'], userPrices: { ES: [4805] } },
      },
      inputs: { 'bronze ESH4/2024-03-05': 'c', 'raw.dbn y.dbn 2': 'd' },
    }),
  ).toEqual([
    'code of silver.bars: 1, now 2',
    'code of silver.new: none, now 1',
    'setting bars.seconds: 5, now 10',
    'setting levels.kinds: ["PM_HIGH"], now ["PM_HIGH","PM_LOW"]',
    'setting levels.userPrices.ES: none, now [4805]',
    'bronze ESH4/2024-03-05 was built anew',
    'raw.dbn x.dbn 1 is gone',
    'raw.dbn y.dbn 2 came in',
  ]);
});

test('the text of a provenance does not depend on the order in which it was put together', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (parts) => {
      const reversed = Object.fromEntries(Object.entries(parts).reverse());
      expect(canonical(reversed)).toBe(canonical(parts));
      expect(canonical(JSON.parse(canonical(parts)))).toBe(canonical(parts));
    }),
  );
});

test('provenances that differ have changes, and only those', () => {
  const part = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'));
  const provenance = fc.record({ code: part, settings: part, inputs: part });
  fc.assert(
    fc.property(provenance, provenance, (a, b) => {
      expect(changes(a, b).length === 0).toBe(canonical(a) === canonical(b));
    }),
  );
});
