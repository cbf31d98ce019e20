/** Rows of floats in one memory, and the squared distances of a query from runs of them. */
import { scanRows, wasmKernel } from './scanKernel';
import { Memory } from './webAssembly';

const PAGE_BYTES = 65536;
const FLOAT_BYTES = 4;

export class RowScan {
  private readonly floats: Float32Array;
  private readonly kernel: ReturnType<typeof wasmKernel> | undefined;
  private readonly queryFloats: number;
  private readonly firstRow: number;

  /**
   * @param width most floats of a row, a multiple of 4
   * @param run most rows that are compared at once
   * @param capacity floats of all rows together
   * @param wasm whether to scan in WebAssembly; the result is the same
   */
  constructor(width: number, run: number, capacity: number, wasm = true) {
    this.queryFloats = width;
    this.firstRow = width + run;
    const total = this.firstRow + capacity;
    if (!wasm) {
      this.floats = new Float32Array(total);
      return;
    }
    const memory = new Memory({ initial: Math.ceil((total * FLOAT_BYTES) / PAGE_BYTES) });
    this.floats = new Float32Array(memory.buffer, 0, total);
    this.kernel = wasmKernel(memory);
  }

  /** The floats of all rows, to be filled. */
  get rows(): Float32Array {
    return this.floats.subarray(this.firstRow);
  }

  /**
   * @param query floats, a multiple of 4
   * @param from first float of the first row that is compared
   * @param stride floats from a row to the next
   * @returns a distance a row, valid until the next call
   */
  distances(query: Float32Array, from: number, stride: number, rows: number): Float32Array {
    const { floats, kernel, queryFloats: out, firstRow } = this;
    const found = floats.subarray(out, out + rows);
    if (!kernel) {
      scanRows(query, floats, firstRow + from, stride, found);
      return found;
    }
    floats.set(query, 0);
    kernel(
      0,
      (firstRow + from) * FLOAT_BYTES,
      query.length * FLOAT_BYTES,
      stride * FLOAT_BYTES,
      rows,
      out * FLOAT_BYTES,
    );
    return found;
  }
}
