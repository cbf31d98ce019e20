/** Results of queries, in the form that was asked for, row after row as they come, however many there are. */
import { ArrowWriter } from '../../../lake/query/arrow';
import type { ChunkSink, QuerySink, ResultColumn } from '../../../lake/query/query';
import { csvCell, textOf } from '../../csv';
import { note } from './output';
import { layoutFor, type LayoutColumn, type RowLayout } from './rowLayout';
import { standardOutput, type TextOutput } from './textOutput';

export const RESULT_FORMATS = ['table', 'csv', 'ndjson', 'json', 'arrow'] as const;
export type ResultFormat = (typeof RESULT_FORMATS)[number];

/** Rows shown to a person who cannot leave a pager; a program asks for another format and gets them all. */
const TABLE_ROWS = 500;
/** Characters of a line where there is no terminal. */
const LINE = 120;

type ResultPrinter = (QuerySink | ChunkSink) & {
  end(): Promise<void>;
  /** Rows that are printed already. */
  readonly printed: number;
};

type Values = Parameters<QuerySink['rows']>[0];

/**
 * Prints the result of a query, and says so where it breaks off.
 * @param run gives the result to a sink
 */
export async function printResult(
  format: ResultFormat,
  run: (sink: QuerySink | ChunkSink) => Promise<void>,
  output: TextOutput = standardOutput,
): Promise<void> {
  const printer = resultPrinter(format, output);
  try {
    await run(printer);
    await printer.end();
  } catch (error) {
    await output.end();
    if (printer.printed > 0)
      note(`Only the first ${printer.printed} rows were printed: this is not the whole result.`);
    throw error;
  }
}

function resultPrinter(format: ResultFormat, output: TextOutput): ResultPrinter {
  switch (format) {
    case 'table':
      return new TablePrinter(output);
    case 'arrow':
      return new ArrowPrinter(output);
    case 'csv':
      return new LinePrinter(
        output,
        (names) => `${names.map(csvCell).join(',')}\n`,
        (_, row) => `${row.map(csvCell).join(',')}\n`,
      );
    case 'ndjson':
      return new LinePrinter(
        output,
        () => '',
        (names, row) => `${jsonRow(names, row)}\n`,
      );
    default:
      return new LinePrinter(
        output,
        () => '[',
        (names, row, i) => `${i === 0 ? '' : ','}\n  ${jsonRow(names, row)}`,
        '\n]\n',
      );
  }
}

/** A line a row, all of them. */
class LinePrinter implements QuerySink {
  private names: string[] | undefined;
  private begun = false;
  printed = 0;

  constructor(
    private readonly output: TextOutput,
    private readonly head: (names: string[]) => string,
    private readonly line: (names: string[], row: Values[number], i: number) => string,
    private readonly foot = '',
  ) {}

  columns(columns: ResultColumn[], absent: string[]): void {
    noteAbsent(absent);
    this.names = columns.map(({ name }) => name);
  }

  rows(rows: Values): Promise<boolean> {
    const head = this.takeHead();
    return this.output.write(head + rows.map((row) => this.line(this.names!, row, this.printed++)).join(''));
  }

  async end(): Promise<void> {
    if (this.names) await this.output.write(this.takeHead() + this.foot);
  }

  private takeHead(): string {
    if (this.begun) return '';
    this.begun = true;
    return this.head(this.names!);
  }
}

/** A table, or a line a column, as wide as the first rows need; of many rows the first, unless a pager takes them. */
class TablePrinter implements QuerySink {
  private shape: LayoutColumn[] | undefined;
  private layout: RowLayout | undefined;
  printed = 0;

  constructor(private readonly output: TextOutput) {}

  columns(columns: ResultColumn[], absent: string[]): void {
    noteAbsent(absent);
    this.shape = columns.map(({ name, type }) => ({ name, numeric: NUMERIC.test(type) }));
  }

  async rows(rows: Values): Promise<boolean> {
    const room = this.output.paged ? Infinity : TABLE_ROWS - this.printed;
    const cells = rows.slice(0, room).map((row) => row.map(textOf));
    const head = this.begin(cells);
    const text = cells.map((row) => this.layout!.row(row, this.printed++)).join('');
    if (!(await this.output.write(head + text))) return false;
    if (rows.length <= room) return true;
    note(`The first ${this.printed} rows are shown; --format csv prints all.`);
    return false;
  }

  async end(): Promise<void> {
    if (!this.shape || this.layout) return;
    const head = this.begin([]);
    if (head === '') note('No rows.');
    else await this.output.write(head);
  }

  private begin(first: string[][]): string {
    if (this.layout) return '';
    const width = process.stdout.columns ?? (Number(process.env.COLUMNS) || LINE);
    this.layout = layoutFor(this.shape!, first, width);
    return this.layout.head;
  }
}

/** A stream of Arrow IPC, for programs: no terminal could show it. */
class ArrowPrinter implements ChunkSink {
  private writer: ArrowWriter | undefined;
  printed = 0;

  constructor(private readonly output: TextOutput) {}

  begin(...[names, types, absent]: Parameters<ChunkSink['begin']>): void {
    noteAbsent(absent);
    this.writer = new ArrowWriter(names, types, 'stream');
  }

  chunk(chunk: Parameters<ChunkSink['chunk']>[0]): Promise<boolean> {
    this.printed += chunk.rowCount;
    return this.output.write(this.writer!.add(chunk));
  }

  async end(): Promise<void> {
    if (this.writer) await this.output.write(this.writer.end());
  }
}

const NUMERIC = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;

function noteAbsent(absent: string[]): void {
  if (absent.length === 0) return;
  note(
    `Nothing has been written to ${absent.join(', ')} yet: import raw files and build them (import, backfill).`,
  );
}

const jsonRow = (names: string[], row: Values[number]): string =>
  JSON.stringify(Object.fromEntries(names.map((name, k) => [name, row[k]])));
