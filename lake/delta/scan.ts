/** Files of a snapshot as a table expression in SQL. */
import type { ColumnContract, TableContract } from '../../graph/datasets/schema';
import { SpymasterError } from '../../graph/errors';
import { engine, quote, quoteName } from '../parquet/engine';
import { sqlType } from '../parquet/projection';
import type { AddFile, PartitionValues } from './actions';
import { contractVersionOf } from './lineage';
import { columnTypeOf } from './schema';
import type { Snapshot } from './snapshot';

/** What a scan yields. */
export interface ScanColumns {
  readonly columns: readonly Pick<ColumnContract, 'name' | 'type'>[];
  readonly partitionBy: readonly string[];
  /** The contract version with exactly these columns, if there is one: files of that version need no look inside. */
  readonly version?: number;
}

/**
 * A table's columns as a version of it has them.
 * @throws SpymasterError CorruptTable for a type this lake does not know
 */
export function snapshotColumns(snapshot: Snapshot, contract?: TableContract): ScanColumns {
  const columns = snapshot.fields.map(({ name, type }) => {
    const known = columnTypeOf(type);
    if (known) return { name, type: known };
    throw new SpymasterError(
      'CorruptTable',
      `${snapshot.table}: column ${name} has a type this lake does not know`,
      {
        field: name,
        found: JSON.stringify(type),
      },
    );
  });
  const names = new Set(columns.map(({ name }) => name));
  const same =
    contract?.columns.length === names.size && contract.columns.every(({ name }) => names.has(name));
  return {
    columns,
    partitionBy: snapshot.metadata?.partitionColumns ?? [],
    version: same ? contract.version : undefined,
  };
}

/**
 * An SQL table expression over files, with exactly the given columns; rows in the order of the files. A column that
 * files lack, because they are older than it, is null. Partition values are those of the log, wherever the files lie.
 * @param paths on this machine, file by file
 */
export async function scanSql(
  paths: readonly string[],
  files: readonly AddFile[],
  { version, partitionBy, columns }: ScanColumns,
): Promise<string> {
  const typedNull = ({ name, type }: ScanColumns['columns'][number]) =>
    `NULL::${sqlType(type)} AS ${quoteName(name)}`;
  if (files.length === 0) return `(SELECT ${columns.map(typedNull).join(', ')} WHERE false)`;

  // Merging the schemas of files means opening every one of them first: only where files may differ.
  const mixed = files.some((file) => version === undefined || contractVersionOf(file) !== String(version));
  const list = `[${paths.map(quote).join(', ')}], union_by_name = ${mixed}`;
  const partition = columns.filter(({ name }) => partitionBy.includes(name));
  const { source, valueOf } = partitionValues(list, paths, files, partition);
  const present = mixed
    ? new Set((await (await engine()).rows(`DESCRIBE FROM ${source}`)).map(([name]) => name))
    : undefined;
  const select = columns.map((column) => {
    if (partition.includes(column)) return `${valueOf(column)} AS ${quoteName(column.name)}`;
    return present && !present.has(column.name) ? typedNull(column) : quoteName(column.name);
  });
  return `(SELECT ${select.join(', ')} FROM ${source})`;
}

/** The scan of a list of files, and its partition columns in SQL. */
function partitionValues(
  list: string,
  paths: readonly string[],
  files: readonly AddFile[],
  columns: ScanColumns['columns'],
): { source: string; valueOf: (column: ScanColumns['columns'][number]) => string } {
  const names = columns.map(({ name }) => name);
  const literal = ({ partitionValues: values }: AddFile, name: string) =>
    values[name] ? quote(values[name]) : 'NULL';
  const source = `read_parquet(${list}, hive_partitioning = false)`;
  const [first] = files;
  if (files.every((file) => names.every((name) => literal(file, name) === literal(first, name))))
    return { source, valueOf: ({ name, type }) => `${literal(first, name)}::${sqlType(type)}` };

  // Where folders say what the log says, DuckDB opens those files only whose partitions a query asks for.
  if (paths.every((path, k) => spells(path, files[k].partitionValues, names))) {
    const types = columns.map(({ name, type }) => `${quoteName(name)}: ${sqlType(type)}`);
    return {
      source: `read_parquet(${list}, hive_partitioning = true, hive_types = {${types.join(', ')}})`,
      valueOf: ({ name }) => quoteName(name),
    };
  }
  return {
    source,
    valueOf: ({ name, type }) =>
      `([${files.map((file) => literal(file, name)).join(', ')}])[file_index::BIGINT + 1]::${sqlType(type)}`,
  };
}

/** Whether the `name=value` folders of a path, those above the table among them, are exactly a file's partition values. */
function spells(path: string, values: PartitionValues, names: readonly string[]): boolean {
  const folders = path.split(/[\\/]/).filter((part) => part.includes('='));
  return (
    folders.length === names.length &&
    names.every((name) => values[name] && folders.includes(`${name}=${encodeURIComponent(values[name])}`))
  );
}
