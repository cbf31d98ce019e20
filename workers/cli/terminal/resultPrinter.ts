/** Results of queries on stdout, in the form that was asked for, however many rows there are. */
import { once } from 'node:events';
import type { QuerySink, ResultColumn } from '../../../lake/query/query';
import { note, printTable } from './output';

export const RESULT_FORMATS = ['table', 'csv', 'ndjson', 'json'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** Rows shown to a person; a program asks for another format and gets them all. */
const TABLE_ROWS = 500;

interface ResultPrinter extends QuerySink {
  end(): void;
  /** Rows that are printed already and not followed by the others. */
  readonly printed: number;
}

type Values = Parameters<QuerySink['rows']>[0];

/**
 * Prints the result of a query, and says so where it breaks off.
 * @param run gives the result to a sink
 */
export async function printResult(
  format: ResultFormat,
  run: (sink: QuerySink) => Promise<void>,
): Promise<void> {
  const printer = resultPrinter(format);
  try {
    await run(printer);
  } catch (error) {
    if (printer.printed > 0)
      note(`Only the first ${printer.printed} rows were printed: this is not the whole result.`);
    throw error;
  }
  printer.end();
}

function resultPrinter(format: ResultFormat): ResultPrinter {
  switch (format) {
    case 'table':
      return new TablePrinter();
    case 'csv':
      return new LinePrinter(
        (names) => `${names.map(csvCell).join(',')}\n`,
        (_, row) => `${row.map(csvCell).join(',')}\n`,
      );
    case 'ndjson':
      return new LinePrinter(
        () => '',
        (names, row) => `${jsonRow(names, row)}\n`,
      );
    default:
      return new LinePrinter(
        () => '[',
        (names, row, i) => `${i === 0 ? '' : ','}\n  ${jsonRow(names, row)}`,
        '\n]\n',
      );
  }
}

/** A row at a time, with backpressure. */
class LinePrinter implements ResultPrinter {
  private names: string[] = [];
  printed = 0;

  constructor(
    private readonly head: (names: string[]) => string,
    private readonly line: (names: string[], row: Values[number], i: number) => string,
    private readonly foot = '',
  ) {}

  columns(columns: ResultColumn[], absent: string[]): void {
    noteAbsent(absent);
    this.names = columns.map(({ name }) => name);
    process.stdout.write(this.head(this.names));
  }

  async rows(rows: Values): Promise<void> {
    const text = rows.map((row) => this.line(this.names, row, this.printed++)).join('');
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  }

  end(): void {
    process.stdout.write(this.foot);
  }
}

/** An aligned table of the first rows. */
class TablePrinter implements ResultPrinter {
  private names: string[] = [];
  private readonly shown: string[][] = [];
  private total = 0;
  /** All of it or none. */
  readonly printed = 0;

  columns(columns: ResultColumn[], absent: string[]): void {
    noteAbsent(absent);
    this.names = columns.map(({ name }) => name);
  }

  rows(rows: Values): void {
    this.total += rows.length;
    for (const row of rows.slice(0, TABLE_ROWS - this.shown.length)) this.shown.push(row.map(textOf));
  }

  end(): void {
    printTable(this.names, this.shown);
    if (this.total > this.shown.length)
      note(`${this.total} rows; the first ${this.shown.length} are shown, --format csv prints all.`);
  }
}

function noteAbsent(absent: string[]): void {
  if (absent.length === 0) return;
  note(
    `Nothing has been written to ${absent.join(', ')} yet: import raw files and build them (import, backfill).`,
  );
}

const textOf = (value: Values[number][number]): string =>
  value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);

function csvCell(value: Values[number][number]): string {
  const text = textOf(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const jsonRow = (names: string[], row: Values[number]): string =>
  JSON.stringify(Object.fromEntries(names.map((name, k) => [name, row[k]])));
