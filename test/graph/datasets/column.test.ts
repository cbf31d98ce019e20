import {
  bytes,
  count,
  elementsOf,
  figure,
  flag,
  instant,
  int16,
  int32,
  int64,
  lots,
  name,
  price,
  TableRows,
  valued,
} from '../../../graph/datasets/column';
import { INT_NULL, type TableContract } from '../../../graph/datasets/schema';

interface Trade {
  at: bigint;
  side: string | null;
  ticks: number;
  lots: number;
}

const COLUMNS = [
  instant<Trade>('ts', { meaning: 'When', value: (trade) => trade.at }),
  name<Trade>('side', { meaning: 'Aggressor', nullable: true, value: (trade) => trade.side }),
  price<Trade>('price', { meaning: 'Price', value: (trade) => trade.ticks / 4 }),
  lots<Trade>('size', { meaning: 'Size', value: (trade) => trade.lots }),
  count<Trade>('orders', { meaning: 'Orders', nullable: true, value: () => NaN }),
  flag<Trade>('large', { meaning: 'Large', value: (trade) => trade.lots > 9 }),
  figure<Trade>('log_size', {
    unit: 'ln lots',
    meaning: 'Size',
    formula: 'ln(size)',
    value: (trade) => Math.log(trade.lots),
  }),
];

const CONTRACT: TableContract = {
  name: 'silver.tape',
  description: 'Trades',
  version: 1,
  columns: COLUMNS,
  partitionBy: [],
  key: ['ts'],
};

test('a contract tells type, unit, formula and whether there may be nothing', () => {
  expect(
    CONTRACT.columns.map(({ name: column, type, unit, nullable }) => [column, type, unit, nullable]),
  ).toEqual([
    ['ts', 'int64', 'ns UTC', false],
    ['side', 'string', '', true],
    ['price', 'double', 'points', true],
    ['size', 'int32', 'lots', false],
    ['orders', 'int32', 'count', true],
    ['large', 'boolean', '', false],
    ['log_size', 'double', 'ln lots', true],
  ]);
  expect(CONTRACT.columns.at(-1)?.formula).toBe('ln(size)');
});

test('rows are what the columns compute, however many, and start anew when they are taken', () => {
  const rows = new TableRows(CONTRACT, COLUMNS);
  for (let k = 0; k < 200; k++) rows.push({ at: BigInt(k), side: k % 2 ? 'B' : null, ticks: -k, lots: k });
  const { rowCount, columns } = rows.take();
  expect(rowCount).toBe(200);
  expect(columns.ts[199]).toBe(199n);
  expect([columns.side[198], columns.side[199]]).toEqual([null, 'B']);
  expect(Object.is(columns.price[0], 0)).toBe(true);
  expect(columns.price[199]).toBe(-49.75);
  expect(columns.orders[7]).toBe(INT_NULL.int32);
  expect([columns.large[9], columns.large[10]]).toEqual([0, 1]);
  expect(rows.take().rowCount).toBe(0);
});

test('records keep their 64, 32 and 16 bits, and their bytes', () => {
  interface Raw {
    id: bigint | null;
    small: number;
    of: Uint8Array | null;
  }
  const columns = [
    int64<Raw>('id', { meaning: 'Id', nullable: true, value: ({ id }) => id }),
    int32<Raw>('delta', { unit: 'ns', meaning: 'Delta', value: () => -(2 ** 31) + 1 }),
    int16<Raw>('flags', { unit: 'bits', meaning: 'Flags', nullable: true, value: ({ small }) => small }),
    bytes<Raw>('bytes', { meaning: 'Bytes', nullable: true, value: ({ of }) => of }),
    valued<Raw>({ name: 'shared', type: 'int16', unit: '', meaning: 'Of several tables' }, () => 3),
  ];
  const rows = new TableRows({ ...CONTRACT, columns }, columns);
  rows.push({ id: 2n ** 63n - 1n, small: -255, of: Uint8Array.of(1, 0) });
  rows.push({ id: null, small: NaN, of: null });
  expect(rows.take().columns).toEqual({
    id: BigInt64Array.of(2n ** 63n - 1n, INT_NULL.int64),
    delta: Int32Array.of(-(2 ** 31) + 1, -(2 ** 31) + 1),
    flags: Int16Array.of(-255, INT_NULL.int16),
    bytes: [Uint8Array.of(1, 0), null],
    shared: Int16Array.of(3, 3),
  });
});

test('nothing where there must be something is refused by name', () => {
  const rows = new TableRows(CONTRACT, COLUMNS);
  expect(() => rows.push({ at: 1n, side: null, ticks: 1, lots: NaN })).toThrow('size must not be null');
});

test('columns that are elements of one array are copied from it', () => {
  const totals = elementsOf((source: Float64Array) => source);
  const columns = [
    lots('b', { meaning: 'B', value: totals(1) }),
    figure('a', { meaning: 'A', value: totals(0) }),
    figure('sum', { meaning: 'A + B', value: (source: Float64Array) => source[0] + source[1] }),
  ];
  const rows = new TableRows({ ...CONTRACT, columns }, columns);
  for (let k = 0; k < 150; k++) rows.push(Float64Array.of(k / 2, 2 * k));
  const { columns: taken } = rows.take();
  expect([taken.b[149], taken.a[149], taken.sum[149]]).toEqual([298, 74.5, 372.5]);
  expect(columns[0].value(Float64Array.of(7, 8))).toBe(8);
});

test('rows that are not taken are noticed', () => {
  const rows = new TableRows(CONTRACT, COLUMNS);
  rows.push({ at: 1n, side: null, ticks: 1, lots: 1 });
  expect(() => rows.requireTaken()).toThrow('1 rows of silver.tape are not taken');
  rows.take();
  expect(() => rows.requireTaken()).not.toThrow();
});
