/** DBN files as the market a gateway serves. */
import { SCHEMAS, SymbolResolver, type DbnMetadata, type Schema } from '../../graph/dbn';
import { SpymasterError } from '../../graph/errors';
import { readDbn, type DbnFileSink } from '../../lake/raw/dbnFile';
import { joinedIntervals } from '../databento/gateway/symbols';
import type { MarketSource } from '../databento/gateway/source';
import { fileBlocks } from './blocks';
import { mergeBlocks } from './mergeBlocks';

export interface Surveyed {
  path: string;
  dataset: string;
  schemas: readonly Schema[];
  /** Time of the first record, ns UTC; null if there is none. */
  begins: bigint | null;
  /** All records are earlier, ns UTC; null if nobody said so. */
  ends: bigint | null;
}

/** A market of files, and when all of it is over. */
export interface FileMarket extends MarketSource {
  /** All records are earlier, ns UTC; null if nobody said so. */
  readonly ends: bigint | null;
}

/**
 * Files of one dataset, together in order of time. Each is looked into for its names and its first record; those that name their
 * instruments in records (definitions, captures of a live session) are read once for that.
 * @throws SpymasterError as `readDbn` does; BadArgument for files of several datasets, or without records
 */
export async function fileSource(paths: readonly string[], signal: AbortSignal): Promise<FileMarket> {
  const resolver = new SymbolResolver();
  const surveyed: Surveyed[] = [];
  for (const path of paths) surveyed.push(await survey(path, resolver, signal));
  const [{ dataset }] = surveyed;
  const other = surveyed.find((file) => file.dataset !== dataset);
  if (other)
    throw new SpymasterError(
      'BadArgument',
      `a session has one dataset: ${surveyed[0].path} is of ${dataset}, ${other.path} of ${other.dataset}`,
      { file: other.path },
    );
  const files = surveyed.filter(({ begins }) => begins !== null);
  if (files.length === 0)
    throw new SpymasterError('NoInput', `there are no records in ${paths.join(', ')}`, { file: paths[0] });
  return {
    dataset,
    schemas: new Set(files.flatMap(({ schemas }) => schemas)),
    symbols: joinedIntervals(resolver.all()),
    ends: files.reduce<bigint | null>(
      (last, { ends }) => (last === null || ends === null ? null : ends > last ? ends : last),
      0n,
    ),
    blocks: (from, stop) =>
      mergeBlocks(
        files
          .filter(({ ends }) => ends === null || ends > from)
          .map(({ path, begins }) => ({
            begins: begins!,
            open: (open: AbortSignal) => fileBlocks(path, open),
          })),
        stop,
      ),
  };
}

export async function survey(path: string, resolver: SymbolResolver, signal: AbortSignal): Promise<Surveyed> {
  const enough = new AbortController();
  let head: DbnMetadata | undefined;
  let begins: bigint | null = null;
  let namesItself = false;
  const types = new Set<string>();
  const begin = (time: bigint) => {
    begins ??= time;
    if (!namesItself) enough.abort();
  };
  const sink: DbnFileSink = {
    metadata(metadata) {
      head = metadata;
      resolver.learnMetadata(metadata);
      const { schema, mappings } = metadata;
      namesItself = schema === null || schema === 'definition' || mappings.length === 0;
    },
    mbo(batch) {
      types.add('mbo');
      begin(batch.tsRecv[0]);
    },
    record(view) {
      types.add(view.type);
      resolver.learn(view);
      if (!['system', 'error', 'symbol-mapping'].includes(view.type)) begin(view.tsRecv ?? view.tsEvent);
    },
  };
  try {
    await readDbn(path, sink, {
      signal: AbortSignal.any([signal, enough.signal]),
      acceptTruncated: true,
    });
  } catch (error) {
    if (!enough.signal.aborted || signal.aborted) throw error;
  }
  const { schema, dataset, end } = head!;
  const named = SCHEMAS.filter((name) => (schema === null ? types.has(name) : name === schema));
  return { path, dataset, schemas: named, begins, ends: schema === null ? null : end };
}
