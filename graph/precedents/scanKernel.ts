/**
 * The inner loop of an exact comparison, as a WebAssembly module put together here: squared Euclidean distances of one query from
 * rows of 32-bit floats, four lanes at a time (128-bit SIMD, which every engine of Node 20 has).
 *
 * Sums are taken in a fixed order - four accumulators of four lanes, then pairwise - so that the same numbers come out everywhere, and
 * from `scanRows`, the same loop in JavaScript, bit for bit.
 */
import {
  add,
  ADD,
  AND,
  compile,
  constant,
  EQZ,
  GE_U,
  get,
  load,
  set,
  simd,
  SUB,
  TEE,
  until,
  zero,
} from './wasmModule';
import type { WasmMemory } from './webAssembly';

/** Floats taken in one step of the main loop; what is left of a row is taken by fours. */
const STEP = 16;

/** Rows are a multiple of this many floats. */
const LANES = 4;

interface Kernel {
  /**
   * All in bytes but `rows`; everything lies in the memory the kernel was made with.
   * @param width bytes of a row that count, a multiple of 16
   * @param stride bytes from a row to the next
   * @param out receives a float a row
   */
  (query: number, row: number, width: number, stride: number, rows: number, out: number): void;
}

/**
 * What the kernel computes, in JavaScript.
 * @param query as many floats as count of each row, a multiple of 4
 * @param from first float of the first row in `rows`
 * @param stride floats from a row to the next
 */
export function scanRows(
  query: Float32Array,
  rows: Float32Array,
  from: number,
  stride: number,
  out: Float32Array,
): void {
  const { fround } = Math;
  const sums = new Float32Array(STEP);
  const whole = query.length - (query.length % STEP);
  for (let i = 0, row = from; i < out.length; i++, row += stride) {
    sums.fill(0);
    for (let k = 0; k < query.length; k++) {
      const difference = fround(query[k] - rows[row + k]);
      sums[k < whole ? k % STEP : k % LANES] += fround(difference * difference);
    }
    const lane = (l: number) =>
      fround(fround(sums[l] + sums[l + LANES]) + fround(sums[l + 2 * LANES] + sums[l + 3 * LANES]));
    out[i] = fround(fround(lane(0) + lane(1)) + fround(lane(2) + lane(3)));
  }
}

const F32_ADD = 0x92;
const F32_STORE = 0x38;
const V_ADD = simd(0xe4);
const V_SUB = simd(0xe5);
const V_MUL = simd(0xe6);

/** Locals: the parameters, two places in query and row, two ends, and four sums. */
const [QUERY, ROW, WIDTH, STRIDE, ROWS, OUT, Q, R, WHOLE, ALL, SUM] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const DIFFERENCE = SUM + 4;

const lane = (l: number) => [...get(SUM), ...simd(0x1f), l];

/** sum += (query - row)^2, four floats from `offset` bytes on. */
const accumulate = (sum: number, offset: number): number[] => [
  ...load(Q, offset),
  ...load(R, offset),
  ...V_SUB,
  TEE,
  DIFFERENCE,
  ...get(DIFFERENCE),
  ...V_MUL,
  ...get(sum),
  ...V_ADD,
  ...set(sum),
];

/** `body` while R is before an end, by steps of some bytes. */
const whileBefore = (end: number, step: number, body: readonly number[]): number[] =>
  until([...get(R), ...get(end), GE_U], [...body, ...add(Q, step), ...add(R, step)]);

/** The kernel over a memory. */
export function wasmKernel(memory: WasmMemory): Kernel {
  const sums = [0, 1, 2, 3].map((k) => SUM + k);
  const row = [
    sums.flatMap((sum) => [...zero, ...set(sum)]),
    [...get(QUERY), ...set(Q), ...get(ROW), ...set(R)],
    [...get(ROW), ...get(WIDTH), ...constant(-4 * STEP), AND, ADD, ...set(WHOLE)],
    [...get(ROW), ...get(WIDTH), ADD, ...set(ALL)],
    whileBefore(
      WHOLE,
      4 * STEP,
      sums.flatMap((sum, k) => accumulate(sum, 16 * k)),
    ),
    whileBefore(ALL, 4 * LANES, accumulate(SUM, 0)),
    [...get(SUM), ...get(SUM + 1), ...V_ADD, ...get(SUM + 2), ...get(SUM + 3), ...V_ADD, ...V_ADD],
    set(SUM),
    [...get(OUT), ...lane(0), ...lane(1), F32_ADD, ...lane(2), ...lane(3), F32_ADD, F32_ADD],
    [F32_STORE, 2, 0],
    add(OUT, 4),
    [...get(ROW), ...get(STRIDE), ADD, ...set(ROW)],
    [...get(ROWS), ...constant(1), SUB, ...set(ROWS)],
  ].flat();
  const body = until([...get(ROWS), EQZ], row);
  return compile(memory, { parameters: 6, integers: 4, vectors: 5, body });
}
