import { DuckDBDataChunk } from '@duckdb/node-api';
import { engine } from '../../../lake/parquet/engine';
import { withRowSource, type RowBlock } from '../../../lake/parquet/rowSource';
import {
  checkVector,
  DICTIONARY,
  readVector,
  VECTOR_TYPES,
  writeVector,
  type VectorType,
} from '../../../lake/parquet/vectors';

const ARRAYS = {
  int64: new BigInt64Array([-(1n << 63n), 0n, (1n << 63n) - 1n]),
  uint64: new BigUint64Array([0n, 1n, (1n << 64n) - 1n]),
  int32: new Int32Array([-(2 ** 31), 0, 2 ** 31 - 1]),
  uint32: new Uint32Array([0, 1, 2 ** 32 - 1]),
  int16: new Int16Array([-32_768, 0, 32_767]),
  uint16: new Uint16Array([0, 1, 65_535]),
  uint8: new Uint8Array([0, 1, 255]),
  double: new Float64Array([-0, NaN, 1e308]),
  boolean: new Uint8Array([0, 1, 1]),
  string: ['', null, 'a text longer than the twelve bytes DuckDB keeps inline é😀'],
  binary: [new Uint8Array([]), null, new Uint8Array([0, 255, 10])],
  floats: [new Float32Array([1.5, -0]), null, new Float32Array([])],
  action: new Uint8Array([0, 6, 3]),
  side: new Uint8Array([0, 1, 2]),
};
const TYPES = Object.keys(ARRAYS) as VectorType[];

describe('vectors', () => {
  it.each(TYPES)('carry %s there and back', async (type) => {
    const data = ARRAYS[type];
    const back = Array.isArray(data) ? [] : new (data.constructor as new (n: number) => typeof data)(5);
    const block = { rowCount: 3, columns: [{ name: 'x', type, data }] };
    await withRowSource([block], async (table) => {
      for await (const chunk of (await engine()).chunks(`FROM ${table}`)) readVector(chunk, 0, type, back, 2);
    });
    expect([back[2], back[3], back[4]]).toEqual([...data]);
  });

  it.each(TYPES)('of %s are not filled from arrays of another class, or too short ones', (type) => {
    for (const other of TYPES) {
      const fits =
        Object.prototype.toString.call(ARRAYS[other]) === Object.prototype.toString.call(ARRAYS[type]);
      const check = () => checkVector({ name: 'x', type, data: ARRAYS[other] }, 3);
      if (fits && (other === type || !(type in DICTIONARY))) expect(check).not.toThrow();
      else if (fits)
        continue; // Letters are looked at one by one, see below.
      else expect(check).toThrow(expect.objectContaining({ code: 'ContractViolation' }));
    }
    expect(() => checkVector({ name: 'x', type, data: ARRAYS[type] }, 4)).toThrow('has 3 values');
  });

  it('of letters hold no places beyond the dictionary', () => {
    const check = (type: 'action' | 'side', ...places: number[]) =>
      checkVector({ name: 'x', type, data: new Uint8Array(places) }, places.length);
    check('action', 6);
    check('side', 2);
    expect(() => check('action', 0, 7)).toThrow('row 1');
    expect(() => check('side', 3)).toThrow('row 0');
  });

  it('are never read or written beyond an array', () => {
    const chunk = DuckDBDataChunk.create([VECTOR_TYPES.int64], 3);
    const column = { name: 'x', type: 'int64' as const, data: ARRAYS.int64 };
    expect(() => writeVector(chunk, 0, column, 1, 3)).toThrow(RangeError);
    writeVector(chunk, 0, column, 0, 3);
    expect(() => readVector(chunk, 0, 'int64', new BigInt64Array(4), 2)).toThrow(RangeError);
  });

  it('are not filled from memory other threads may change', () => {
    const data = new Int32Array(new SharedArrayBuffer(16));
    expect(() => checkVector({ name: 'x', type: 'int32', data }, 4)).toThrow('shared');
  });
});

describe('a row source', () => {
  const block = (from: number, rows: number): RowBlock => ({
    rowCount: rows,
    columns: [{ name: 'n', type: 'int32', data: Int32Array.from({ length: rows }, (_, i) => from + i) }],
  });

  it('yields the rows of all its blocks in order, also to two scans at once', async () => {
    const blocks = [block(0, 5000), block(5000, 0), block(5000, 2048), block(7048, 1)];
    await withRowSource(blocks, async (table) => {
      const query = `SELECT count(*), sum(n), bool_and(n = i) FROM (SELECT n, row_number() OVER () - 1 AS i FROM ${table})`;
      const results = await Promise.all([1, 2].map(async () => (await engine()).rows(query)));
      const sum = BigInt((7049 * 7048) / 2);
      for (const [[rows, total, inOrder]] of results)
        expect([rows, BigInt(total as never), inOrder]).toEqual([7049n, sum, true]);
    });
  });

  it('is gone afterwards', async () => {
    let table = '';
    await withRowSource([block(0, 1)], (source) => {
      table = source;
      return Promise.resolve();
    });
    await expect((await engine()).rows(`FROM ${table}`)).rejects.toThrow('no such source');
  });

  it('refuses blocks whose columns differ', async () => {
    const other: RowBlock = { rowCount: 1, columns: [{ name: 'n', type: 'int16', data: new Int16Array(1) }] };
    await expect(withRowSource([block(0, 1), other], () => Promise.resolve())).rejects.toMatchObject({
      code: 'ContractViolation',
    });
  });
});
