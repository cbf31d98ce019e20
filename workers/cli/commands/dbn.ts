/** `spymaster dbn FILE`: what is in a raw file, shown, counted or converted. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option, type Command } from 'commander';
import { isoTime, SCHEMAS, UNDEF_TIMESTAMP, type RecordType } from '../../../graph/dbn';
import { SpymasterError } from '../../../graph/errors';
import type { MboBatch } from '../../../graph/records/mbo';
import { readDbn, type DbnFileSink, type DbnSummary, type ReadDbnOptions } from '../../../lake/raw/dbnFile';
import { productsOf } from '../../../graph/settings';
import { loadConfig } from '../../config';
import { wholeNumber } from '../arguments';
import {
  convertToParquet,
  convertToText,
  convertToTextFile,
  FORMATS,
  type Conversion,
  type Converted,
  type Format,
  writtenWhole,
} from '../dbn/convert';
import { RecordFilter, type RecordRequest } from '../dbn/recordFilter';
import { jsonListing, summarize, textListing } from '../dbn/recordListing';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, print, printJson } from '../terminal/output';
import { mayOverwrite, requireFolderOf } from '../terminal/overwrite';
import { noteReading } from '../terminal/progress';
import { standardOutput } from '../terminal/textOutput';

interface Options extends RecordRequest {
  format?: Format;
  out?: string;
  pretty?: boolean;
  force?: boolean;
  json?: boolean;
  stats?: boolean;
  limit?: number;
  acceptTruncated?: boolean;
}

/** Records shown to a person who named no limit. */
const DEFAULT_LIMIT = 20;
/** Told of what was asked for and is not in the file. */
const NOTHING_IN_RANGE = 'No record is in that range: --stats tells from when to when they are.';
/** Output is gathered up to this many characters before it is written. */
const WRITE_CHARACTERS = 1 << 16;

const HELP = `
Records are shown in the form of DBN version 3, whatever the version of the file.
--stats counts records of known types as \`records\` and \`byType\`; those of other types are skipped, as \`unknown\`.

--format writes fields by the names and in the order of Databento's own tools, and \`symbol\` last: prices in 1e-9 units and times in
ns UTC as integers, or with --pretty as decimals and as times. In jsonl 64-bit integers are strings. The file appears when it is complete.

--from and --to compare ts_recv (ts_event of records without one). An instant is ISO 8601 (UTC unless it names a zone) or ns since 1970;
--from is inclusive and --to exclusive. A day alone is a trade date, from its beginning to its end: it begins at 17:00 ET of the one before.

  ./spymaster dbn FILE --format csv --pretty --from 2023-12-26 --to 2023-12-26 --out bars.csv

Exit code: 0 read; 1 not a readable DBN file; 3 read, but broken off (--accept-truncated).`;

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

export function define(command: Command): void {
  command
    .argument('<file>', 'the file')
    .addOption(new Option('--format <format>', 'convert the records').choices(FORMATS))
    .option('--out <file>', 'where to write them; without it csv and jsonl go to standard output')
    .option('--pretty', 'times and prices as people write them')
    .option('--force', 'overwrite a file that is there')
    .option('--from <time>', 'records from this time on, or from this trade date on')
    .option('--to <time>', 'records before this time, or to the end of this trade date')
    .option('--symbols <list>', 'records of these symbols, such as ESH4,ESM4', listOf)
    .addOption(new Option('--schema <schema>', 'records of this schema').choices(SCHEMAS))
    .option('--stats', 'read the whole file and count its records instead of listing them')
    .option('--json', 'print one JSON document; 64-bit integers are strings, prices in 1e-9 units')
    .option(
      '--limit <n>',
      `stop after this many records (default: ${DEFAULT_LIMIT}; all with --json or --format)`,
      wholeNumber,
    )
    .option(
      '--accept-truncated',
      'read a file that breaks off, as a live capture may, to its last whole record',
    )
    .addHelpText('after', HELP)
    .action((file: string, options: Options) => {
      checkOptions(options);
      const { format, stats } = options;
      return untilInterrupted((signal) => {
        if (format) return convertRecords(file, { ...options, format }, signal);
        return (stats ? showStats : showRecords)(file, options, signal);
      });
    });
}

/** @throws SpymasterError BadArgument for options that do not go together */
function checkOptions({ stats, format, out, pretty, force, json, from, to, symbols, schema }: Options): void {
  const refuse = (field: string, message: string, expected?: string) => {
    throw new SpymasterError('BadArgument', message, { field, expected });
  };
  if (stats && format) refuse('--format', '--stats counts records and converts none');
  if (stats && [from, to, symbols, schema].some((filter) => filter !== undefined))
    refuse('--stats', '--stats counts the whole file', 'no --from, --to, --symbols or --schema beside it');
  if (!format && (out !== undefined || pretty || force))
    refuse('--format', '--out, --pretty and --force are of a conversion', FORMATS.join(', '));
  if (format && out === undefined && (format === 'parquet' || json || force))
    refuse('--out', 'a file is needed to write to');
  if (symbols?.length === 0) refuse('--symbols', 'no symbol is named', 'symbols such as ESH4,ESM4');
}

/** Writes the records in another form. */
async function convertRecords(
  file: string,
  options: Options & { format: Format },
  signal: AbortSignal,
): Promise<void> {
  const { format, out, pretty = false, force = false, json, limit, from, to, symbols, schema } = options;
  const products = productsOf(loadConfig().features);
  const conversion: Conversion = { format, pretty, limit, from, to, symbols, schema, products };
  const reads = reading(options, signal);
  if (out === undefined) {
    const write = async (text: string) => void (await standardOutput.write(text));
    return remarkOn(file, await convertToText(file, conversion, write, reads));
  }
  const target = resolve(out);
  requireFolderOf(target);
  await mayOverwrite([target], force);
  const converted = await writtenWhole(target, (part) =>
    (format === 'parquet' ? convertToParquet : convertToTextFile)(file, conversion, part, reads),
  );
  const { records } = converted;
  const { size: bytes } = await stat(target);
  if (json) printJson({ from: resolve(file), file: target, format, records, bytes });
  else note(`${records} records in ${target} (${bytes} bytes)`);
  remarkOn(file, converted);
}

/** Notes what was left out though nobody asked for that, and what is wrong with the file. */
function remarkOn(file: string, { records, otherTypes, summary }: Converted): void {
  const others = [...otherTypes].map(([type, n]: [RecordType, number]) => `${type} ${n}`);
  if (others.length > 0) note(`Records of other kinds were left out: ${others.join(', ')}.`);
  if (records === 0) note(NOTHING_IN_RANGE);
  if (summary) remark(file, summary);
}

async function showStats(file: string, options: Options, signal: AbortSignal): Promise<void> {
  const times = new TimeRange();
  const sink: DbnFileSink = {
    mbo: (batch) => times.addBatch(batch),
    record: (view) => times.add(view.tsRecv),
  };
  const summary = await readDbn(file, sink, reading(options, signal));
  const { metadata, records, byType, unknown } = summary;
  const { version, dataset, schema, start, end, symbols } = metadata;
  const { min: minTsRecv, max: maxTsRecv } = times;
  if (options.json) {
    printJson({
      version,
      dataset,
      schema,
      start,
      end,
      records,
      byType,
      unknown,
      symbols,
      minTsRecv,
      maxTsRecv,
    });
  } else {
    const counts = Object.entries(byType).map(([type, n]) => `${type} ${n}`);
    const lines: [string, string | number | null][] = [
      ['version', version],
      ['dataset', dataset],
      ['schema', schema],
      ['start', isoTime(start)],
      ['end', end === null ? null : isoTime(end)],
      ['records', records],
      ['by type', counts.join(', ')],
      ['unknown', unknown],
      ['symbols', summarize(symbols)],
      ['first ts_recv', minTsRecv === null ? null : isoTime(minTsRecv)],
      ['last ts_recv', maxTsRecv === null ? null : isoTime(maxTsRecv)],
    ];
    print(lines.map(([name, value]) => `${name.padEnd(14)}${value ?? '-'}\n`).join(''));
  }
  remark(file, summary);
}

/** Smallest and largest capture time; those of a batch are compared as words, without a BigInt a record. */
class TimeRange {
  min: bigint | null = null;
  max: bigint | null = null;

  add(time: bigint | null): void {
    if (time === null || time === UNDEF_TIMESTAMP) return;
    if (this.min === null || time < this.min) this.min = time;
    if (this.max === null || time > this.max) this.max = time;
  }

  addBatch({ length, tsRecv, tsRecvWords: words }: MboBatch): void {
    const undefinedAt = (i: number) => words[2 * i] === 0xffff_ffff && words[2 * i + 1] === 0xffff_ffff;
    const before = (a: number, b: number) =>
      words[2 * a + 1] === words[2 * b + 1]
        ? words[2 * a] < words[2 * b]
        : words[2 * a + 1] < words[2 * b + 1];
    let min = -1;
    let max = -1;
    for (let i = 0; i < length; i++) {
      if (undefinedAt(i)) continue;
      if (min < 0 || before(i, min)) min = i;
      if (max < 0 || before(max, i)) max = i;
    }
    if (min < 0) return;
    this.add(tsRecv[min]);
    this.add(tsRecv[max]);
  }
}

async function showRecords(file: string, options: Options, signal: AbortSignal): Promise<void> {
  const limit = options.limit ?? (options.json ? Infinity : DEFAULT_LIMIT);
  const listing = options.json ? jsonListing() : textListing();
  const out = new Output();
  const enough = new AbortController();
  const products = productsOf(loadConfig().features);
  let filter: RecordFilter | undefined;
  let shown = 0;
  const sink: DbnFileSink = {
    metadata(metadata) {
      filter = new RecordFilter(metadata, options, products);
      out.write(listing.head(metadata));
      if (limit === 0) enough.abort();
    },
    record(view) {
      if (!filter!.wants(view) || shown === limit) return;
      out.write(listing.record(view, shown++));
      if (shown === limit) enough.abort();
    },
    drain: () => out.drain(),
  };
  try {
    const summary = await readDbn(file, sink, reading(options, AbortSignal.any([signal, enough.signal])));
    filter!.checkSymbols();
    out.write(listing.foot());
    if (shown === 0 && summary.records > 0) note(NOTHING_IN_RANGE);
    remark(file, summary);
  } catch (error) {
    if (!(error instanceof SpymasterError)) throw error;
    // Reading was stopped on purpose; damage behind the last record asked for does not matter.
    if (!enough.signal.aborted) {
      out.write(listing.foot(error));
      await out.drain();
      throw error;
    }
    out.write(listing.foot());
    if (!options.json) note(`Stopped after ${shown} records; --limit shows more, --stats counts all.`);
  }
  await out.drain();
}

/** Standard output in large pieces, with backpressure. */
class Output {
  private pending = '';

  write(text: string): void {
    this.pending += text;
    if (this.pending.length > WRITE_CHARACTERS) this.flush();
  }

  /** Resolves once the reader of the output has caught up. */
  async drain(): Promise<void> {
    this.flush();
    const { stdout } = process;
    if (stdout.writableNeedDrain) await new Promise<void>((resolve) => stdout.once('drain', resolve));
  }

  private flush(): void {
    if (this.pending !== '') print(this.pending);
    this.pending = '';
  }
}

const reading = ({ acceptTruncated }: Options, signal: AbortSignal): ReadDbnOptions => ({
  signal,
  acceptTruncated,
  onBytes: noteReading(),
});

/** Notes what a reader of the figures should know about the file. */
function remark(file: string, { truncated, leftBytes, uncheckedFrames }: DbnSummary): void {
  if (uncheckedFrames > 0)
    note(`${file}: zstd frames without a checksum: ${uncheckedFrames}; damage in them may go unnoticed.`);
  if (!truncated) return;
  note(`${file} breaks off; everything up to its last whole record was read, ${leftBytes} bytes were left.`);
  process.exitCode = EXIT.partial;
}
