import { keyText, label, parseKey, productDate, UNITS, type Unit } from '../../../graph/datasets/units';

test('a key is written and read the same, in every unit', () => {
  for (const [unit, columns] of Object.entries(UNITS)) {
    const key = Object.fromEntries(columns.map((column, k) => [column, `value-${k}`]));
    const partition = { unit: unit as Unit, key };
    expect(parseKey(partition.unit, keyText(partition))).toEqual(partition);
  }
  expect(keyText(productDate('ES', '2024-03-05'))).toBe('ES/2024-03-05');
  expect(label(productDate('ES', '2024-03-05'))).toBe('ES 2024-03-05');
});

test.each(['ESH4', 'ESH4/', '/2024-03-05', 'ESH4/2024-03-05/x', ''])(
  '"%s" names no contract-date',
  (text) => {
    expect(() => parseKey('contract-date', text)).toThrow(
      expect.objectContaining({ code: 'BadArgument', message: `"${text}" names no partition` }),
    );
  },
);
