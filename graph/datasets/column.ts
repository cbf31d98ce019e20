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
  type Row,
  type TableBatch,
  type TableContract,
} from './schema';

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
  readonly value: (source: Source) => Value;
}

type Make<Value> = <Source>(name: string, column: Described<Source, Value>) => Column<Source>;

const make =
  <Value extends Row[string]>(type: ColumnContract['type'], unit: string, nullable: boolean): Make<Value> =>
  (name, column) => ({ name, type, unit, nullable, ...column });

/** An instant, ns UTC. */
export const instant = make<bigint | null>('int64', 'ns UTC', false);
/** A name. */
export const name = make<string | null>('string', '', false);
/** A calendar day, `YYYY-MM-DD`. */
export const date = make<string | null>('date', '', false);
/** A vector of 32-bit floats. */
export const floats = make<Float32Array | null>('floats', '', false);
/** Yes or no. */
export const flag = make<boolean>('boolean', '', false);
/** A price or a difference of prices; null where there is none. */
export const price = make<number | null>('double', 'points', true);
/** A figure of any unit; null where it is undefined. */
export const figure = make<number | null>('double', '1', true);
/** A number of contracts; never null: nothing happened is 0. */
export const lots = make<number | null>('int32', 'lots', false);
/** A number of records, orders or occurrences; never null. */
export const count = make<number | null>('int32', 'count', false);

type Setter<Source> = (source: Source, row: number) => void;

/** Rows of one table, each made of a `Source` by the columns' own code. */
export class TableRows<Source> {
  private columns: Record<string, ColumnData> = {};
  private setters: Setter<Source>[] = [];
  private rows = 0;
  private capacity = 64;

  /** @param declared every column of the contract but those that name its partition */
  constructor(
    readonly contract: TableContract,
    private readonly declared: readonly Column<Source>[],
  ) {
    this.renew();
  }

  get rowCount(): number {
    return this.rows;
  }

  /** For an operator that is saved: its rows are not, so they must have been taken. */
  requireTaken(): void {
    if (this.rows > 0) throw new Error(`${this.rows} rows of ${this.contract.name} are not taken`);
  }

  push(source: Source): void {
    if (this.rows === this.capacity) this.grow();
    for (const set of this.setters) set(source, this.rows);
    this.rows++;
  }

  /** The rows since the last call. */
  take(): TableBatch {
    const batch = { contract: this.contract, rowCount: this.rows, columns: this.columns };
    this.renew();
    return batch;
  }

  private renew(): void {
    this.rows = 0;
    this.capacity = 64;
    this.columns = Object.fromEntries(
      this.declared.map((column) => [column.name, allocateColumn(column.type, this.capacity)]),
    );
    this.bind();
  }

  private grow(): void {
    this.capacity *= 2;
    for (const { name: column, type } of this.declared) {
      if (!isNumericType(type)) continue;
      const wider = allocateColumn(type, this.capacity) as Float64Array;
      wider.set(this.columns[column] as Float64Array);
      this.columns[column] = wider;
    }
    this.bind();
  }

  private bind(): void {
    this.setters = this.declared.map((column) => setterOf(column, this.columns[column.name]));
  }
}

function setterOf<Source>(column: Column<Source>, data: ColumnData): Setter<Source> {
  const { type, value } = column;
  if (type === 'double') {
    const cells = data as Float64Array;
    // Adding 0 makes one zero of two: a file keeps equal values once, and would give back either for both.
    return (source, row) => void (cells[row] = ((value(source) as number | null) ?? NaN) + 0);
  }
  if (type === 'int32' || type === 'int16') {
    const cells = data as Int32Array;
    const nothing = column.nullable ? INT_NULL[type] : undefined;
    return (source, row) => {
      const cell = value(source) as number | null;
      cells[row] = cell === null || cell !== cell ? (nothing ?? refuseNull(column)) : cell;
    };
  }
  if (type === 'boolean') {
    const cells = data as Uint8Array;
    return (source, row) => void (cells[row] = value(source) ? 1 : 0);
  }
  const cells = data as Row[string][];
  const nothing = type === 'int64' ? INT_NULL.int64 : null;
  return (source, row) => {
    const cell = value(source);
    cells[row] = cell ?? (column.nullable ? nothing : refuseNull(column));
  };
}

function refuseNull({ name: column }: ColumnContract): never {
  throw new Error(`${column} must not be null`);
}
