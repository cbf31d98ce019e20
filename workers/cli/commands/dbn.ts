/** `spymaster dbn FILE`: what is in a raw file. */
import type { Command } from 'commander';
import { isoTime, UNDEF_TIMESTAMP } from '../../../graph/dbn';
import { SpymasterError } from '../../../graph/errors';
import type { MboBatch } from '../../../graph/records/mbo';
import { readDbn, type DbnFileSink, type DbnSummary, type ReadDbnOptions } from '../../../lake/raw/dbnFile';
import { wholeNumber } from '../arguments';
import { jsonListing, summarize, textListing } from '../dbn/recordListing';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, print, printJson } from '../terminal/output';
import { noteReading } from '../terminal/progress';

interface Options {
  json?: boolean;
  stats?: boolean;
  limit?: number;
  acceptTruncated?: boolean;
}

/** Records shown to a person who named no limit. */
const DEFAULT_LIMIT = 20;
/** Output is gathered up to this many characters before it is written. */
const WRITE_CHARACTERS = 1 << 16;

const HELP = `
Records are shown in the form of DBN version 3, whatever the version of the file.
--stats counts records of known types as \`records\` and \`byType\`; those of other types are skipped, as \`unknown\`.
Exit code: 0 read; 1 not a readable DBN file; 3 read, but broken off (--accept-truncated).`;

export function define(command: Command): void {
  command
    .argument('<file>', 'the file')
    .option('--stats', 'read the whole file and count its records instead of listing them')
    .option('--json', 'print one JSON document; 64-bit integers are strings, prices in 1e-9 units')
    .option(
      '--limit <n>',
      `stop after this many records (default: ${DEFAULT_LIMIT}; all with --json)`,
      wholeNumber,
    )
    .option(
      '--accept-truncated',
      'read a file that breaks off, as a live capture may, to its last whole record',
    )
    .addHelpText('after', HELP)
    .action((file: string, options: Options) =>
      untilInterrupted((signal) => (options.stats ? showStats : showRecords)(file, options, signal)),
    );
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
  let shown = 0;
  const sink: DbnFileSink = {
    metadata(metadata) {
      out.write(listing.head(metadata));
      if (limit === 0) enough.abort();
    },
    record(view) {
      if (shown === limit) return;
      out.write(listing.record(view, shown++));
      if (shown === limit) enough.abort();
    },
    drain: () => out.drain(),
  };
  try {
    const summary = await readDbn(file, sink, reading(options, AbortSignal.any([signal, enough.signal])));
    out.write(listing.foot());
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
