/** `spymaster book FILE...`: the order book rebuilt from raw files, at their end or at a given time. */
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { parseInstant } from '../../../graph/market/instant';
import { productsOf } from '../../../graph/settings';
import { loadConfig } from '../../config';
import { replayBooks } from '../bookReplay';
import { drawBook, reportBook } from '../bookReport';
import { EXIT, note, printJson } from '../output';

interface Options {
  at?: string;
  depth: number;
  json?: boolean;
}

const PROGRESS_MS = 2000;

const HELP = `
Files are read in the order of their time, definitions first; one book is kept per publisher and instrument.
--at takes ISO 8601 (UTC unless it names a zone) or ns since 1970. It is compared with ts_event, the matching engine's
time, and with ts_recv for the records of a snapshot, whose ts_event is that of each order's last move.
In the JSON, prices are decimal strings, times ns UTC as strings.`;

export function registerBook(program: Command): void {
  program
    .command('book')
    .description('Rebuild order books from MBO files and show levels, totals and data quality.')
    .argument('<file...>', 'DBN files (plain, zstd or legacy DBZ) of schema mbo, and of schema definition')
    .option('--at <time>', 'the book after the last event at or before this time')
    .option('--depth <n>', 'levels shown on each side', wholeNumber, 10)
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(showBooks);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}

async function showBooks(files: string[], { at, depth, json }: Options): Promise<void> {
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const books = await replayBooks(files, {
      products: productsOf(loadConfig().features),
      at: at === undefined ? undefined : parseInstant(at),
      signal: interrupt.signal,
      onBytes: progress(),
    });
    if (json) printJson({ books: books.map((book) => reportBook(book, depth)) });
    else process.stdout.write(`${books.map((book) => drawBook(book, depth)).join('\n\n')}\n`);
  } catch (error) {
    if (!interrupt.signal.aborted) throw error;
    process.exitCode = EXIT.interrupted;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

function progress(): (file: string, read: number, total: number) => void {
  let due = performance.now() + PROGRESS_MS;
  return (file, read, total) => {
    if (performance.now() < due) return;
    due = performance.now() + PROGRESS_MS;
    note(`${file}: ${Math.floor((100 * read) / total)}% of ${Math.ceil(total / 1e6)} MB`);
  };
}
