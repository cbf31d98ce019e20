/** Files of a snapshot as a table expression in SQL. */
import type { ColumnContract, TableContract } from '../../graph/datasets/schema';
import { engine, quote, quoteName } from '../parquet/engine';
import { sqlType } from '../parquet/projection';
import type { Store } from '../store/store';
import type { AddFile } from './actions';
import { contractVersionOf } from './lineage';

/** What a scan needs to know of a table's columns; a snapshot's own or a contract's. */
export type ScanColumns = Pick<TableContract, 'version' | 'partitionBy'> & {
  columns: readonly Pick<ColumnContract, 'name' | 'type'>[];
};

/** The key of a data file in the store. Paths in the log are URL-encoded. */
export const fileKey = (root: string, file: { path: string }): string =>
  `${root}/${decodeURIComponent(file.path)}`;

/**
 * An SQL table expression over files, with exactly the given columns; rows in the order of the files. A column that
 * files lack, because they are older than it, is null.
 */
export async function scanSql(
  store: Store,
  root: string,
  files: readonly AddFile[],
  { version, partitionBy, columns }: ScanColumns,
): Promise<string> {
  const typedNull = ({ name, type }: ScanColumns['columns'][number]) =>
    `NULL::${sqlType(type)} AS ${quoteName(name)}`;
  if (files.length === 0) return `(SELECT ${columns.map(typedNull).join(', ')} WHERE false)`;

  const paths = await Promise.all(files.map((file) => store.localPath(fileKey(root, file))));
  const hiveTypes = columns
    .filter(({ name }) => partitionBy.includes(name))
    .map(({ name, type }) => `${quoteName(name)}: ${sqlType(type)}`);
  // Merging the schemas of files means opening every one of them first: only where files may differ.
  const mixed = files.some((file) => contractVersionOf(file) !== String(version));
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
