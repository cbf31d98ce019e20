import { GatheredRows } from '../../../graph/datasets/gather';
import { TableComparison } from '../../../graph/quality/comparison';
import { everyType, everyTypeBatch } from '../../support/lake';

const gathered = (...cuts: number[]) => {
  const rows = new GatheredRows(everyType);
  cuts.slice(1).forEach((to, k) => rows.add(everyTypeBatch(cuts[k], to)));
  return rows.build();
};

describe('gathering batches', () => {
  it('gives the rows of all of them in order, of every type', () => {
    const comparison = new TableComparison(everyType);
    comparison.add({ table: everyTypeBatch(0, 500) }, { table: gathered(0, 3, 3, 200, 201, 500) });
    expect(comparison.result()).toMatchObject({ rows: 500, differences: 0 });
  });

  it('gives no rows of none, with every column that is stored', () => {
    const { rowCount, columns } = gathered(0);
    expect(rowCount).toBe(0);
    expect(Object.keys(columns)).toEqual(Object.keys(everyTypeBatch(0, 1).columns));
  });
});
