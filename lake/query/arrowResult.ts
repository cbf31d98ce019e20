/** The result of a query as one Arrow IPC stream, for results that fit into memory. */
import type { Catalog } from '../catalog';
import { ArrowWriter } from './arrow';
import { runQuery, type ChunkSink, type QueryOptions } from './query';

/** @param metadata of the schema */
export async function arrowResult(
  catalog: Catalog,
  sql: string,
  { metadata, ...options }: QueryOptions & { metadata?: ReadonlyMap<string, string> } = {},
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let writer: ArrowWriter | undefined;
  const sink: ChunkSink = {
    begin: (names, types) => {
      writer = new ArrowWriter(names, types, 'stream', metadata);
    },
    chunk: (chunk) => {
      parts.push(writer!.add(chunk));
      return Promise.resolve();
    },
  };
  await runQuery(catalog, sql, sink, options);
  return Buffer.concat([...parts, writer!.end()]);
}
