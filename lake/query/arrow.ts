/** Results of queries as Arrow IPC, which programs read without parsing: piece by piece, however many rows there are. */
import type { DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import {
  Field,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  Schema,
  Struct,
} from 'apache-arrow';
import { arrowColumn } from './arrowColumns';

/** `stream` is read from its beginning on; `file` ends with an index of its batches, so that a reader may begin anywhere. */
export type ArrowForm = 'stream' | 'file';

/** Batches of rows are put together to about this many: readers work batch by batch, and DuckDB's are small. */
const BATCH_ROWS = 64 * 1024;

/** Writes chunks of DuckDB's as Arrow IPC. */
export class ArrowWriter {
  private readonly columns: readonly ReturnType<typeof arrowColumn>[];
  private readonly schema: Schema;
  private readonly writer: Collecting;
  private waiting: DuckDBDataChunk[] = [];
  private rows = 0;

  /** @param metadata of the schema, which a reader gets before the first row */
  constructor(
    names: readonly string[],
    types: readonly DuckDBType[],
    form: ArrowForm,
    metadata?: ReadonlyMap<string, string>,
  ) {
    this.columns = types.map(arrowColumn);
    this.schema = new Schema(
      names.map((name, k) => new Field(name, this.columns[k].type, true)),
      new Map(metadata),
    );
    this.writer = form === 'file' ? new FileParts() : new StreamParts();
    this.writer.reset(undefined, this.schema);
  }

  /** @returns bytes to write next, none where rows are still held back */
  add(chunk: DuckDBDataChunk): Uint8Array {
    this.waiting.push(chunk);
    this.rows += chunk.rowCount;
    return this.rows < BATCH_ROWS ? new Uint8Array() : this.flush();
  }

  /** @returns the last bytes */
  end(): Uint8Array {
    // A result without rows has a schema, and one empty batch to carry it.
    const rest = this.flush();
    this.writer.finish();
    return Buffer.concat([rest, this.writer.taken()]);
  }

  private flush(): Uint8Array {
    const children = this.columns.map((column, k) =>
      column.data(this.waiting.flatMap((chunk) => chunk.getColumnVector(k).toArray())),
    );
    const { fields } = this.schema;
    const data = makeData({ type: new Struct(fields), length: this.rows, nullCount: 0, children });
    this.writer.write(new RecordBatch(this.schema, data));
    this.waiting = [];
    this.rows = 0;
    return this.writer.taken();
  }
}

interface Collecting extends RecordBatchStreamWriter {
  /** What has been written since the last call. */
  taken(): Uint8Array;
}

/** Arrow's writers keep what they have written in a queue without end; these hand it over. */
class StreamParts extends RecordBatchStreamWriter {
  private parts: Uint8Array[] = [];

  taken(): Uint8Array {
    return Buffer.concat(this.parts.splice(0));
  }

  protected override _write(chunk: ArrayBufferView): this {
    this._position += collect(this.parts, chunk);
    return this;
  }
}

class FileParts extends RecordBatchFileWriter {
  private parts: Uint8Array[] = [];

  taken(): Uint8Array {
    return Buffer.concat(this.parts.splice(0));
  }

  protected override _write(chunk: ArrayBufferView): this {
    this._position += collect(this.parts, chunk);
    return this;
  }
}

/** @returns how many bytes that were */
function collect(parts: Uint8Array[], chunk: ArrayBufferView): number {
  if (chunk.byteLength > 0) parts.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
  return chunk.byteLength;
}
