/** Tables in tests. */
import {
  allocateColumn,
  INT_NULL,
  isNumericType,
  type ColumnContract,
  type ColumnData,
  type Row,
  type TableBatch,
  type TableContract,
} from '../../graph/datasets/schema';

/** The rows of a batch as objects of what their columns hold. */
export function rowsOf({ columns, rowCount }: TableBatch): Row[] {
  return Array.from({ length: rowCount }, (_, i) =>
    Object.fromEntries(Object.entries(columns).map(([name, data]) => [name, data[i] as Row[string]])),
  );
}

/** Collects rows given as objects into a `TableBatch`, growing as needed. */
export class TableBuilder {
  private rows = 0;
  private capacity = 64;
  private readonly stored: ColumnContract[];
  private columns: Record<string, ColumnData> = {};

  constructor(readonly contract: TableContract) {
    this.stored = contract.columns.filter((column) => !contract.partitionBy.includes(column.name));
    for (const { name, type } of this.stored) this.columns[name] = allocateColumn(type, this.capacity);
  }

  get length(): number {
    return this.rows;
  }

  /**
   * Adds one row. Partition columns in it are ignored.
   * @throws Error if a column is missing, or null where the contract does not allow it
   */
  push(row: Row): void {
    if (this.rows === this.capacity) this.grow();
    for (const column of this.stored) {
      const value = row[column.name];
      if (value === undefined) throw new Error(`${this.contract.name}: row lacks column ${column.name}`);
      if (value === null && !column.nullable)
        throw new Error(`${this.contract.name}.${column.name} must not be null`);
      this.set(column, this.rows, value);
    }
    this.rows++;
  }

  build(): TableBatch {
    return { contract: this.contract, rowCount: this.rows, columns: this.columns };
  }

  private set({ name, type }: ColumnContract, at: number, value: Row[string]): void {
    const data = this.columns[name];
    if (type === 'int64') (data as BigInt64Array)[at] = value === null ? INT_NULL.int64 : (value as bigint);
    else if (type === 'int32' || type === 'int16')
      (data as Int32Array)[at] = value === null ? INT_NULL[type] : (value as number);
    // Adding 0 makes one zero of two: a file keeps equal values once, and would give back either for both.
    else if (type === 'double') (data as Float64Array)[at] = value === null ? NaN : (value as number) + 0;
    else if (type === 'boolean') (data as Uint8Array)[at] = value ? 1 : 0;
    else (data as Row[string][])[at] = value;
  }

  private grow(): void {
    this.capacity *= 2;
    for (const { name, type } of this.stored) {
      if (!isNumericType(type)) continue;
      const wider = allocateColumn(type, this.capacity) as Float64Array;
      wider.set(this.columns[name] as Float64Array);
      this.columns[name] = wider;
    }
  }
}
