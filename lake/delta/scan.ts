/** Files of a snapshot as a table expression in SQL. */
import type { ColumnContract, TableContract } from '../../graph/datasets/schema';
import { SpymasterError } from '../../graph/errors';
import { engine, quote, quoteName } from '../parquet/engine';
import { sqlType } from '../parquet/projection';
import type { AddFile } from './actions';
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
 * files lack, because they are older than it, is null.
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

  const hiveTypes = columns
    .filter(({ name }) => partitionBy.includes(name))
    .map(({ name, type }) => `${quoteName(name)}: ${sqlType(type)}`);
  // Merging the schemas of files means opening every one of them first: only where files may differ.
  const mixed = files.some((file) => version === undefined || contractVersionOf(file) !== String(version));
  const source =
    `read_parquet([${paths.map(quote).join(', ')}], union_by_name = ${mixed}` +
    (hiveTypes.length > 0
      ? `, hive_partitioning = true, hive_types = {${hiveTypes.join(', ')}})`
      : ', hive_partitioning = false)');
  const present = mixed
    ? new Set((await (await engine()).rows(`DESCRIBE FROM ${source}`)).map(([name]) => name))
    : undefined;
  const list = columns.map((column) =>
    present && !present.has(column.name) ? typedNull(column) : quoteName(column.name),
  );
  return `(SELECT ${list.join(', ')} FROM ${source})`;
}
