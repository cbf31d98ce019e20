/** Rows out of SQL: as batches, as MBO records, as plain objects. */
import { MboBatch } from '../../graph/records/mbo';
import {
  allocateColumn,
  INT_NULL,
  type ColumnContract,
  type ColumnData,
  type Row,
} from '../../graph/datasets/schema';
import { engine } from './engine';
import { MBO_COLUMNS, mboTargets, mboToMemory, type MboColumn } from './mbo';
import { toMemory, vectorType } from './projection';
import { CHUNK_ROWS } from './rowSource';
import { isNumeric, readVector } from './vectors';

/** Rows handed over at a time: few enough to stay in the processor's cache. */
const BATCH_ROWS = 8 * CHUNK_ROWS;

export interface ColumnBatch {
  readonly rowCount: number;
  readonly columns: Record<string, ColumnData>;
}

/**
 * Reads columns of a table expression in the order of its rows; each batch has arrays of its own.
 * @param source SQL table expression with these columns
 */
export async function* readBatches(
  source: string,
  columns: readonly ColumnContract[],
  signal?: AbortSignal,
): AsyncGenerator<ColumnBatch> {
  const types = columns.map(({ type }) => vectorType(type));
  const sql = `SELECT ${columns.map(toMemory).join(', ')} FROM ${source}`;
  let data: ColumnData[] | undefined;
  let rowCount = 0;
  const take = (): ColumnBatch => {
    const batch = {
      rowCount,
      columns: Object.fromEntries(columns.map(({ name }, k) => [name, data![k]])),
    };
    data = undefined;
    rowCount = 0;
    return batch;
  };
  for await (const chunk of (await engine()).chunks(sql, signal)) {
    data ??= columns.map(({ type }) => allocateColumn(type, BATCH_ROWS));
    for (let k = 0; k < types.length; k++) readVector(chunk, k, types[k], data[k], rowCount);
    rowCount += chunk.rowCount;
    if (rowCount + CHUNK_ROWS > BATCH_ROWS) yield take();
  }
  if (rowCount > 0) yield take();
}

/**
 * Reads MBO records in the order they were stored; the batch is reused, and valid until the next one is asked for.
 * @param columns the ones to fill; the others hold nothing of meaning
 */
export async function* readMboBatches(
  source: string,
  columns: readonly MboColumn[] = MBO_COLUMNS,
  signal?: AbortSignal,
): AsyncGenerator<MboBatch> {
  const batch = new MboBatch(BATCH_ROWS);
  const targets = mboTargets(batch, columns);
  const sql = `SELECT ${mboToMemory(columns)} FROM ${source}`;
  for await (const chunk of (await engine()).chunks(sql, signal)) {
    for (let k = 0; k < targets.length; k++)
      readVector(chunk, k, targets[k].type, targets[k].data, batch.length);
    batch.length += chunk.rowCount;
    if (batch.length + CHUNK_ROWS > BATCH_ROWS) {
      yield batch;
      batch.length = 0;
    }
  }
  if (batch.length > 0) yield batch;
}

/** The rows of a batch as objects, nulls as `null`. */
export function* toRows(
  { rowCount, columns: data }: ColumnBatch,
  columns: readonly ColumnContract[],
): Generator<Row> {
  for (let i = 0; i < rowCount; i++) {
    const row: Row = {};
    for (const { name, type, nullable } of columns) {
      const value = data[name][i];
      if (type === 'boolean') row[name] = value === 1;
      else row[name] = nullable && isNumeric(vectorType(type)) && isNull(type, value) ? null : value;
    }
    yield row;
  }
}

function isNull(type: ColumnContract['type'], value: unknown): boolean {
  if (type === 'double') return Number.isNaN(value);
  return value === INT_NULL[type as keyof typeof INT_NULL];
}
