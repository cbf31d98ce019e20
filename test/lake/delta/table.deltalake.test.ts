import { TABLES } from '../../../graph/catalog/declaration';
import type { Row, TableContract } from '../../../graph/datasets/schema';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { Lake } from '../../../lake/lake';
import { compact } from '../../../lake/delta/compact';
import { vacuum } from '../../../lake/delta/vacuum';
import { tableRoot } from '../../../lake/delta/table';
import { anyPartition, anyRow } from '../../support/anyRow';
import { describeWithDeltalake, runDeltalake } from '../../support/deltalake';
import {
  commitOptions,
  everyType,
  everyTypeBatch,
  everyTypeRow,
  numbers,
  numbersBatch,
  syntheticMbo,
  temporaryFolder,
} from '../../support/lake';
import { TableBuilder } from '../../support/tables';

/** Every row as the package reads it; 64-bit integers and doubles as exact texts, bytes in hex. */
const READ = `
import sys, json, datetime
from deltalake import DeltaTable
version = int(sys.argv[2]) if len(sys.argv) > 2 else None
table = DeltaTable(sys.argv[1], version=version)
def plain(v):
    if isinstance(v, bool) or v is None or isinstance(v, str): return v
    if isinstance(v, int): return {"int": str(v)}
    if isinstance(v, float): return {"float": v.hex()}
    if isinstance(v, bytes): return {"hex": v.hex()}
    if isinstance(v, datetime.date): return v.isoformat()
    if isinstance(v, list): return [plain(x) for x in v]
    raise TypeError(type(v))
rows = table.to_pyarrow_table().to_pylist()
print(json.dumps({
    "version": table.version(),
    "rows": [{k: plain(v) for k, v in row.items()} for row in rows],
    "types": {f.name: str(f.type) for f in table.schema().fields},
    "partitions": table.metadata().partition_columns,
}))
`;

interface Read {
  version: number;
  rows: Record<string, unknown>[];
  types: Record<string, string>;
  partitions: string[];
}

const read = (folder: string, table: TableContract, ...args: string[]) =>
  runDeltalake<Read>(READ, `${folder}/${tableRoot(table.name)}`, ...args);

function plain(value: Row[string], type: string): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint' || (typeof value === 'number' && type !== 'double'))
    return { int: String(value) };
  if (typeof value === 'number') return { float: pythonHex(value) };
  if (type === 'floats') return Array.from(value as Float32Array, (x) => ({ float: pythonHex(x) }));
  return { hex: Buffer.from(value as Uint8Array).toString('hex') };
}

/** Python's float.hex(). */
function pythonHex(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0x0.0p+0' : '0x0.0p+0';
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const high = bits.getUint32(0);
  const exponent = ((high >>> 20) & 0x7ff) - 1023;
  const mantissa =
    (high & 0xfffff).toString(16).padStart(5, '0') + bits.getUint32(4).toString(16).padStart(8, '0');
  return `${value < 0 ? '-' : ''}0x1.${mantissa}p${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}

const plainRows = (rows: Row[], contract: TableContract) =>
  rows.map((row) =>
    Object.fromEntries(contract.columns.map(({ name, type }) => [name, plain(row[name], type)])),
  );

const sorted = (rows: Record<string, unknown>[]) =>
  rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();

describeWithDeltalake("Python's deltalake", () => {
  it('reads every type, every null and every partition as this lake does', async () => {
    const folder = temporaryFolder();
    const table = (await Lake.open(folder, TABLES)).table(everyType);
    for (const [day, contract] of [
      ['2023-12-26', 'ESH4'],
      ['2023-12-27', 'ESH4'],
      ['2023-12-27', 'UD:1V: VT 1/2'],
    ])
      await table.overwritePartition(
        { contract, trade_date: day },
        [everyTypeBatch(0, 200)],
        commitOptions(),
      );
    const theirs = read(folder, everyType);
    expect(theirs.version).toBe(2);
    expect(theirs.partitions).toEqual(['contract', 'trade_date']);
    expect(theirs.types).toMatchObject({ id: 'PrimitiveType("long")', day: 'PrimitiveType("date")' });
    expect(sorted(theirs.rows)).toEqual(sorted(plainRows(await table.readRows(), everyType)));
    expect(theirs.rows).toHaveLength(600);
    expect(theirs.rows[0].wide).toEqual(plain(everyTypeRow(0).wide, 'int64'));
  });

  it.each(TABLES.map((contract) => [contract.name, contract] as const))('reads %s', async (_, contract) => {
    const folder = temporaryFolder();
    const table = (await Lake.open(folder, TABLES)).table(contract);
    const builder = new TableBuilder(contract);
    for (let i = 0; i < 20; i++) builder.push(anyRow(contract, i));
    const partition = anyPartition(contract);
    // A made-up row need not make sense beyond its types.
    await (
      await Lake.open(folder, TABLES)
    )
      .table({ ...contract, rules: [] })
      .overwritePartition(
        partition,
        [{ ...builder.build(), contract: { ...contract, rules: [] } }],
        commitOptions(),
      );
    const ours = plainRows(await table.readRows(), contract);
    expect(ours).toHaveLength(20);
    expect(sorted(read(folder, contract).rows)).toEqual(sorted(ours));
  });

  it('reads MBO records with every bit of their 64-bit fields', async () => {
    const folder = temporaryFolder();
    const table = (await Lake.open(folder, TABLES)).table(bronzeMbo);
    const partition = { contract: 'ESH4', trade_date: '2023-12-26' };
    await table.overwritePartition(
      partition,
      (writer) => writer.writeMbo(syntheticMbo(3000)),
      commitOptions(),
    );
    const theirs = read(folder, bronzeMbo);
    expect(theirs.rows).toEqual(plainRows(await table.readRows(), bronzeMbo));
    expect(theirs.rows).toHaveLength(3000);
  });

  it('reads from a checkpoint, old versions, and what vacuum and compaction leave', async () => {
    const folder = temporaryFolder();
    const table = (await Lake.open(folder, TABLES)).table(numbers);
    for (let n = 0; n < 23; n++)
      await table.append({ contract: 'AB'[n % 2] }, [numbersBatch(n, -n)], commitOptions());
    const same = async (version?: number) => {
      const theirs = read(folder, numbers, ...(version === undefined ? [] : [String(version)]));
      expect(sorted(theirs.rows)).toEqual(sorted(plainRows(await table.readRows({ version }), numbers)));
      return theirs.rows.length;
    };
    expect(await same()).toBe(46);
    expect(await same(14)).toBe(30);

    expect(await compact(table)).toMatchObject({ filesBefore: 23, filesAfter: 2 });
    expect(await same()).toBe(46);
    expect(await same(14)).toBe(30);
    expect((await vacuum(table, { retentionHours: 0 })).files).toHaveLength(23);
    expect(await same()).toBe(46);
    // Without the JSON before the checkpoint there is nothing but the checkpoint to read.
    for (let version = 0; version < 20; version++) await table.store.remove(table.log.commitKey(version));
    expect(await same()).toBe(46);
  });

  it('sees minima, maxima and null counts that are true of the rows', async () => {
    const folder = temporaryFolder();
    const table = (await Lake.open(folder, TABLES)).table(everyType);
    const partition = { contract: 'ESH4', trade_date: '2023-12-26' };
    await table.overwritePartition(partition, [everyTypeBatch(0, 500)], commitOptions());
    const script = `
import sys, json
from deltalake import DeltaTable
import pyarrow as pa
table = DeltaTable(sys.argv[1])
stats = pa.table(table.get_add_actions(flatten=True)).to_pylist()[0]
print(json.dumps({k: str(v) for k, v in stats.items()}))`;
    const stats = runDeltalake<Record<string, string>>(script, `${folder}/test/every_type`);
    const rows = await table.readRows();
    const values = rows.map(({ wide }) => wide).filter((value) => value !== null) as bigint[];
    expect(stats['num_records']).toBe('500');
    expect(stats['min.wide']).toBe(String(values[0]));
    expect(stats['max.wide']).toBe(String(values.at(-1)));
    expect(stats['null_count.wide']).toBe('100');
    expect(stats['min.day']).toBe('1969-12-31');
    expect(stats['max.day']).toBe('2023-12-26');
    expect(Number(stats['min.real'])).toBe(-1e6);
    expect(stats['partition.contract'] ?? stats['partition_values.contract']).toBe('ESH4');
  });

  it('writes into a table of this lake, which then reads both', async () => {
    const folder = temporaryFolder();
    const table = (await Lake.open(folder, TABLES)).table(numbers);
    for (let n = 0; n < 3; n++) await table.append({ contract: 'A' }, [numbersBatch(n)], commitOptions());
    runDeltalake(
      `
import sys
from deltalake import DeltaTable, write_deltalake
import pyarrow as pa
path = sys.argv[1]
schema = pa.schema([pa.field("n", pa.int64(), False), pa.field("contract", pa.string(), False)])
write_deltalake(path, pa.table({"n": [7, 8], "contract": ["A", "it's"]}, schema=schema), mode="append")
DeltaTable(path).create_checkpoint()
print("null")`,
      `${folder}/test/numbers`,
    );
    await table.append({ contract: 'A' }, [numbersBatch(9)], commitOptions());
    const rows = await (await Lake.open(folder, TABLES)).table(numbers).readRows();
    const inOrder = rows
      .map(({ n, contract }) => [Number(n), contract])
      .sort(([a], [b]) => Number(a) - Number(b));
    expect(inOrder).toEqual([
      [0, 'A'],
      [1, 'A'],
      [2, 'A'],
      [7, 'A'],
      [8, "it's"],
      [9, 'A'],
    ]);
  });
});
