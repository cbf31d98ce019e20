/**
 * The one way to declare a column: its name, unit and meaning, its formula where there is one, and the code that computes it, side
 * by side. Contract, rows and documentation derive from the list.
 */
import {
  allocateColumn,
  INT_NULL,
  isNumericType,
  type ColumnContract,
  type ColumnData,
  type Range,
  type Row,
  type TableBatch,
  type TableContract,
} from './schema';
import { CALENDAR_YEARS } from '../market/calendar';
import { dayOf } from '../market/days';
import { NS_PER_DAY } from '../market/easternTime';

export interface Column<Source> extends ColumnContract {
  /** The value in a row made of `source`; NaN and null where there is none. */
  readonly value: (source: Source) => Row[string];
}

/** What most columns are spared from saying. */
interface Described<Source, Value> {
  readonly unit?: string;
  readonly meaning: string;
  readonly formula?: string;
  readonly nullable?: boolean;
  readonly oneOf?: readonly string[];
  readonly range?: Range;
  readonly value: (source: Source) => Value;
}

type Make<Value> = <Source>(name: string, column: Described<Source, Value>) => Column<Source>;

const make =
  <Value extends Row[string]>(
    type: ColumnContract['type'],
    unit: string,
    nullable: boolean,
    range?: Range,
  ): Make<Value> =>
  (name, column) => ({ name, type, unit, nullable, ...(range && { range }), ...column });

const yearStart = (year: number) => BigInt(dayOf(year, 1, 1)) * NS_PER_DAY;
/** The years the calendar knows, ns UTC. */
export const KNOWN_TIMES: Range = {
  min: yearStart(CALENDAR_YEARS.first),
  max: yearStart(CALENDAR_YEARS.last + 1),
};
export const FROM_ZERO: Range = { min: 0 };
/** Points: what a price of 1e-9 can be while it is exact in a double. */
const PRICES: Range = { min: -9_007_200, max: 9_007_200 };
/** From none to all. */
export const SHARES: Range = { min: 0, max: 1 };
/** From all on one side to all on the other. */
export const BALANCES: Range = { min: -1, max: 1 };

/** An instant, ns UTC. */
export const instant = make<bigint | null>('int64', 'ns UTC', false, KNOWN_TIMES);
/** A name. */
export const name = make<string | null>('string', '', false);
/** A calendar day, `YYYY-MM-DD`. */
export const date = make<string | null>('date', '', false);
/** A vector of 32-bit floats. */
export const floats = make<Float32Array | null>('floats', '', false);
/** Bytes. */
export const bytes = make<Uint8Array | null>('binary', '', false);
/** Yes or no. */
export const flag = make<boolean>('boolean', '', false);
/** A price or a difference of prices; null where there is none. */
export const price = make<number | null>('double', 'points', true, PRICES);
/** A figure of any unit; null where it is undefined. */
export const figure = make<number | null>('double', '1', true);
/** A number of contracts; never null: nothing happened is 0. */
export const lots = make<number | null>('int32', 'lots', false, FROM_ZERO);
/** A number of contracts that came, less those that went. */
export const netLots = make<number | null>('int32', 'lots', false);
/** A length of time; null where it is not known. */
export const duration = make<number | null>('double', 's', true, FROM_ZERO);
/** A number of records, orders or occurrences; never null. */
export const count = make<number | null>('int32', 'count', false, FROM_ZERO);

/** A 64-bit integer as a record carries it: an id, or a price in 1e-9. */
export const int64 = make<bigint | null>('int64', '', false);
/** A 32-bit integer as a record carries it. */
export const int32 = make<number | null>('int32', '', false);
/** A 16-bit integer as a record carries it. */
export const int16 = make<number | null>('int16', '', false);

/** A column that several tables share, with its value in the rows of one. */
export const valued = <Source>(contract: ColumnContract, value: Column<Source>['value']): Column<Source> => ({
  ...contract,
  value,
});

type Numbers = Float64Array | Int32Array;

/** The value of a column that is an element of an array. */
interface Element<Source> {
  (source: Source): number;
  readonly array: (source: Source) => Numbers;
  readonly at: number;
}

/**
 * The values of columns that are elements of one array of the source, e.g. of its totals, by place; never null. Their table copies
 * them in one loop, while any other column costs a call a row.
 */
export const elementsOf =
  <Source>(array: (source: Source) => Numbers) =>
  (at: number): Element<Source> =>
    Object.assign((source: Source) => array(source)[at], { array, at });

/** Elements of one array: cell `from[k]` of it goes to cell `to[k]` of the row. */
interface Copy<Source> {
  readonly array: Element<Source>['array'];
  readonly from: number[];
  readonly to: number[];
}

/** Rows a block holds: few enough to be turned into columns within a cache. */
const BLOCK_ROWS = 64;

/**
 * Rows of one table, each made of a `Source` by the columns' own code.
 *
 * Numbers wait row by row in blocks of doubles and become columns when they are taken: a row that is written to some hundred
 * columns in turn misses the cache at each of them.
 */
export class TableRows<Source> {
  /** Columns whose cells are held as doubles until they are taken, and the rest. */
  private readonly numeric: readonly Column<Source>[];
  private readonly others: readonly Column<Source>[];
  /** The numeric columns by how they are filled: copied, array by array, or computed one by one. */
  private readonly copies: readonly Copy<Source>[];
  private readonly computed: readonly (Column<Source> & { readonly to: number })[];
  private readonly blocks: Float64Array[] = [];
  /** Cells of the other columns, by column. */
  private cells: Row[string][][];
  private rows = 0;
  private readonly none: TableBatch;

  /** @param declared every column of the contract but those that name its partition */
  constructor(
    readonly contract: TableContract,
    private readonly declared: readonly Column<Source>[],
  ) {
    this.numeric = declared.filter(isNumber);
    this.others = declared.filter((column) => !isNumber(column));
    this.copies = copiesOf(this.numeric);
    this.computed = this.numeric.flatMap((column, to) => (isElement(column.value) ? [] : { ...column, to }));
    this.cells = this.others.map(() => []);
    this.none = this.build();
  }

  get rowCount(): number {
    return this.rows;
  }

  /** For an operator that is saved: its rows are not, so they must have been taken. */
  requireTaken(): void {
    if (this.rows > 0) throw new Error(`${this.rows} rows of ${this.contract.name} are not taken`);
  }

  /** @throws Error if there is nothing where there must be something */
  push(source: Source): void {
    const { copies, computed, numeric, others, rows } = this;
    const start = (rows % BLOCK_ROWS) * numeric.length;
    const block = (this.blocks[Math.floor(rows / BLOCK_ROWS)] ??= new Float64Array(
      BLOCK_ROWS * numeric.length,
    ));
    for (let c = 0; c < copies.length; c++) {
      const { array, from, to } = copies[c];
      const numbers = array(source);
      for (let k = 0; k < from.length; k++) block[start + to[k]] = numbers[from[k]];
    }
    for (let k = 0; k < computed.length; k++) {
      const { value, to } = computed[k];
      const cell = value(source) as number | null;
      block[start + to] = cell === null || cell !== cell ? noNumber(numeric[to]) : cell;
    }
    for (let k = 0; k < others.length; k++)
      this.cells[k][rows] = others[k].value(source) ?? noValue(others[k]);
    this.rows++;
  }

  /** The rows since the last call. */
  take(): TableBatch {
    if (this.rows === 0) return this.none;
    const batch = this.build();
    this.cells = this.others.map(() => []);
    this.rows = 0;
    return batch;
  }

  private build(): TableBatch {
    const { contract, rows, blocks, numeric, others } = this;
    const columns = Object.fromEntries(
      this.declared.map(({ name: column, type }) => [column, allocateColumn(type, rows)]),
    );
    const numbers = numeric.map(({ name: column }) => columns[column]);
    for (let from = 0; from < rows; from += BLOCK_ROWS) {
      const block = blocks[from / BLOCK_ROWS];
      const to = Math.min(from + BLOCK_ROWS, rows);
      for (let at = 0; at < numbers.length; at++)
        copyNumbers(block, at, numbers.length, numbers[at], from, to);
    }
    for (const [k, { name: column, type }] of others.entries())
      columns[column] =
        type === 'int64' ? BigInt64Array.from(this.cells[k] as bigint[]) : (this.cells[k] as string[]);
    return { contract, rowCount: rows, columns };
  }
}

const isNumber = ({ type }: ColumnContract) => isNumericType(type) && type !== 'int64';

const isElement = <Source>(value: Column<Source>['value']): value is Element<Source> => 'array' in value;

function copiesOf<Source>(numeric: readonly Column<Source>[]): Copy<Source>[] {
  const copies = new Map<Element<Source>['array'], Copy<Source>>();
  for (const [place, { value }] of numeric.entries()) {
    if (!isElement(value)) continue;
    const { array, at } = value;
    const copy = copies.get(array) ?? { array, from: [], to: [] };
    copy.from.push(at);
    copy.to.push(place);
    copies.set(array, copy);
  }
  return [...copies.values()];
}

/** Copies cell `at` of each row of a block, `width` cells wide, to rows `from` to `to` of a column. */
function copyNumbers(
  block: Float64Array,
  at: number,
  width: number,
  column: ColumnData,
  from: number,
  to: number,
): void {
  // A loop of its own for each type of array: one for all would be slow for each.
  if (column instanceof Float64Array)
    // Adding 0 makes one zero of two: a file keeps equal values once, and would give back either for both.
    for (let row = from, cell = at; row < to; row++, cell += width) column[row] = block[cell] + 0;
  else if (column instanceof Int32Array)
    for (let row = from, cell = at; row < to; row++, cell += width) column[row] = block[cell];
  else
    for (let row = from, cell = at; row < to; row++, cell += width)
      (column as Int16Array | Uint8Array)[row] = block[cell];
}

/** What stands for null in a column of numbers. */
function noNumber({ name: column, type, nullable }: ColumnContract): number {
  if (type === 'double') return NaN;
  return nullable && (type === 'int32' || type === 'int16') ? INT_NULL[type] : refuseNull(column);
}

/** What stands for null in any other column. */
function noValue({ name: column, type, nullable }: ColumnContract): bigint | null {
  if (!nullable) refuseNull(column);
  return type === 'int64' ? INT_NULL.int64 : null;
}

function refuseNull(column: string): never {
  throw new Error(`${column} must not be null`);
}
