/** Records of a raw file as a Parquet file of their own. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { UNDEF_TIMESTAMP, type DbnRecord } from '../../graph/dbn';
import type { ColumnType, RecordColumn } from '../../graph/dbn/columns';
import { UNDEF_PRICE } from '../../graph/records/mbo';
import { quote, quoteName } from './engine';
import { withRowSource, type RowBlock } from './rowSource';
import type { VectorData, VectorType } from './vectors';

/** Rows gathered before they are handed to DuckDB. */
const BLOCK_ROWS = 8 * 2048;

const HELD: Record<ColumnType, { type: VectorType; make: (rows: number) => VectorData }> = {
  u8: { type: 'uint8', make: (rows) => new Uint8Array(rows) },
  u16: { type: 'uint16', make: (rows) => new Uint16Array(rows) },
  u32: { type: 'uint32', make: (rows) => new Uint32Array(rows) },
  u64: { type: 'uint64', make: (rows) => new BigUint64Array(rows) },
  i8: { type: 'int16', make: (rows) => new Int16Array(rows) },
  i16: { type: 'int16', make: (rows) => new Int16Array(rows) },
  i32: { type: 'int32', make: (rows) => new Int32Array(rows) },
  i64: { type: 'int64', make: (rows) => new BigInt64Array(rows) },
  char: { type: 'string', make: () => [] },
  text: { type: 'string', make: () => [] },
};

/**
 * A table of records, filled in pieces and written as one file; beyond DuckDB's memory it goes to the spill folder.
 *
 * Integers are as they are stored. In the readable form prices are decimals with nine places and times are timestamps (UTC) to the
 * nanosecond, and what is undefined is null. Letters that are not there are null. `symbol` comes last.
 */
export class RecordTable {
  private full: RowBlock[] = [];
  private data: VectorData[] = [];
  private rows = 0;
  private created = false;

  constructor(
    private readonly connection: DuckDBConnection,
    private readonly columns: readonly RecordColumn[],
    private readonly pretty: boolean,
  ) {
    this.beginBlock();
  }

  /** Adds a record; call `drain` between larger amounts. */
  add(record: DbnRecord, symbol: string | null): void {
    const { columns, data, rows } = this;
    for (let k = 0; k < columns.length; k++) {
      const value = columns[k].valueIn(record);
      data[k][rows] = columns[k].type === 'char' && value === '\0' ? null : (value as never);
    }
    data[columns.length][rows] = symbol as never;
    if (++this.rows === BLOCK_ROWS) this.endBlock();
  }

  /** Hands whole blocks to DuckDB. */
  async drain(): Promise<void> {
    if (this.full.length === 0) return;
    const blocks = this.full;
    this.full = [];
    await withRowSource(blocks, async (table) => {
      const rows = `SELECT ${this.select()} FROM ${table}`;
      const into = this.created ? 'INSERT INTO records' : 'CREATE TEMP TABLE records AS';
      await this.connection.run(`${into} ${rows}`);
    });
    this.created = true;
  }

  /** Writes everything to a file. */
  async write(file: string): Promise<void> {
    this.endBlock();
    await this.drain();
    await this.connection.run(`COPY records TO ${quote(file)} (FORMAT parquet, COMPRESSION zstd)`);
  }

  private beginBlock(): void {
    this.data = [...this.columns.map(({ type }) => HELD[type].make(BLOCK_ROWS)), []];
    this.rows = 0;
  }

  private endBlock(): void {
    const held = this.columns.map(({ name, type }, k) => ({
      name,
      type: HELD[type].type,
      data: this.data[k],
    }));
    const symbols = { name: 'symbol', type: 'string' as const, data: this.data[held.length] };
    const columns = [...held, symbols];
    this.full.push({ rowCount: this.rows, columns });
    this.beginBlock();
  }

  private select(): string {
    const list = this.columns.map(({ name, unit }) => {
      const column = quoteName(name);
      if (!this.pretty || unit === undefined) return column;
      // A product of decimals is exact; a quotient would be a double.
      return unit === 'price'
        ? `(nullif(${column}, ${UNDEF_PRICE})::DECIMAL(19, 0) * 0.000000001)::DECIMAL(19, 9) AS ${column}`
        : `make_timestamp_ns(nullif(${column}, ${UNDEF_TIMESTAMP})::BIGINT) AS ${column}`;
    });
    return [...list, 'symbol'].join(', ');
  }
}
