/** Tables as programs of others read them, large enough that most columns have outgrown their dictionaries. */
import { join } from 'node:path';
import { TABLES } from '../../../graph/catalog/declaration';
import { storedColumns, type TableContract } from '../../../graph/datasets/schema';
import { bronzeMbo } from '../../../graph/records/mboTable';
import { tableRoot } from '../../../lake/delta/table';
import { Lake } from '../../../lake/lake';
import { engine, quote } from '../../../lake/parquet/engine';
import { anyPartition, anyRow } from '../../support/anyRow';
import {
  commitOptions,
  everyType,
  everyTypeBatch,
  numbers,
  numbersBatch,
  syntheticMbo,
  temporaryFolder,
} from '../../support/lake';
import {
  copyWith,
  copyWithSpark,
  describeWithReaders,
  describeWithSpark,
  FILE_READER_NAMES,
  type ReadRequest,
} from '../../support/tableReaders';
import { TableBuilder } from '../../support/tables';

/** More than a dictionary may have values, and in two row groups for MBO records. */
const ROWS = 12_000;
const MBO_ROWS = 150_000;
const PARTITION = { contract: 'ESH4', trade_date: '2023-12-26' };
/** Partition values that a folder's name cannot hold as they are. */
const ODD = { contract: 'UD:1V: VT 1/2', trade_date: '2023-12-26' };

const folder = temporaryFolder();
const contracts: TableContract[] = [...TABLES, everyType, numbers];

async function fill(lake: Lake, contract: TableContract): Promise<void> {
  if (contract === bronzeMbo) {
    const rows = syntheticMbo(MBO_ROWS);
    await lake.table(contract).append(PARTITION, (writer) => writer.writeMbo(rows), commitOptions());
  } else if (contract === everyType) {
    for (const partition of [PARTITION, ODD])
      await lake.table(contract).append(partition, [everyTypeBatch(0, ROWS)], commitOptions());
  } else if (contract === numbers) {
    // Beyond the first checkpoint, which readers of Delta then begin with.
    for (let n = 0; n < 13; n++)
      await lake.table(contract).append({ contract: 'AB'[n % 2] }, [numbersBatch(n, -n)], commitOptions());
  } else {
    // A made-up row need not make sense beyond its types.
    const unruled = { ...contract, rules: [] };
    const rows = new TableBuilder(unruled);
    for (let i = 0; i < ROWS; i++) rows.push(anyRow(contract, i));
    await lake.table(unruled).append(anyPartition(contract), [rows.build()], commitOptions());
  }
}

async function requestFor(lake: Lake, contract: TableContract, reader: string): Promise<ReadRequest> {
  const table = lake.table(contract);
  const files = (await table.snapshot()).filesOf();
  return {
    table: join(folder, tableRoot(contract.name)),
    files: await Promise.all(files.map((file) => table.files.pathOf(file))),
    out: join(folder, `${contract.name}.${reader}.parquet`),
  };
}

/** Rows that only one of the two has, by the columns both have. */
async function differences(lake: Lake, contract: TableContract, { out }: ReadRequest, partitioned: boolean) {
  const duckdb = await engine();
  const table = lake.table(contract);
  const files = (await table.snapshot()).filesOf();
  const columns = partitioned ? contract.columns : storedColumns(contract);
  const ours = await table.files.scan(files, contract);
  const list = columns.map(({ name }) => `"${name}"`).join(', ');
  const [a, b] = [`SELECT ${list} FROM ${ours}`, `SELECT ${list} FROM read_parquet(${quote(out)})`];
  const only = async (left: string, right: string) =>
    (await duckdb.rows(`SELECT count(*) FROM ((${left}) EXCEPT ALL (${right}))`))[0][0];
  const [[rows]] = await duckdb.rows(`SELECT count(*) FROM (${b})`);
  return { onlyOurs: await only(a, b), onlyTheirs: await only(b, a), rows };
}

const rowsOf = (contract: TableContract): bigint =>
  contract === bronzeMbo
    ? BigInt(MBO_ROWS)
    : contract === everyType
      ? 2n * BigInt(ROWS)
      : contract === numbers
        ? 26n
        : BigInt(ROWS);

let lake: Lake;
beforeAll(async () => {
  lake = await Lake.open(folder, contracts);
  for (const contract of contracts) await fill(lake, contract);
});

async function expectSameRows(reader: string, copy: (requests: ReadRequest[]) => void) {
  const requests = await Promise.all(contracts.map((contract) => requestFor(lake, contract, reader)));
  copy(requests);
  const partitioned = reader === 'spark' || reader === 'deltalake';
  for (const [k, contract] of contracts.entries())
    expect({
      table: contract.name,
      ...(await differences(lake, contract, requests[k], partitioned)),
    }).toEqual({ table: contract.name, onlyOurs: 0n, onlyTheirs: 0n, rows: rowsOf(contract) });
}

it('has columns that left dictionary encoding, in every type that can', async () => {
  const { files } = await requestFor(lake, everyType, '');
  const plain = await (
    await engine()
  ).rows(
    `SELECT DISTINCT path_in_schema FROM parquet_metadata(${quote(files[0])}) WHERE NOT contains(encodings, 'DICTIONARY')`,
  );
  expect(plain.flat()).toEqual(
    expect.arrayContaining(['id', 'wide', 'whole', 'real', 'text', 'yes', 'vector, list, element']),
  );
});

describeWithReaders('every row is as written for', () => {
  it.each(FILE_READER_NAMES)('%s', (reader) => expectSameRows(reader, (of) => copyWith(reader, of)), 600_000);
});

describeWithSpark('every row is as written for', () => {
  it("Spark's vectorized reader and delta-spark", () => expectSameRows('spark', copyWithSpark), 900_000);
});
