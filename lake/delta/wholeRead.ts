/**
 * Files are read whole or not at all: what ends early, or has fewer rows than the log says, is an error that names the
 * file.
 */
import { SpymasterError } from '../../graph/errors';
import { engine, quote } from '../parquet/engine';
import { wordsOf } from '../parquet/failure';
import type { AddFile } from './actions';
import { rowsOf, rowsOfAll } from './snapshot';

/** What is read: a table's name, and where its files lie on this machine. */
interface ReadTable {
  readonly contract: { readonly name: string };
  pathOf(file: AddFile): Promise<string>;
  /** Where a file lies in the lake, for messages. */
  placeOf(file: AddFile): string;
}

/**
 * The batches of a scan over files, and at their end the certainty that they were all.
 * @param count rows of a batch; absent where the scan leaves rows out
 * @throws SpymasterError CorruptTable, StoreUnavailable; what is wrong with which file
 */
export async function* wholeRead<T>(
  table: ReadTable,
  files: readonly AddFile[],
  batches: AsyncIterable<T>,
  count?: (batch: T) => number,
): AsyncGenerator<T> {
  let rows = 0;
  try {
    for await (const batch of batches) {
      if (count) rows += count(batch);
      yield batch;
    }
  } catch (error) {
    throw await readFailure(table, files, error);
  }
  if (count) await requireRows(table, files, rows);
}

/** @throws SpymasterError CorruptTable unless the log counts as many rows in these files as were read */
export async function requireRows(table: ReadTable, files: readonly AddFile[], rows: number): Promise<void> {
  const expected = rowsOfAll(files);
  if (expected === undefined || expected === rows) return;
  throw (
    (await firstFault(table, files)) ??
    new SpymasterError(
      'CorruptTable',
      `${table.contract.name}: not all rows were read`,
      rowCounts(expected, rows),
    )
  );
}

/** The failure of a scan over files, with the file to blame where one is. Failures that have a name already keep it. */
export async function readFailure(
  table: ReadTable,
  files: readonly AddFile[],
  error: unknown,
): Promise<unknown> {
  if (error instanceof SpymasterError) return error;
  const fault = await firstFault(table, files, error);
  if (fault || !isOfMedium(error)) return fault ?? error;
  // Such as one that went from a cache between the question for it and the reading.
  const message = `${table.contract.name}: a file could not be read, and can be now: ${wordsOf(error)}`;
  return new SpymasterError('StoreUnavailable', message, {}, { cause: error });
}

/** The first file that cannot be read to its end, or has other rows than the log says. */
async function firstFault(
  table: ReadTable,
  files: readonly AddFile[],
  cause?: unknown,
): Promise<SpymasterError | undefined> {
  const { name } = table.contract;
  for (const add of files) {
    const path = await table.pathOf(add);
    const expected = rowsOf(add);
    let rows: number;
    try {
      const [[found]] = await (
        await engine()
      ).rows(`SELECT count(*), bit_xor(hash(t)) FROM read_parquet(${quote(path)}) AS t`);
      rows = Number(found);
    } catch (error) {
      if (error instanceof SpymasterError) return error;
      const message = `${name}: a file cannot be read: ${wordsOf(error)}`;
      return new SpymasterError(codeOf(error), message, { file: table.placeOf(add) }, { cause: error });
    }
    if (expected !== undefined && rows !== expected)
      return new SpymasterError(
        'CorruptTable',
        `${name}: a file has other rows than the log says`,
        { file: table.placeOf(add), ...rowCounts(expected, rows) },
        { cause },
      );
  }
  return undefined;
}

const isOfMedium = (error: unknown) => wordsOf(error).startsWith('IO Error: ');

/** A file that is missing stays missing; other failures of the medium may pass. */
const codeOf = (error: unknown) =>
  /^IO Error: (?!No files found)/.test(wordsOf(error)) ? 'StoreUnavailable' : 'CorruptTable';

const rowCounts = (expected: number, found: number) => ({ expected: `${expected} rows`, found });
