/** A checkpoint: a snapshot's actions as one Parquet file, a row each. */
import { randomUUID } from 'node:crypto';
import { engine, quote } from '../parquet/engine';
import { withRowSource } from '../parquet/rowSource';
import type { FileSpace } from '../store/fileSpace';
import type { Action } from './actions';
import type { Snapshot } from './snapshot';

const TEXT_MAP = 'MAP(VARCHAR, VARCHAR)';

/** Columns of a checkpoint, by action, as the protocol asks for them: field by field, in SQL types. */
const COLUMNS = {
  txn: { appId: 'VARCHAR', version: 'BIGINT', lastUpdated: 'BIGINT' },
  add: {
    path: 'VARCHAR',
    partitionValues: TEXT_MAP,
    size: 'BIGINT',
    modificationTime: 'BIGINT',
    dataChange: 'BOOLEAN',
    stats: 'VARCHAR',
    tags: TEXT_MAP,
  },
  remove: {
    path: 'VARCHAR',
    deletionTimestamp: 'BIGINT',
    dataChange: 'BOOLEAN',
    extendedFileMetadata: 'BOOLEAN',
    partitionValues: TEXT_MAP,
    size: 'BIGINT',
  },
  metaData: {
    id: 'VARCHAR',
    name: 'VARCHAR',
    description: 'VARCHAR',
    format: { provider: 'VARCHAR', options: TEXT_MAP },
    schemaString: 'VARCHAR',
    partitionColumns: ['VARCHAR'],
    configuration: TEXT_MAP,
    createdTime: 'BIGINT',
  },
  protocol: {
    minReaderVersion: 'INTEGER',
    minWriterVersion: 'INTEGER',
    readerFeatures: ['VARCHAR'],
    writerFeatures: ['VARCHAR'],
  },
};

/** How long a removed file is remembered, so that a vacuum knows how old it is: the protocol's usual week. */
const TOMBSTONES_KEPT_MS = 7 * 24 * 3600 * 1000;

/**
 * Writes the checkpoint of a snapshot under a key.
 * @returns how many actions it holds
 */
export async function writeCheckpoint(space: FileSpace, key: string, snapshot: Snapshot): Promise<number> {
  const lines = actionsOf(snapshot).map((action) => JSON.stringify(action));
  const block = { rowCount: lines.length, columns: [{ name: 'line', type: 'string' as const, data: lines }] };
  const structure = quote(JSON.stringify(COLUMNS));
  const staged = await space.stage(`${randomUUID()}.checkpoint.parquet`);
  try {
    await withRowSource([block], async (table) =>
      (await engine()).run(
        `COPY (SELECT unnest(json_transform(line, ${structure})) FROM ${table})
         TO ${quote(staged)} (FORMAT parquet, COMPRESSION zstd)`,
      ),
    );
    await space.put(staged, key);
  } catch (error) {
    await space.discard(staged);
    throw error;
  }
  return lines.length;
}

/** Everything a snapshot says, but for removals that are older than they need be remembered. */
function actionsOf(snapshot: Snapshot): Action[] {
  const { protocol, metadata } = snapshot;
  const actions: Action[] = [{ protocol }, { metaData: metadata }];
  for (const [appId, version] of snapshot.txns) actions.push({ txn: { appId, version } });
  for (const add of snapshot.filesOf()) actions.push({ add: { ...add, dataChange: false } });
  for (const remove of snapshot.tombstones.values())
    if ((remove.deletionTimestamp ?? 0) > snapshot.timestamp - TOMBSTONES_KEPT_MS)
      actions.push({ remove: { ...remove, dataChange: false } });
  return actions;
}

/**
 * The actions of a checkpoint, in the order they were written.
 * @param parts keys of its files
 */
export async function readCheckpoint(space: FileSpace, parts: readonly string[]): Promise<Action[]> {
  const files = await Promise.all(parts.map((key) => space.pathOf(key)));
  const list = `[${files.map(quote).join(', ')}]`;
  // Whole rows as JSON: other engines' checkpoints have more columns, or fewer.
  const rows = await (await engine()).rows(`SELECT to_json(c) FROM read_parquet(${list}) AS c`);
  return rows.map(([text]) => JSON.parse(text as string) as Action);
}
