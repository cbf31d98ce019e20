import {
  gridRows,
  stateOf,
  statesOf,
  troublesOf,
  type Partition,
} from '../../../../workers/web/operations/gridRows';
import { isWithin, toggled, type Range } from '../../../../workers/web/operations/range';
import { lineageColumns } from '../../../../workers/web/operations/lineageColumns';

const partition = (of: Partial<Partition>): Partition => ({
  key: 'ESH4/2024-03-05',
  unit: 'contract-date',
  product: 'ES',
  contract: 'ESH4',
  tradeDate: '2024-03-05',
  layer: 'gold',
  status: 'published',
  at: '2024-03-06T00:00:00.000Z',
  because: [],
  warnings: [],
  ...of,
});

test('what is published is stale before it is warned of, and what is not is neither', () => {
  expect(stateOf(partition({}))).toBe('published');
  expect(stateOf(partition({ warnings: ['gaps'] }))).toBe('warned');
  expect(stateOf(partition({ warnings: ['gaps'], because: ['settings'] }))).toBe('stale');
  expect(stateOf(partition({ status: 'failed', because: ['settings'] }))).toBe('failed');
});

test('a row has a cell for each layer there is of it, the latest first; states are counted', () => {
  const all = [
    partition({ layer: 'bronze' }),
    partition({ layer: 'gold', status: 'failed' }),
    partition({ key: 'ESH4/2024-03-06', tradeDate: '2024-03-06', layer: 'bronze' }),
    partition({
      key: 'ES/2024-03-06..2024-03-06',
      tradeDate: undefined,
      contract: undefined,
      layer: 'normalisation',
    }),
  ];
  const rows = gridRows(all);
  expect(rows.map(({ key }) => key)).toEqual([
    'ES/2024-03-06..2024-03-06',
    'ESH4/2024-03-06',
    'ESH4/2024-03-05',
  ]);
  expect(Object.keys(rows[2].cells)).toEqual(['bronze', 'gold']);
  expect([...statesOf(all)]).toEqual([
    ['published', 3],
    ['failed', 1],
  ]);
});

test('what is of a product stands beside its contract of the day, and alone where there is none', () => {
  const ofProduct = (date: string) =>
    partition({
      key: `ES/${date}`,
      unit: 'product-date',
      contract: undefined,
      tradeDate: date,
      layer: 'normalisation',
    });
  const rows = gridRows([ofProduct('2024-03-05'), ofProduct('2024-03-07'), partition({})]);
  expect(rows.map(({ key, cells }) => [key, Object.keys(cells)])).toEqual([
    ['ES/2024-03-07', ['normalisation']],
    ['ESH4/2024-03-05', ['gold', 'normalisation']],
  ]);
});

test('what is wrong with many partitions is said once, the worst first', () => {
  const on = (day: number, of: Partial<Partition> = {}) =>
    partition({ key: `ESH4/2024-03-0${day}`, tradeDate: `2024-03-0${day}`, warnings: ['gaps'], ...of });
  const troubles = troublesOf([
    on(4),
    on(5),
    on(6, { status: 'failed', reason: 'the disk is full' }),
    on(7),
    on(8, { warnings: [] }),
  ]);
  expect(
    troubles.map(({ state, why, partitions }) => [state, why, partitions.map(({ key }) => key.slice(-1))]),
  ).toEqual([
    ['failed', 'the disk is full', ['6']],
    ['warned', 'gaps', ['7', '5', '4']],
  ]);
});

test('a lineage has each node behind all that it was computed from', () => {
  const nodes = [
    { id: 'gold', upstream: ['silver', 'raw b'] },
    { id: 'silver', upstream: ['bronze'] },
    { id: 'bronze', upstream: ['raw a', 'raw b'] },
    { id: 'raw a', upstream: [] },
    { id: 'raw b', upstream: [] },
  ];
  const columns = lineageColumns('gold', nodes).map((column) => column.map(({ id }) => id));
  expect(columns).toEqual([['raw a', 'raw b'], ['bronze'], ['silver'], ['gold']]);
});

test('rows that are chosen are a range without holes, of one product, and of one contract where they are of one', () => {
  const row = (contract: string | undefined, tradeDate: string, product = 'ES') => ({
    product,
    contract,
    tradeDate,
  });
  const [first, second, third, next, norm, other] = [
    row('ESH4', '2024-03-05'),
    row('ESH4', '2024-03-06'),
    row('ESH4', '2024-03-07'),
    row('ESM4', '2024-03-08'),
    row(undefined, '2024-03-06'),
    row('NQH4', '2024-03-06', 'NQ'),
  ];
  const rows = [first, second, third, next, norm, other];
  const choose = (...chosen: (typeof first)[]) =>
    chosen.reduce<Range | undefined>((range, one) => toggled(range, one, rows), undefined);
  const of = { symbol: 'ES', contract: 'ESH4' };
  expect(choose(first)).toEqual({ ...of, start: '2024-03-05', end: '2024-03-05' });
  expect(choose(third, first)).toEqual({ ...of, start: '2024-03-05', end: '2024-03-07' });
  expect(isWithin(second, choose(first, third))).toBe(true);
  expect(isWithin(norm, choose(first, third))).toBe(true);
  expect(choose(first, next)).toEqual({ symbol: 'ES', start: '2024-03-05', end: '2024-03-08' });
  expect(choose(first, third, second)).toEqual({ ...of, start: '2024-03-05', end: '2024-03-05' });
  expect(choose(first, third, first)).toEqual({ ...of, start: '2024-03-06', end: '2024-03-07' });
  expect(choose(first, first)).toBeUndefined();
  expect(choose(first, other)).toEqual({
    symbol: 'NQ',
    contract: 'NQH4',
    start: '2024-03-06',
    end: '2024-03-06',
  });
});
