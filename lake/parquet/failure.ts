/** DuckDB's errors as failures of this project's. They come as plain errors whose first words are their kind. */
import { tmpdir } from 'node:os';
import { SpymasterError } from '../../graph/errors';
import { isDiskFull, MORE_ROOM } from '../store/diskFull';
import { memoryOf, type EngineSettings } from './engineSettings';
import { SPILL_PREFIX } from './spillFolder';

const messageOf = (error: unknown): string => (error as Partial<Error> | undefined)?.message ?? String(error);

/** DuckDB's words without its advice, which is about settings of its own, and without the SQL it was given. */
export const wordsOf = (error: unknown): string => messageOf(error).split('\n\n')[0];

/** Whether DuckDB refuses the text of a statement, before it reads a row. */
export const isRefusal = (error: unknown): boolean =>
  /^(Parser|Binder|Catalog|Not implemented|Syntax) Error/.test(wordsOf(error));

export const cancelled = (cause?: unknown): SpymasterError =>
  new SpymasterError('Cancelled', 'cancelled', {}, { cause });

/** An error that a limit of this configuration has caused, with the name of its setting; any other as it is. */
export function withLimits(error: unknown, { spillFolder, spillLimit, ...rest }: EngineSettings): unknown {
  const words = wordsOf(error);
  if (isDiskFull(error))
    return new SpymasterError(
      'StoreUnavailable',
      `the disk is full: ${words}`,
      words.includes(SPILL_PREFIX)
        ? {
            field: 'duckdb.spillFolder',
            expected: 'a duckdb.spillFolder in spymaster.config.yaml with more room',
          }
        : { expected: MORE_ROOM },
      { cause: error },
    );
  if (!words.startsWith('Out of Memory Error')) return error;
  const reached = (what: string, field: string, expected: string) =>
    new SpymasterError(
      'LimitReached',
      what,
      { field, expected, found: words.split('\n')[0] },
      { cause: error },
    );
  if (words.includes('max_temp_directory_size'))
    return reached(
      `DuckDB has filled its room on the disk: ${spillLimit ?? 'nine tenths of what was free'} in ${spillFolder ?? tmpdir()}`,
      'duckdb.spillLimit',
      'a higher duckdb.spillLimit in spymaster.config.yaml, a duckdb.spillFolder with more room, or more duckdb.memory',
    );
  return reached(
    `DuckDB has reached its memory limit of ${Math.round(memoryOf(rest) / 1e6)} MB a thread`,
    'duckdb.memory',
    'a higher duckdb.memory in spymaster.config.yaml, or a query over fewer rows',
  );
}
