/** DuckDB's errors as failures of this project's. They come as plain errors whose first words are their kind. */
import { SpymasterError } from '../../graph/errors';

const messageOf = (error: unknown): string => (error as Partial<Error> | undefined)?.message ?? String(error);

/** DuckDB's words without its advice, which is about settings of its own, and without the SQL it was given. */
export const wordsOf = (error: unknown): string => messageOf(error).split('\n\n')[0];

/** Whether DuckDB refuses the text of a statement, before it reads a row. */
export const isRefusal = (error: unknown): boolean =>
  /^(Parser|Binder|Catalog|Not implemented|Syntax) Error/.test(wordsOf(error));

export const cancelled = (cause?: unknown): SpymasterError =>
  new SpymasterError('Cancelled', 'cancelled', {}, { cause });
