/**
 * Rows in one memory, and the nearest of a run of them to a query, exactly.
 *
 * Each row lies there twice: as floats, and coarsely, as integers of 16 bits in steps of one size. All rows are compared coarsely; how far
 * a row and a query are from their coarse ones is known, so that by the triangle inequality only the few rows whose coarse distance leaves
 * it open have to be compared as floats. What is found is what comparing every row as floats finds, ties and all.
 */
import { COARSE_LANES, COARSE_ROWS, coarseKernel, coarseLimit, coarseRows } from './coarseKernel';
import { Nearest } from './nearest';
import { scanRows, wasmKernel } from './scanKernel';
import { Memory } from './webAssembly';

/** Rows, and what is compared of them, are multiples of as many floats. */
export const LANES = COARSE_LANES;

const PAGE_BYTES = 65536;
const FLOAT_BYTES = 4;
const SHORT_BYTES = 2;

/** Of a coarse comparison. */
const MOST_SUM = 2 ** 31 - 1;

/** More than float distances are off by rounding, relative to them. */
const ROUNDING = 1e-5;

/** A query as rows are compared with it. */
export interface RowQuery {
  /** Stretches of a row that are compared: where one begins, and as many floats as count. */
  readonly runs: readonly { readonly from: number; readonly query: Float32Array }[];
  /** What squared distances are multiplied with. */
  readonly scale: number;
}

/** Rows that lie one behind another. */
export interface RowBlock {
  /** First float of the first row. */
  readonly from: number;
  /** Floats from a row to the next. */
  readonly stride: number;
  /** How each row is called. */
  readonly rows: Int32Array;
}

export class RowScan {
  /** The floats of all rows, to be filled before `ready`. */
  readonly rows: Float32Array;
  private readonly coarse: Int16Array;
  private readonly query: Float32Array;
  private readonly coarseQuery: Int16Array;
  private readonly sums: Int32Array;
  /** The distance of one row. */
  private readonly exact: Float32Array;
  private readonly memory: ReturnType<typeof memoryOf>;
  private readonly kernel: ReturnType<typeof wasmKernel> | undefined;
  private readonly kernels = new Map<number, ReturnType<typeof coarseKernel>>();
  private readonly limit: number;
  /** Rows that may be among the nearest. */
  private readonly open: Int32Array;
  /** Where sums are sorted. */
  private smallest = new Int32Array();
  /** What one step of the coarse integers is worth, and how far a row is from its coarse one at most. */
  private step = 1;
  private rowError = 0;

  /**
   * @param width most floats of a row, a multiple of `LANES`
   * @param run most rows of a block
   * @param capacity floats of all rows together
   * @param wasm whether to compare in WebAssembly; the result is the same
   */
  constructor(width: number, run: number, capacity: number, wasm = true) {
    this.limit = coarseLimit(width);
    this.open = new Int32Array(run);
    const slack = COARSE_ROWS * width;
    const found = Math.ceil((run + 1) / COARSE_ROWS) * COARSE_ROWS + COARSE_ROWS;
    this.memory = memoryOf(
      (width + COARSE_ROWS + capacity + found) * FLOAT_BYTES + (width + capacity + slack) * SHORT_BYTES,
      wasm,
    );
    const take = <Numbers>(type: Typed<Numbers>, length: number) => this.memory.take(type, length);
    this.query = take(Float32Array, width);
    this.exact = take(Float32Array, COARSE_ROWS);
    this.sums = take(Int32Array, found);
    this.rows = take(Float32Array, capacity);
    this.coarseQuery = take(Int16Array, width);
    this.coarse = take(Int16Array, capacity + slack);
    this.kernel = this.memory.wasm && wasmKernel(this.memory.wasm);
  }

  /** Bytes of the rows. */
  get bytes(): number {
    return this.rows.byteLength + this.coarse.byteLength;
  }

  /** To be called when all rows are filled. */
  ready(blocks: readonly RowBlock[]): void {
    const { rows, coarse, limit } = this;
    let most = 0;
    for (let k = 0; k < rows.length; k++) most = Math.max(most, Math.abs(rows[k]));
    this.step = most > 0 ? most / limit : 1;
    let worst = 0;
    for (const { from, stride, rows: names } of blocks)
      for (let at = from; at < from + names.length * stride; at += stride)
        worst = Math.max(worst, this.coarsen(rows, coarse, at, at + stride));
    this.rowError = Math.sqrt(worst);
  }

  /**
   * Offers the nearest of the first rows of a block: all that may be among the nearest.
   * @param known rows that are compared
   * @param allowed by name, 1 for rows that count; all do, without
   */
  offer(query: RowQuery, block: RowBlock, known: number, nearest: Nearest, allowed?: Uint8Array): void {
    if (known === 0) return;
    const { rows } = block;
    const { sums, error } = this.compareCoarsely(query, block, known);
    const { step } = this;
    const { capacity } = nearest;
    /** What the sum of a row must not exceed, if one that far away is near enough. */
    const mostOf = (distance: number) => Math.ceil(((distance * (1 + ROUNDING) + error) / step) ** 2);
    let most = Math.min(mostOf(Math.sqrt(nearest.bound / query.scale)), MOST_SUM);
    const { open } = this;
    let opened = 0;
    // Of their sums now and then only the smallest are kept.
    const smallest = this.smallestOf(capacity);
    let kept = 0;
    const narrow = () => {
      if (kept < capacity) return;
      smallest.subarray(0, kept).sort();
      kept = capacity;
      most = Math.min(most, mostOf(step * Math.sqrt(smallest[capacity - 1]) + error));
    };
    for (let k = 0; k < known; k++) {
      const sum = sums[k];
      if (sum > most || (allowed && allowed[rows[k]] !== 1)) continue;
      open[opened++] = k;
      smallest[kept++] = sum;
      if (kept === smallest.length) narrow();
    }
    narrow();
    if (query.runs.length === 1) this.query.set(query.runs[0].query);
    for (let i = 0; i < opened; i++) {
      const k = open[i];
      if (sums[k] <= most) nearest.offer(this.distance(query, block.from + k * block.stride), rows[k]);
    }
  }

  private smallestOf(capacity: number): Int32Array {
    if (this.smallest.length !== 4 * capacity) this.smallest = new Int32Array(4 * capacity);
    return this.smallest;
  }

  /** Squared distances in steps, and how far the distance of any row is from its coarse one at most. */
  private compareCoarsely(
    { runs }: RowQuery,
    { from, stride }: RowBlock,
    known: number,
  ): { sums: Int32Array; error: number } {
    let all: Int32Array | undefined;
    let error = 0;
    for (const { from: at, query } of runs) {
      error += this.coarsen(query, this.coarseQuery, 0, query.length);
      this.compareRun(query.length, from + at, stride, known);
      const sums = this.sums.subarray(0, known);
      if (runs.length === 1) all = sums;
      else if (!all) all = sums.slice();
      else for (let k = 0; k < known; k++) all[k] += sums[k];
    }
    return { sums: all!, error: Math.sqrt(error) + this.rowError };
  }

  private compareRun(width: number, from: number, stride: number, known: number): void {
    const { coarseQuery, coarse, sums, memory } = this;
    if (!memory.wasm) {
      coarseRows(coarseQuery.subarray(0, width), coarse, from, stride, sums.subarray(0, known));
      return;
    }
    const bytes = stride * SHORT_BYTES;
    const kernel = this.kernels.get(stride) ?? coarseKernel(memory.wasm, bytes);
    this.kernels.set(stride, kernel);
    kernel(
      coarseQuery.byteOffset,
      coarse.byteOffset + from * SHORT_BYTES,
      width * SHORT_BYTES,
      known,
      sums.byteOffset,
    );
  }

  /** Squared distance of one row, by floats. */
  private distance({ runs, scale }: RowQuery, row: number): number {
    const { kernel, query, rows, exact } = this;
    let sum = 0;
    for (const run of runs) {
      if (!kernel) scanRows(run.query, rows, row + run.from, 0, exact.subarray(0, 1));
      else {
        if (runs.length > 1) query.set(run.query);
        kernel(
          query.byteOffset,
          rows.byteOffset + (row + run.from) * FLOAT_BYTES,
          run.query.length * FLOAT_BYTES,
          0,
          1,
          exact.byteOffset,
        );
      }
      sum = Math.fround(sum + exact[0]);
    }
    return Math.fround(sum * scale);
  }

  /**
   * Floats as integers, at the same places.
   * @returns squared distance of the two
   */
  private coarsen(floats: Float32Array, integers: Int16Array, from: number, to: number): number {
    const { step, limit } = this;
    const perStep = 1 / step;
    let error = 0;
    for (let k = from; k < to; k++) {
      const value = floats[k] * perStep;
      const whole = value > limit ? limit : value < -limit ? -limit : Math.round(value);
      integers[k] = whole;
      error += (floats[k] - whole * step) ** 2;
    }
    return error;
  }
}

type Typed<Numbers> = {
  new (buffer: ArrayBuffer, at: number, length: number): Numbers;
  BYTES_PER_ELEMENT: number;
};

/** A memory that arrays are taken from one behind another, each where vectors of 16 bytes may begin. */
function memoryOf(bytes: number, wasm: boolean) {
  const all = bytes + 6 * 16;
  const memory = wasm ? new Memory({ initial: Math.ceil(all / PAGE_BYTES) }) : undefined;
  const buffer = memory?.buffer ?? new ArrayBuffer(all);
  let at = 0;
  return {
    wasm: memory,
    take<Numbers>(type: Typed<Numbers>, length: number): Numbers {
      const taken = new type(buffer, at, length);
      at = Math.ceil((at + length * type.BYTES_PER_ELEMENT) / 16) * 16;
      return taken;
    },
  };
}
