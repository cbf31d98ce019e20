/**
 * Whether two computations of the same rows agree, bit for bit: to the last digit of a double, to the sign of a zero. A null
 * equals a null, whatever its bits.
 */
import { storedColumns, type ColumnData, type TableBatch, type TableContract } from '../datasets/schema';

/** The first place at which two computations differ. */
export interface Difference {
  /** The row, by its key within the contract-date. */
  row: string;
  /** Null where only one of the two has the row. */
  column: string | null;
  expected: string;
  found: string;
}

export interface Comparison {
  dataset: string;
  /** Rows compared: those of the longer of the two. */
  rows: number;
  /** Rows that differ in any column, or that only one of the two has. */
  differences: number;
  first: Difference | null;
}

/** A table's rows, or some of them in their order. */
interface ComparedRows {
  table: TableBatch;
  /** Places of the rows that count; default: all. */
  rows?: Int32Array;
}

export interface CompareOptions {
  /**
   * Columns with the instant at which the row's interval ends: two of them agree when they are equal, or when both
   * lie at or after `until`.
   */
  open?: { columns: readonly string[]; until: bigint };
}

/** Compares pairs of row sequences of one table, place by place, and sums up. */
export class TableComparison {
  private rows = 0;
  private differences = 0;
  private first: Difference | null = null;

  constructor(private readonly contract: TableContract) {}

  add(expected: ComparedRows, found: ComparedRows, options: CompareOptions = {}): void {
    const here = placesOf(expected);
    const there = placesOf(found);
    const shared = Math.min(here.length, there.length);
    const longest = Math.max(here.length, there.length);
    const differs = new Uint8Array(shared);
    let firstRow = shared;
    let firstColumn = '';
    for (const { name } of storedColumns(this.contract)) {
      const equal = equality(expected.table.columns[name], found.table.columns[name], name, options);
      for (let k = 0; k < shared; k++) {
        if (equal(here[k], there[k])) continue;
        differs[k] = 1;
        if (k < firstRow) [firstRow, firstColumn] = [k, name];
      }
    }
    this.rows += longest;
    this.differences += differs.reduce((sum, one) => sum + one, 0) + longest - shared;
    if (this.first || (firstRow === shared && longest === shared)) return;
    this.first =
      firstRow < shared
        ? this.differing(expected, here[firstRow], found, there[firstRow], firstColumn)
        : this.missing(expected, here[shared], found, there[shared]);
  }

  result(): Comparison {
    const { rows, differences, first } = this;
    return { dataset: this.contract.name, rows, differences, first };
  }

  private differing(a: ComparedRows, i: number, b: ComparedRows, j: number, column: string): Difference {
    const [expected, found] = [a.table.columns[column][i], b.table.columns[column][j]];
    const at = elementAt(expected, found);
    return {
      row: this.keyOf(a.table, i),
      column: at < 0 ? column : `${column}[${at}]`,
      expected: textOf(at < 0 ? expected : (expected as Float32Array)[at]),
      found: textOf(at < 0 ? found : (found as Float32Array)[at]),
    };
  }

  private missing(
    a: ComparedRows,
    i: number | undefined,
    b: ComparedRows,
    j: number | undefined,
  ): Difference {
    if (i !== undefined)
      return { row: this.keyOf(a.table, i), column: null, expected: 'a row', found: 'none' };
    return { row: this.keyOf(b.table, j as number), column: null, expected: 'none', found: 'a row' };
  }

  private keyOf({ columns }: TableBatch, i: number): string {
    return this.contract.key
      .filter((name) => !this.contract.partitionBy.includes(name))
      .map((name) => textOf(columns[name][i]))
      .join(' ');
  }
}

const placesOf = ({ table, rows }: ComparedRows) =>
  rows ?? Int32Array.from({ length: table.rowCount }, (_, i) => i);

type Equality = (i: number, j: number) => boolean;

function equality(a: ColumnData, b: ColumnData, name: string, { open }: CompareOptions): Equality {
  if (open?.columns.includes(name)) {
    const { until } = open;
    const isOpen = (value: unknown) => (value as bigint) >= until;
    return (i, j) => a[i] === b[j] || (isOpen(a[i]) && isOpen(b[j]));
  }
  if (a instanceof Float64Array) return (i, j) => Object.is(a[i], b[j]);
  if (!Array.isArray(a)) return (i, j) => a[i] === b[j];
  return (i, j) => sameValue(a[i], b[j]);
}

function sameValue(a: unknown, b: unknown): boolean {
  if (!isList(a) || !isList(b)) return a === b;
  return a.length === b.length && elementAt(a, b) < 0;
}

type List = Float32Array | Uint8Array;
const isList = (value: unknown): value is List => typeof value === 'object' && value !== null;

/** The first element in which two lists differ; -1 where there is none, or they are no lists. */
function elementAt(a: unknown, b: unknown): number {
  if (!isList(a) || !isList(b) || a.length !== b.length) return -1;
  return a.findIndex((value: number, k: number) => !Object.is(value, b[k]));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined || Number.isNaN(value)) return 'null';
  if (Object.is(value, -0)) return '-0';
  return isList(value) ? `${value.length} numbers` : String(value as bigint);
}
