/**
 * The inner loop of a first, coarse comparison: squared distances of one query from many rows of 16-bit integers, eight lanes at a time and
 * four rows at once, as a WebAssembly module put together here. Half the bytes of floats are read, and half the steps taken. All is
 * exact: sums of integers that are small enough not to overflow.
 */
import {
  ADD,
  add,
  compile,
  constant,
  GE_U,
  get,
  LE_S,
  load,
  set,
  simd,
  SUB,
  TEE,
  until,
  zero,
} from './wasmModule';
import type { WasmMemory } from './webAssembly';

/** Integers taken in one step: rows are a multiple of as many. */
export const COARSE_LANES = 8;

/** Rows compared at once: that many are read and written, whatever of them is wanted. */
export const COARSE_ROWS = 4;

/** Largest absolute integer of rows and queries of some width: sums of squared differences stay within 31 bits. */
export const coarseLimit = (width: number): number => Math.floor(Math.sqrt((2 ** 31 - 1) / width) / 2);

interface Kernel {
  /**
   * All in bytes but `rows`; everything lies in the memory the kernel was made with.
   * @param width bytes of a row that count, a multiple of 16
   * @param out receives an integer of 32 bits a row, up to a multiple of `COARSE_ROWS`
   */
  (query: number, row: number, width: number, rows: number, out: number): void;
}

/** What the kernel computes, in JavaScript. */
export function coarseRows(
  query: Int16Array,
  rows: Int16Array,
  from: number,
  stride: number,
  out: Int32Array,
): void {
  for (let i = 0, row = from; i < out.length; i++, row += stride) {
    let sum = 0;
    for (let k = 0; k < query.length; k++) sum += (query[k] - rows[row + k]) ** 2;
    out[i] = sum;
  }
}

const STORE = [...simd(0x0b), 2, 0];
const I16_SUB = simd(0x91);
const DOT = simd(0xba);
const I32_ADD = simd(0xae);

/** Locals: the parameters, two places in query and row, the end of the row; the query's integers, a difference, and four sums. */
const [QUERY, ROW, WIDTH, ROWS, OUT, Q, R, ENDS, ASKED, DIFFERENCE, SUM] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** The lanes of two vectors, 0 to 7, that a new one is made of. */
const shuffle = (...lanes: number[]) => [
  ...simd(0x0d),
  ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte)),
];

/** Lane by lane: first and third, of two vectors in turn, plus second and fourth. */
const halves = (a: readonly number[], b: readonly number[]): number[] => [
  ...a,
  ...b,
  ...shuffle(0, 4, 1, 5),
  ...a,
  ...b,
  ...shuffle(2, 6, 3, 7),
  ...I32_ADD,
];

/** @param stride bytes from a row to the next */
export function coarseKernel(memory: WasmMemory, stride: number): Kernel {
  const sums = Array.from({ length: COARSE_ROWS }, (_, k) => SUM + k);
  const step = [
    ...load(Q, 0),
    ...set(ASKED),
    ...sums.flatMap((sum, k) => [
      ...get(ASKED),
      ...load(R, k * stride),
      ...I16_SUB,
      TEE,
      DIFFERENCE,
      ...get(DIFFERENCE),
      ...DOT,
      ...get(sum),
      ...I32_ADD,
      ...set(sum),
    ]),
    ...add(Q, 2 * COARSE_LANES),
    ...add(R, 2 * COARSE_LANES),
  ];
  const [a, b, c, d] = sums.map(get);
  const fourRows = [
    sums.flatMap((sum) => [...zero, ...set(sum)]),
    [...get(QUERY), ...set(Q), ...get(ROW), ...set(R)],
    [...get(ROW), ...get(WIDTH), ADD, ...set(ENDS)],
    until([...get(R), ...get(ENDS), GE_U], step),
    [...halves(a, b), ...set(SUM), ...halves(c, d), ...set(SUM + 1)],
    get(OUT),
    [...get(SUM), ...get(SUM + 1), ...shuffle(0, 1, 4, 5)],
    [...get(SUM), ...get(SUM + 1), ...shuffle(2, 3, 6, 7)],
    I32_ADD,
    STORE,
    add(OUT, 4 * COARSE_ROWS),
    add(ROW, COARSE_ROWS * stride),
    [...get(ROWS), ...constant(COARSE_ROWS), SUB, ...set(ROWS)],
  ].flat();
  const body = until([...get(ROWS), ...constant(0), LE_S], fourRows);
  return compile(memory, { parameters: 5, integers: 3, vectors: 6, body });
}
