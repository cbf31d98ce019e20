/**
 * Rows from JavaScript as a table in SQL: `FROM row_source(id)`.
 *
 * DuckDB calls back into this thread for every 2048 rows and gets them by one copy a column. The two raw calls used for
 * that check neither bounds nor types, and a mistake there would corrupt memory, so they are made in this file and in
 * `vectors.ts` only, behind checks.
 */
import { DuckDBTableFunction, type DuckDBConnection, type DuckDBDataChunk } from '@duckdb/node-api';
import { SpymasterError } from '../../graph/errors';
import { checkVector, VECTOR_TYPES, writeVector, type VectorColumn } from './vectors';

/** Rows a chunk may have: DuckDB's vector size. */
export const CHUNK_ROWS = 2048;

/** Columns of equal length; names are those the SQL text uses. */
export interface RowBlock {
  readonly rowCount: number;
  readonly columns: readonly VectorColumn[];
}

interface Source {
  blocks: readonly RowBlock[];
  block: number;
  row: number;
}

const sources = new Map<bigint, readonly RowBlock[]>();
let lastId = 0n;

/**
 * Offers blocks of rows, all with the same columns, to SQL while `work` runs.
 * @param work gets the table expression to select from
 */
export async function withRowSource<T>(
  blocks: readonly RowBlock[],
  work: (table: string) => Promise<T>,
): Promise<T> {
  for (const block of blocks) checkBlock(block, blocks[0]);
  const id = ++lastId;
  sources.set(id, blocks);
  try {
    return await work(`row_source(${id})`);
  } finally {
    sources.delete(id);
  }
}

/** Makes `row_source` known to a DuckDB instance; once is enough, and its callbacks run on the thread that did it. */
export function registerRowSources(connection: DuckDBConnection): void {
  connection.registerTableFunction(
    DuckDBTableFunction.create({
      name: 'row_source',
      parameterTypes: [VECTOR_TYPES.int64],
      bindFunction(info) {
        const blocks = sources.get(info.getParameter(0) as bigint);
        if (!blocks) throw new Error('row_source: no such source');
        for (const { name, type } of blocks[0].columns) info.addResultColumn(name, VECTOR_TYPES[type]);
        info.setBindData({ blocks });
      },
      initFunction(info) {
        const { blocks } = info.getBindData() as { blocks: readonly RowBlock[] };
        info.setInitData({ blocks, block: 0, row: 0 } satisfies Source);
        info.setMaxThreads(1); // Rows keep their order.
      },
      mainFunction(info, chunk) {
        nextChunk(info.getInitData() as Source, chunk);
      },
    }),
  );
}

function nextChunk(source: Source, chunk: DuckDBDataChunk): void {
  let block = source.blocks[source.block];
  while (block && source.row >= block.rowCount) {
    block = source.blocks[++source.block];
    source.row = 0;
  }
  const rows = block ? Math.min(CHUNK_ROWS, block.rowCount - source.row) : 0;
  chunk.rowCount = rows;
  if (rows === 0) return; // Which ends the scan.
  block.columns.forEach((column, k) => writeVector(chunk, k, column, source.row, rows));
  source.row += rows;
}

function checkBlock(block: RowBlock, first: RowBlock): void {
  if (block.columns.length !== first.columns.length)
    throw new SpymasterError('ContractViolation', 'blocks of one source differ in their columns');
  block.columns.forEach((column, k) => {
    const { name, type } = first.columns[k];
    if (column.name !== name || column.type !== type)
      throw new SpymasterError('ContractViolation', 'blocks of one source differ in their columns', {
        field: column.name,
        expected: `${name} ${type}`,
      });
    checkVector(column, block.rowCount);
  });
}
