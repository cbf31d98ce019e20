import { TABLES } from '../../../graph/catalog/declaration';
import { withReadableTimes } from '../../../lake/query/readableTimes';

const instant = (name: string) => ({ name, type: 'int64' as const, unit: 'ns UTC', meaning: '' });

const added = (...columns: string[]) =>
  [...withReadableTimes(columns, columns.map(instant)).matchAll(/AS "(\w+)"/g)].map(([, name]) => name);

test.each([
  ['touch_ts', 'touch_at'],
  ['ts_event', 'event_at'],
  ['ts', 'ts_at'],
  ['bar_start_utc', 'bar_start_at'],
  ['known_from', 'known_from_at'],
  ['finished_at', 'finished_at_et'],
])('%s is read as %s', (column, name) => {
  expect(added(column)).toEqual([name]);
});

test('a name that is taken is not given again', () => {
  expect(added('touch_ts', 'touch_at')).toEqual(['touch_at_et']);
});

test('columns of another unit, and those the contract does not know, have none', () => {
  const price = { ...instant('price'), unit: '1e-9 USD' };
  expect(withReadableTimes(['price', 'old_ts'], [price])).toBe('"price", "old_ts"');
});

test.each(TABLES.map((table) => [table.name, table] as const))(
  'every time of %s has one',
  (_, { columns }) => {
    const names = columns.map(({ name }) => name);
    const list = withReadableTimes(names, columns);
    const times = columns.filter(({ unit }) => unit === 'ns UTC');
    expect(list.match(/timezone\('America/g) ?? []).toHaveLength(times.length);
    const all = [...names, ...[...list.matchAll(/AS "(\w+)"/g)].map(([, name]) => name)];
    expect(new Set(all).size).toBe(all.length);
  },
);
