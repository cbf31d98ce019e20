/** Rows collected as plain numbers, one a column, and turned into a table when they are taken. */
import type { ColumnContract, ColumnData, TableBatch, TableContract } from '../datasets/schema';
import { NumberList } from '../state/memory';

/** What a number stands for in a column that holds no plain number: an instant, a name. */
export type Meanings = Readonly<Record<string, (value: number) => bigint | string>>;

const isStored = (contract: TableContract) => (column: ColumnContract) =>
  !contract.partitionBy.includes(column.name);

export class RowList extends NumberList {
  private readonly stored: readonly ColumnContract[];

  /** @param meanings for every column that is neither `int32` nor `double`, by name */
  constructor(
    private readonly contract: TableContract,
    private readonly meanings: Meanings,
  ) {
    const stored = contract.columns.filter(isStored(contract));
    super(stored.length);
    this.stored = stored;
  }

  get rowCount(): number {
    return this.length / this.width;
  }

  /** The rows so far, as a table; starts anew. */
  take(): TableBatch {
    const columns: Record<string, ColumnData> = {};
    for (const [at, column] of this.stored.entries()) columns[column.name] = this.column(column, at);
    const batch = { contract: this.contract, rowCount: this.rowCount, columns };
    this.clear();
    return batch;
  }

  private column({ name, type }: ColumnContract, at: number): ColumnData {
    const { values, width, rowCount } = this;
    if (type === 'int32' || type === 'double') {
      const column = type === 'int32' ? new Int32Array(rowCount) : new Float64Array(rowCount);
      // Adding 0 makes one zero of two: a file keeps equal values once, and would give back either for both.
      for (let row = 0; row < rowCount; row++) column[row] = values[row * width + at] + 0;
      return column;
    }
    const meaning = this.meanings[name];
    const stored = Array.from({ length: rowCount }, (_, row) => meaning(values[row * width + at]));
    return type === 'int64' ? BigInt64Array.from(stored as bigint[]) : (stored as string[]);
  }
}
