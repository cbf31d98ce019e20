import { buildOf, buildRow, type LastBuild } from '../../../graph/catalog/partitionsTable';
import { contractDate, keyText, productDate } from '../../../graph/datasets/units';
import { rowsOf } from '../../support/tables';

const BUILD: LastBuild = {
  layer: 'silver',
  partition: contractDate('ESH4', '2024-01-03'),
  product: 'ES',
  status: 'blocked',
  digest: 'd',
  provenance: {
    code: { 'silver.bars': '1' },
    settings: { bars: { seconds: 5 } },
    inputs: { 'bronze ESH4/2024-01-03': 'e' },
  },
  codeVersion: '1 2',
  rows: 12,
  seconds: 0.5,
  fence: 3,
  workflowId: 'w',
  runId: 'r',
  reason: 'A blocking check failed',
  finishedAt: 1_704_300_000_000_000_001n,
};

/** The row of a build as a table gives it back: with the columns that name its partition. */
const rowOf = (build: LastBuild) => ({
  ...rowsOf(buildRow(build))[0],
  layer: build.layer,
  partition: keyText(build.partition),
});

test('a build comes back from its row, of a contract-date and of a product-date', () => {
  const ofProduct: LastBuild = {
    ...BUILD,
    layer: 'normalisation',
    partition: productDate('ES', '2024-01-03'),
    reason: null,
  };
  for (const build of [BUILD, ofProduct]) expect(buildOf(rowOf(build))).toEqual(build);
  expect(rowOf(BUILD)).toMatchObject({ product: 'ES', contract: 'ESH4', trade_date: '2024-01-03' });
  expect(rowOf(ofProduct)).toMatchObject({ product: 'ES', contract: null, trade_date: '2024-01-03' });
});
