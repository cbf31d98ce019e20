import type { Dataset } from '../../../graph/catalog/dataset';
import type { RowsOperator } from '../../../graph/datasets/rowsOperator';
import { DatasetGraph } from '../../../graph/catalog/datasetGraph';
import type { TableContract } from '../../../graph/datasets/schema';

const table = (name: string, more: Partial<TableContract> = {}): TableContract => ({
  name,
  description: name,
  version: 1,
  columns: ['contract', 'trade_date', 'n'].map((column) => ({
    name: column,
    type: 'string',
    unit: '',
    meaning: column,
  })),
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'n'],
  ...more,
});
const operator = (module: string): RowsOperator => ({ kind: 'rows', module, compute: () => [] });

const dataset = (name: string, upstream: Dataset['upstream'] = [], more: Partial<Dataset> = {}): Dataset => ({
  name,
  layer: 'silver',
  unit: 'contract-date',
  description: name,
  table: table(name),
  upstream,
  settings: [],
  operator: operator(name),
  codeVersion: 1,
  ...more,
});
const same = (...names: string[]): Dataset['upstream'] =>
  names.map((name) => ({ dataset: name, partitions: 'same' }));

describe('a graph of datasets', () => {
  it('runs operators in the order of what they read, whatever the order of declaration', () => {
    const graph = new DatasetGraph([
      dataset('silver.c', same('silver.b')),
      dataset('silver.b', same('silver.a')),
      dataset('silver.a'),
    ]);
    const order = graph.computationsOf('silver').map(({ datasets }) => datasets[0].name);
    expect(order).toEqual(['silver.a', 'silver.b', 'silver.c']);
  });

  it('computes datasets of one operator together, and reads each thing once with all columns wanted', () => {
    const both = operator('both');
    const graph = new DatasetGraph([
      dataset('silver.a'),
      dataset('gold.b', [{ dataset: 'silver.a', partitions: 'same', columns: ['n'] }], {
        layer: 'gold',
        operator: both,
        settings: ['bars'],
      }),
      dataset(
        'gold.c',
        [...same('gold.b'), { dataset: 'silver.a', partitions: 'same', columns: ['trade_date'] }],
        {
          layer: 'gold',
          operator: both,
          settings: ['levels', 'bars'],
        },
      ),
    ]);
    const [computation] = graph.computationsOf('gold');
    expect(computation.datasets.map(({ name }) => name)).toEqual(['gold.b', 'gold.c']);
    expect(computation.upstream).toEqual([
      { dataset: 'silver.a', partitions: 'same', columns: ['n', 'trade_date'] },
    ]);
    expect(graph.settingsOf('gold')).toEqual(['bars', 'levels']);
    expect(graph.layersRead('gold')).toEqual(['silver']);
  });

  test.each<[string, Dataset[]]>([
    ['declared twice', [dataset('silver.a'), dataset('silver.a')]],
    ['not declared', [dataset('silver.a', same('silver.b'))]],
    ['circle', [dataset('silver.a', same('silver.b')), dataset('silver.b', same('silver.a'))]],
    ['a layer above', [dataset('silver.a', same('gold.b')), dataset('gold.b', [], { layer: 'gold' })]],
    [
      'does not exist',
      [
        dataset('silver.a'),
        dataset('silver.b', [{ dataset: 'silver.a', partitions: 'same', columns: ['m'] }]),
      ],
    ],
    ['does not have', [dataset('silver.a', [], { known: { column: 'ts' } })]],
    [
      'partitioned by contract, trade_date',
      [dataset('silver.a', [], { table: table('silver.a', { partitionBy: ['contract'] }) })],
    ],
    ['built by product-date', [dataset('silver.a', [], { unit: 'product-date' })]],
    ['another name', [dataset('silver.a', [], { table: table('silver.b') })]],
  ])('refuses a declaration that contradicts itself: %s', (message, datasets) => {
    expect(() => new DatasetGraph(datasets)).toThrow(message);
  });
});
