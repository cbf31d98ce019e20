/** Rows of one table that came in several batches, as one. */
import { allocateColumn, type ColumnData, type TableBatch, type TableContract } from './schema';

export class GatheredRows {
  private readonly batches: TableBatch[] = [];
  private rows = 0;

  constructor(readonly contract: TableContract) {}

  add(batch: TableBatch): void {
    if (batch.rowCount === 0) return;
    this.batches.push(batch);
    this.rows += batch.rowCount;
  }

  /** All rows in the order in which they came. */
  build(): TableBatch {
    const { contract, rows } = this;
    const columns: Record<string, ColumnData> = {};
    for (const { name, type } of contract.columns) {
      if (contract.partitionBy.includes(name)) continue;
      const whole = allocateColumn(type, rows);
      this.copy(name, whole);
      columns[name] = whole;
    }
    return { contract, rowCount: rows, columns };
  }

  private copy(name: string, whole: ColumnData): void {
    let at = 0;
    for (const { columns, rowCount } of this.batches) {
      const part = columns[name];
      if (Array.isArray(whole)) for (let i = 0; i < rowCount; i++) whole[at + i] = part[i] as string;
      else (whole as Float64Array).set(firstOf(part as Float64Array, rowCount), at);
      at += rowCount;
    }
  }
}

/** The array itself where it has no more: a view of a small array costs more than its copy. */
const firstOf = (part: Float64Array, count: number) =>
  part.length === count ? part : part.subarray(0, count);

/** Rows of several tables, in the order in which tables first appeared. */
export class GatheredTables {
  private readonly tables = new Map<string, GatheredRows>();

  add(batches: readonly TableBatch[]): void {
    for (const batch of batches) {
      const { name } = batch.contract;
      let table = this.tables.get(name);
      if (!table) this.tables.set(name, (table = new GatheredRows(batch.contract)));
      table.add(batch);
    }
  }

  build(): Map<string, TableBatch> {
    return new Map([...this.tables].map(([name, table]) => [name, table.build()]));
  }
}
