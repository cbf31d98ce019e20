import fc from 'fast-check';
import type { Row } from '../../../graph/datasets/schema';
import { TableComparison, type CompareOptions } from '../../../graph/quality/comparison';
import { everyType, everyTypeBatch, everyTypeRow } from '../../support/lake';
import { TableBuilder } from '../../support/tables';

function tableOf(rows: readonly Row[]) {
  const builder = new TableBuilder(everyType);
  for (const row of rows) builder.push(row);
  return builder.build();
}

function compare(expected: Row[], found: Row[], options?: CompareOptions) {
  const comparison = new TableComparison(everyType);
  comparison.add({ table: tableOf(expected) }, { table: tableOf(found) }, options);
  return comparison.result();
}

const rows = (count: number) => Array.from({ length: count }, (_, i) => everyTypeRow(i));

describe('comparing rows', () => {
  it('finds equal rows equal, nulls and lists too, however much room their arrays have', () => {
    const comparison = new TableComparison(everyType);
    comparison.add({ table: everyTypeBatch(0, 100) }, { table: tableOf(rows(100)) });
    expect(comparison.result()).toEqual({
      dataset: 'test.every_type',
      rows: 100,
      differences: 0,
      first: null,
    });
  });

  const others: Row = {
    wide: 1n,
    whole: 1,
    small: 1,
    real: -1e6 + Number.EPSILON * 2 ** 20,
    text: 'another',
    yes: false,
    bytes: new Uint8Array([0, 0, 254]),
    day: '2023-12-27',
    vector: new Float32Array([0, -0.5, 1.0000001e-20]),
  };
  it.each(Object.entries(others))('notices another value of %s', (column, value) => {
    const expected = rows(3);
    const found = rows(3);
    found[0] = { ...found[0], [column]: value };
    const { differences, first } = compare(expected, found);
    expect(differences).toBe(1);
    expect(first?.row).toBe('0');
    expect(first?.column).toMatch(new RegExp(`^${column}(\\[2\\])?$`));
    expect(first?.expected).not.toBe(first?.found);
  });

  it('tells a null from every value, and a list from a shorter one', () => {
    const [row] = rows(1);
    expect(compare([row], [{ ...row, real: null }]).first).toMatchObject({ column: 'real', found: 'null' });
    expect(compare([row], [{ ...row, text: null }]).first).toMatchObject({ column: 'text', found: 'null' });
    expect(compare([row], [{ ...row, vector: new Float32Array([0]) }]).first).toEqual({
      row: '0',
      column: 'vector',
      expected: '3 numbers',
      found: '1 numbers',
    });
  });

  it('counts every row that differs once, and those only one side has', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30 }),
        fc.integer({ min: 0, max: 30 }),
        fc.uniqueArray(fc.integer({ min: 0, max: 29 })),
        (n, m, changed) => {
          const found = rows(m).map((row, i) => (changed.includes(i) ? { ...row, whole: 5, small: 5 } : row));
          const shared = Math.min(n, m);
          const { rows: compared, differences, first } = compare(rows(n), found);
          expect(compared).toBe(Math.max(n, m));
          const wrong = changed.filter((i) => i < shared);
          expect(differences).toBe(wrong.length + Math.abs(n - m));
          const place = Math.min(...wrong, n === m ? Infinity : shared);
          expect(first?.row).toBe(place === Infinity ? undefined : String(place));
        },
      ),
    );
  });

  it('compares chosen rows, and sums several comparisons up, keeping the first difference', () => {
    const comparison = new TableComparison(everyType);
    const table = tableOf(rows(10));
    const places = (...at: number[]) => ({ table, rows: Int32Array.from(at) });
    comparison.add(places(0, 3, 7), places(0, 3, 7));
    comparison.add(places(0, 3), places(0, 4));
    comparison.add(places(1), places());
    expect(comparison.result()).toMatchObject({ rows: 6, differences: 2, first: { row: '3', column: 'id' } });
  });

  it('lets a value that lies in the future be any value in the future', () => {
    const options = { open: { columns: ['wide'], until: 100n } };
    const of = (wide: bigint) => [{ ...everyTypeRow(0), wide }];
    expect(compare(of(100n), of(7_000n), options).differences).toBe(0);
    expect(compare(of(99n), of(7_000n), options).differences).toBe(1);
    expect(compare(of(98n), of(99n), options).differences).toBe(1);
    expect(compare(of(99n), of(99n), options).differences).toBe(0);
  });
});
