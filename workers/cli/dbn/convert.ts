/** The records of a DBN file in another form: CSV, JSON lines, Parquet. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { DbnMetadata, DbnRecord, RecordType, RecordView } from '../../../graph/dbn';
import { recordColumns, typeOfSchema } from '../../../graph/dbn/columns';
import { SpymasterError } from '../../../graph/errors';
import type { Products } from '../../../graph/products/catalog';
import { engine } from '../../../lake/parquet/engine';
import { RecordTable } from '../../../lake/parquet/records';
import { readDbn, type DbnFileSink, type DbnSummary, type ReadDbnOptions } from '../../../lake/raw/dbnFile';
import { RecordFilter, type RecordRequest } from './recordFilter';
import { csvLines, jsonLines, type RecordLines } from './recordText';

export const FORMATS = ['csv', 'jsonl', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];

export interface Conversion extends RecordRequest {
  format: Format;
  /** Times and prices as people write them. */
  pretty: boolean;
  /** Stop after this many records. */
  limit?: number;
  products: Products;
}

export interface Converted {
  /** Records written. */
  records: number;
  /** Records left out because they are of another kind. */
  otherTypes: ReadonlyMap<RecordType, number>;
  /** What is known of the file; `undefined` where reading stopped at the limit. */
  summary: DbnSummary | undefined;
}

/** Takes text; awaited, so that a slow reader is waited for. */
export type WriteText = (text: string) => Promise<void>;

/** Who writes records in a form. */
interface RecordWriter {
  add(record: DbnRecord, symbol: string | null): void;
  drain(): Promise<void>;
}

/**
 * Converts to text.
 * @throws SpymasterError what `readDbn` throws; BadArgument for filters that cannot be, and where records of several kinds would be
 * the rows of one table
 */
export async function convertToText(
  file: string,
  conversion: Conversion,
  write: WriteText,
  reading: ReadDbnOptions,
): Promise<Converted> {
  const linesOf = conversion.format === 'csv' ? csvLines : jsonLines;
  return convert(file, conversion, reading, ({ tsOut }, type) => {
    const lines = new Map<RecordType, RecordLines>();
    const linesFor = (of: RecordType) => {
      let found = lines.get(of);
      if (!found) lines.set(of, (found = linesOf(recordColumns(of, tsOut), conversion.pretty)));
      return found;
    };
    let pending = type === undefined ? '' : linesFor(type).head;
    return {
      add(record, symbol) {
        pending += linesFor(record.type).line(record, symbol);
      },
      async drain() {
        const text = pending;
        pending = '';
        if (text !== '') await write(text);
      },
    };
  });
}

/** Has a file written beside its place, and puts it there when it is complete. */
export async function writtenWhole<T>(file: string, write: (part: string) => Promise<T>): Promise<T> {
  const part = join(dirname(file), `.${basename(file)}.${randomUUID()}.part`);
  try {
    const result = await write(part);
    await rename(part, file);
    return result;
  } finally {
    await rm(part, { force: true });
  }
}

/** Converts to a text file; see `convertToText`. */
export async function convertToTextFile(
  file: string,
  conversion: Conversion,
  out: string,
  reading: ReadDbnOptions,
): Promise<Converted> {
  const handle = await open(out, 'wx');
  try {
    return await convertToText(file, conversion, (text) => handle.writeFile(text), reading);
  } finally {
    await handle.close();
  }
}

/** Converts to a Parquet file; see `convertToText`. */
export async function convertToParquet(
  file: string,
  conversion: Conversion,
  out: string,
  reading: ReadDbnOptions,
): Promise<Converted> {
  return (await engine()).use(async (connection) => {
    let table: RecordTable | undefined;
    const converted = await convert(file, conversion, reading, ({ tsOut }, type) => {
      table = new RecordTable(connection, recordColumns(type!, tsOut), conversion.pretty);
      return table;
    });
    await table!.write(out);
    return converted;
  }, reading.signal);
}

/** @param writerFor makes the writer of a file, whose records are all of that type unless it is `undefined` */
async function convert(
  file: string,
  { format, limit = Infinity, products, ...request }: Conversion,
  reading: ReadDbnOptions,
  writerFor: (metadata: DbnMetadata, type: RecordType | undefined) => RecordWriter,
): Promise<Converted> {
  const enough = new AbortController();
  let filter: RecordFilter | undefined;
  let writer: RecordWriter | undefined;
  let records = 0;
  const sink: DbnFileSink = {
    metadata(metadata) {
      const schema = request.schema ?? knownSchema(metadata);
      if (schema === undefined && format !== 'jsonl')
        throw new SpymasterError('BadArgument', `${file} mixes kinds of records, and a table has one`, {
          field: '--schema',
          expected: 'the schema whose records are wanted, such as mbo or trades; or --format jsonl',
        });
      filter = new RecordFilter(metadata, { ...request, schema }, products);
      writer = writerFor(metadata, schema && typeOfSchema(schema));
      if (limit === 0) enough.abort();
    },
    record(view: RecordView) {
      if (!filter!.wants(view) || records === limit) return;
      writer!.add(view.decode(), filter!.symbolOf(view));
      if (++records === limit) enough.abort();
    },
    drain: () => writer?.drain(),
  };
  const signal = reading.signal ? AbortSignal.any([reading.signal, enough.signal]) : enough.signal;
  let summary: DbnSummary | undefined;
  try {
    summary = await readDbn(file, sink, { ...reading, signal });
    filter!.checkSymbols();
  } catch (error) {
    // Reading was stopped on purpose; damage behind the last record asked for does not matter.
    if (!enough.signal.aborted || reading.signal?.aborted) throw error;
  }
  await writer!.drain();
  return { records, otherTypes: filter!.otherTypes, summary };
}

/** The schema of the records; `undefined` for live streams, which mix them, and for schemas of a later version. */
const knownSchema = ({ schema }: DbnMetadata) =>
  schema === null || schema.startsWith('code_')
    ? undefined
    : (schema as Exclude<typeof schema, `code_${number}`>);
