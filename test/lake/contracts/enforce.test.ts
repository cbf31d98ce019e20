import { TABLES } from '../../../graph/catalog/declaration';
import {
  INT_NULL,
  type ColumnData,
  type Range,
  type TableBatch,
  type TableContract,
} from '../../../graph/datasets/schema';
import { enforce } from '../../../lake/contracts/enforce';
import { everyType, everyTypeBatch } from '../../support/lake';

const strict: TableContract = {
  ...everyType,
  columns: everyType.columns.map((column) => ({ ...column, nullable: false })),
};
const withRule: TableContract = {
  ...everyType,
  rules: [{ rule: 'id is even', holds: ({ id }, i) => (id as BigInt64Array)[i] % 2n === 0n }],
};

/** Two valid rows with some columns changed. */
function batch(changes: Record<string, ColumnData | undefined>, contract = strict): TableBatch {
  const { rowCount, columns } = everyTypeBatch(0, 2, contract);
  const changed = Object.entries({ ...columns, ...changes }).filter(([, data]) => data !== undefined);
  return { contract, rowCount, columns: Object.fromEntries(changed) as TableBatch['columns'] };
}

describe('a data contract', () => {
  it('lets rows through that keep it', () => {
    expect(() => enforce(batch({}))).not.toThrow();
    expect(() => enforce(everyTypeBatch(0, 500))).not.toThrow();
  });

  it.each<[string, Record<string, ColumnData | undefined>, object]>([
    ['a missing column', { real: undefined }, { field: 'real' }],
    ['a column of the wrong class', { wide: new Float64Array(2) }, { field: 'wide' }],
    ['a column that is too short', { whole: new Int32Array(1) }, { field: 'whole' }],
    ['a null 64-bit integer', { wide: new BigInt64Array([1n, INT_NULL.int64]) }, { field: 'wide', row: 1 }],
    ['a null 32-bit integer', { whole: new Int32Array([INT_NULL.int32, 1]) }, { field: 'whole', row: 0 }],
    ['a null 16-bit integer', { small: new Int16Array([0, INT_NULL.int16]) }, { field: 'small', row: 1 }],
    ['a null double', { real: new Float64Array([0, NaN]) }, { field: 'real', row: 1 }],
    ['a null text', { text: ['a', null] }, { field: 'text', row: 1 }],
    ['a text that is a number', { text: ['a', 7 as never] }, { field: 'text', row: 1 }],
    ['a boolean that is neither', { yes: new Uint8Array([1, 2]) }, { field: 'yes', row: 1 }],
    ['a date that is none', { day: ['2023-13-01', '2023-12-01'] }, { field: 'day', row: 0 }],
    ['bytes that are none', { bytes: [new Uint8Array(1), 'x' as never] }, { field: 'bytes', row: 1 }],
    ['a vector of doubles', { vector: [new Float32Array(1), [1] as never] }, { field: 'vector', row: 1 }],
  ])('refuses %s, naming column and row', (_, changes, details) => {
    expect(() => enforce(batch(changes))).toThrow(
      expect.objectContaining({
        code: 'ContractViolation',
        details: expect.objectContaining(details) as object,
      }),
    );
  });

  describe('with ranges', () => {
    const ranges: Record<string, Range> = {
      wide: { min: 10n, max: 20n },
      whole: { min: 0 },
      small: { max: 5 },
      real: { min: -1, max: 1 },
    };
    const ranged: TableContract = {
      ...everyType,
      columns: everyType.columns.map((column) => ({ ...column, nullable: true, range: ranges[column.name] })),
    };
    const within = {
      wide: new BigInt64Array([10n, 20n]),
      whole: new Int32Array([0, 7]),
      small: new Int16Array([5, -5]),
      real: new Float64Array([-1, 1]),
    };

    it('lets their ends through, and nulls', () => {
      expect(() => enforce(batch(within, ranged))).not.toThrow();
      const nulls = {
        wide: new BigInt64Array([INT_NULL.int64, 10n]),
        whole: new Int32Array([INT_NULL.int32, 0]),
        small: new Int16Array([INT_NULL.int16, 0]),
        real: new Float64Array([NaN, 0]),
      };
      expect(() => enforce(batch(nulls, ranged))).not.toThrow();
    });

    it.each<[string, ColumnData, number, string]>([
      ['wide', new BigInt64Array([10n, 21n]), 1, 'is 21 '],
      ['wide', new BigInt64Array([9n, 10n]), 0, 'is 9 '],
      ['whole', new Int32Array([0, -1]), 1, 'at least 0'],
      ['small', new Int16Array([6, 0]), 0, 'at most 5'],
      ['real', new Float64Array([0, -1.5]), 1, 'at least -1 and at most 1'],
      ['real', new Float64Array([Infinity, 0]), 0, 'is Infinity'],
    ])('refuses what lies outside, naming column, row, value and range: %s', (field, data, row, text) => {
      const run = () => enforce(batch({ ...within, [field]: data }, ranged));
      expect(run).toThrow(text);
      expect(run).toThrow(
        expect.objectContaining({
          code: 'ContractViolation',
          details: expect.objectContaining({ field, row }) as object,
        }),
      );
    });

    it('has them where a column is physically bounded: times, lots, counts, prices, durations, shares', () => {
      const columns = TABLES.flatMap((table) =>
        table.columns.map((column) => ({ ...column, table: table.name })),
      );
      const open = columns
        .filter(({ unit, range }) => ['ns UTC', 'count', 's', 'points'].includes(unit) && !range)
        .map(({ table, name }) => `${table}.${name}`);
      // The venue's time of snapshots and clears is any; a level may have been passed.
      expect(open.filter((name) => !name.endsWith('.ts_event'))).toEqual(['silver.vacuum.time_to_level']);
      const netted = columns.filter(({ unit, type, range }) => unit === 'lots' && type === 'int32' && !range);
      for (const { name } of netted) expect(name).toMatch(/mod/);
    });
  });

  it('refuses a column it does not have', () => {
    expect(() => enforce(batch({ extra: new Int32Array(2) }))).toThrow('no such column: extra');
  });

  it('refuses rows of another table', () => {
    expect(() => enforce({ ...batch({}), contract: { ...strict, name: 'test.other' } }, strict)).toThrow(
      'another table',
    );
  });

  it('refuses a text that is not one of those it allows', () => {
    const contract: TableContract = {
      ...strict,
      columns: strict.columns.map((column) =>
        column.name === 'text' ? { ...column, oneOf: ['a', 'b'] } : column,
      ),
    };
    expect(() => enforce(batch({ text: ['a', 'b'] }, contract))).not.toThrow();
    expect(() => enforce(batch({ text: ['a', 'c'] }, contract))).toThrow(
      'text in row 1 is "c", not one of a, b',
    );
  });

  it('refuses a row that breaks a rule, quoting the rule', () => {
    expect(() => enforce(batch({}, withRule))).toThrow('row 1 breaks the rule: id is even');
  });

  it('does not look at what lies behind the last row', () => {
    const longer = {
      ...batch({ wide: new BigInt64Array([1n, 2n, INT_NULL.int64]), text: ['a', 'b', null] }),
    };
    expect(() => enforce(longer)).not.toThrow();
  });
});

describe.each(TABLES.map((contract) => [contract.name, contract] as const))(
  'the contract of %s',
  (name, contract) => {
    const names = contract.columns.map((column) => column.name);

    it('says of every column what it means', () => {
      expect(name).toMatch(/^[a-z]+\.[a-z_]+$/);
      for (const column of contract.columns) {
        expect(column.name).toMatch(/^[a-z][a-z0-9_]*$/);
        expect(column.meaning.length).toBeGreaterThan(2);
        // Words SQL keeps to itself would have to be quoted in every query.
        expect(['group', 'limit', 'check', 'offset', 'order', 'table', 'end', 'when']).not.toContain(
          column.name,
        );
        if (column.type === 'boolean') expect(column.nullable ?? false).toBe(false);
      }
    });

    it('has each column once, and its keys and partitions among them', () => {
      expect(new Set(names).size).toBe(names.length);
      expect(contract.partitionBy.length).toBeGreaterThan(0);
      for (const column of [...contract.partitionBy, ...contract.key]) expect(names).toContain(column);
      for (const column of contract.columns)
        if (contract.partitionBy.includes(column.name)) expect(column.nullable ?? false).toBe(false);
    });
  },
);
