/**
 * Compaction: the many small files of a partition become few large ones. Rows and their order stay as they are, and
 * readers and writers of other partitions notice nothing.
 */
import { randomUUID } from 'node:crypto';
import { SpymasterError } from '../../graph/errors';
import { quoteName } from '../parquet/engine';
import { FILE_ROWS } from '../parquet/partitionWriter';
import { writeParquet } from '../parquet/write';
import { removal, type AddFile } from './actions';
import { fileTags, lineageOf } from './lineage';
import { snapshotColumns } from './scan';
import { rowsOf, type PartitionInfo } from './snapshot';
import type { DeltaTable } from './table';
import { readFailure, requireRows } from './wholeRead';

interface CompactResult {
  /** Files before and after, over the partitions that were rewritten. */
  filesBefore: number;
  filesAfter: number;
  partitions: number;
  /** Partitions another writer changed meanwhile; they stay as that writer left them. */
  skipped: number;
}

/** Rewrites every partition in which neighbouring files fit into one. */
export async function compact(
  table: DeltaTable,
  options: { signal?: AbortSignal; onPartition?: (done: number, total: number) => void } = {},
): Promise<CompactResult> {
  const result: CompactResult = { filesBefore: 0, filesAfter: 0, partitions: 0, skipped: 0 };
  const partitions = (await table.snapshot()).partitions();
  for (const [done, partition] of partitions.entries()) {
    options.onPartition?.(done, partitions.length);
    for (const group of groupsOf(partition)) {
      if (group.length < 2) continue;
      try {
        await mergeFiles(table, group, options.signal);
        result.filesBefore += group.length;
        result.filesAfter += 1;
        result.partitions += 1;
      } catch (error) {
        if (!(error instanceof SpymasterError) || error.code !== 'CommitConflict') throw error;
        result.skipped += 1;
      }
    }
  }
  return result;
}

/** Runs of neighbouring files which together are no larger than one file should be. */
function groupsOf({ files }: PartitionInfo): AddFile[][] {
  const groups: AddFile[][] = [];
  let rows = Infinity;
  for (const file of files) {
    const added = rowsOf(file) ?? FILE_ROWS;
    rows += added;
    if (rows <= FILE_ROWS) groups[groups.length - 1].push(file);
    else {
      groups.push([file]);
      rows = added;
    }
  }
  return groups;
}

async function mergeFiles(table: DeltaTable, files: readonly AddFile[], signal?: AbortSignal): Promise<void> {
  const base = await table.snapshot();
  const columns = snapshotColumns(base, table.contract);
  const stored = columns.columns.filter(({ name }) => !columns.partitionBy.includes(name));
  const source = await table.files.scan(files, columns);
  // The first file's place among its neighbours: its time, and its number.
  const [first] = files;
  const part = /part-(\d{5})-[^/]*$/.exec(first.path)?.[1] ?? '00000';
  const name = `part-${part}-${randomUUID()}.parquet`;
  const select = `SELECT ${stored.map((column) => quoteName(column.name)).join(', ')} FROM ${source}`;
  const written = await writeParquet(table.files.space, name, select, stored, signal).catch(
    async (error: unknown) => {
      throw await readFailure(table.files, files, error);
    },
  );
  try {
    await requireRows(table.files, files, written.rows);
  } catch (error) {
    await table.files.space.discard(written.staged);
    throw error;
  }
  const lineage = lineageOf(files[files.length - 1]);
  const tags = fileTags(lineage, columns.version);
  const [added] = await table.files.take([written], first.partitionValues, tags);
  const add: AddFile = { ...added, modificationTime: first.modificationTime, dataChange: false };
  await table.commit(base, {
    actions: (now, timestamp) => {
      const gone = files.find((file) => !now.files.has(file.path));
      if (gone)
        throw new SpymasterError(
          'CommitConflict',
          `${table.contract.name}: a file was replaced while it was compacted`,
          {
            file: gone.path,
          },
        );
      return [
        {
          commitInfo: {
            timestamp,
            operation: 'OPTIMIZE',
            operationMetrics: { numRemovedFiles: String(files.length), numAddedFiles: '1' },
            readVersion: base.version,
            engineInfo: 'spymaster',
            ...(lineage && { lineage: { ...lineage, rows: written.rows } }),
          },
        },
        ...files.map((file) => ({ remove: removal(file, timestamp, false) })),
        { add },
      ];
    },
  });
}
