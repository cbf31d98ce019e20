/** `spymaster book FILE...`: the order book rebuilt from raw files, at their end or at a given time. */
import type { Command } from 'commander';
import { parseInstant } from '../../../graph/market/instant';
import { productsOf } from '../../../graph/settings';
import { loadConfig } from '../../config';
import { wholeNumber } from '../arguments';
import { replayBooks } from '../book/bookReplay';
import { drawBook, reportBook } from '../book/bookReport';
import { untilInterrupted } from '../terminal/interrupt';
import { print, printJson } from '../terminal/output';
import { noteReading } from '../terminal/progress';

interface Options {
  at?: string;
  depth: number;
  json?: boolean;
}

const HELP = `
Files are read in the order of their time, definitions first; one book is kept per publisher and instrument.
--at takes ISO 8601 (UTC unless it names a zone) or ns since 1970. It is compared with ts_event, the matching engine's
time, and with ts_recv for the records of a snapshot, whose ts_event is that of each order's last move.
In the JSON, prices are decimal strings, times ns UTC as strings.`;

export function define(command: Command): void {
  command
    .argument('<file...>', 'DBN files (plain, zstd or legacy DBZ) of schema mbo, and of schema definition')
    .option('--at <time>', 'the book after the last event at or before this time')
    .option('--depth <n>', 'levels shown on each side', wholeNumber, 10)
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(showBooks);
}

async function showBooks(files: string[], { at, depth, json }: Options): Promise<void> {
  const time = at === undefined ? undefined : parseInstant(at);
  const products = productsOf(loadConfig().features);
  const onBytes = noteReading();
  const books = await untilInterrupted((signal) =>
    replayBooks(files, { products, at: time, signal, onBytes }),
  );
  if (json) printJson({ books: books.map((book) => reportBook(book, depth)) });
  else print(`${books.map((book) => drawBook(book, depth)).join('\n\n')}\n`);
}
