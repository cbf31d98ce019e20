/** Tables as files for other programs. */
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { TableContract } from '../../graph/datasets/schema';
import { quote, quoteName } from '../parquet/engine';
import { encodings } from '../parquet/write';
import { snapshotColumns } from '../delta/scan';
import type { Catalog } from '../catalog';
import { ArrowWriter } from './arrow';
import { runQuery, withViews, type ChunkSink } from './query';
import { extractPast } from './timeTravel';

type ExportFormat = 'parquet' | 'csv' | 'ndjson' | 'arrow';

interface ExportRequest {
  /** Only rows for which this SQL condition holds. */
  where?: string;
  version?: number;
  signal?: AbortSignal;
}

const optionsOf = (format: Exclude<ExportFormat, 'arrow'>, { columns }: TableContract): string =>
  ({
    parquet: `FORMAT parquet, ${encodings(columns)}`,
    csv: 'FORMAT csv, HEADER',
    ndjson: 'FORMAT json',
  })[format];

/** The query whose result is exported. */
export async function exportSql(
  catalog: Catalog,
  contract: TableContract,
  format: ExportFormat,
  { where, version }: ExportRequest,
): Promise<string> {
  const snapshot = version === undefined ? undefined : await catalog.table(contract).snapshot(version);
  const { columns } = snapshot ? snapshotColumns(snapshot) : contract;
  const list = columns.map(({ name, type }) => {
    const column = quoteName(name);
    if ((format === 'csv' || format === 'ndjson') && type === 'binary') return `hex(${column}) AS ${column}`;
    if (format === 'ndjson' && type === 'int64') return `${column}::VARCHAR AS ${column}`;
    return column;
  });
  const table = contract.name + (version === undefined ? '' : ` AT VERSION ${version}`);
  // The condition is on the table's own columns, not on their texts.
  const rows = where === undefined ? table : `(FROM ${table} WHERE ${where})`;
  return `SELECT ${list.join(', ')} FROM ${rows}`;
}

/**
 * Writes a table to a file, which appears when it is complete.
 * @returns rows written
 */
export async function exportTable(
  catalog: Catalog,
  contract: TableContract,
  format: ExportFormat,
  out: string,
  request: ExportRequest = {},
): Promise<number> {
  const query = await exportSql(catalog, contract, format, request);
  const part = join(dirname(out), `.${basename(out)}.${randomUUID()}.part`);
  try {
    if (format === 'arrow') {
      const rows = await writeArrow(catalog, query, part, request.signal);
      await rename(part, out);
      return rows;
    }
    const { sql, past } = extractPast(query);
    const rows = await withViews(
      catalog,
      sql,
      past,
      async (connection) => {
        const result = await connection.runAndReadAll(
          `COPY (${sql}) TO ${quote(part)} (${optionsOf(format, contract)})`,
        );
        return Number(result.getRows()[0][0]);
      },
      { signal: request.signal },
    );
    await rename(part, out);
    return rows;
  } finally {
    await rm(part, { force: true });
  }
}

/** Writes the result of a query as an Arrow IPC file. */
async function writeArrow(catalog: Catalog, sql: string, out: string, signal?: AbortSignal): Promise<number> {
  const file = await open(out, 'w');
  let rows = 0;
  let writer: ArrowWriter | undefined;
  const sink: ChunkSink = {
    begin: (names, types) => {
      writer = new ArrowWriter(names, types, 'file');
    },
    chunk: async (chunk) => {
      rows += chunk.rowCount;
      await file.write(writer!.add(chunk));
    },
  };
  try {
    await runQuery(catalog, sql, sink, { signal });
    await file.write(writer!.end());
    return rows;
  } finally {
    await file.close();
  }
}
