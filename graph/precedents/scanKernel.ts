/**
 * The inner loop of an exact search, as a WebAssembly module put together here: squared Euclidean distances of one query from many
 * rows of 32-bit floats, four lanes at a time (128-bit SIMD, which every engine of Node 20 has).
 *
 * Sums are taken in a fixed order - four accumulators of four lanes, then pairwise - so that the same numbers come out everywhere, and
 * from `scanRows`, the same loop in JavaScript, bit for bit.
 */

import { Instance, Module, type WasmMemory } from './webAssembly';

/** Floats taken in one step of the main loop; what is left of a row is taken by fours. */
const STEP = 16;

/** Rows are padded with zeros to a multiple of this many floats. */
export const LANES = 4;

interface Kernel {
  /**
   * All in bytes but `rows`; everything lies in the memory the kernel was made with.
   * @param width bytes of a row that count, a multiple of 16
   * @param stride bytes from a row to the next
   * @param out receives a float a row
   */
  (query: number, row: number, width: number, stride: number, rows: number, out: number): void;
}

/** The kernel over a memory. */
export function wasmKernel(memory: WasmMemory): Kernel {
  const { exports } = new Instance(new Module(moduleBytes()), {
    env: { memory },
  });
  return exports.scan as unknown as Kernel;
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

// The module's text, as numbers: https://webassembly.github.io/spec/core/binary/
const I32 = 0x7f;
const V128 = 0x7b;
const FUNCTION = 0x60;
const VOID = 0x40;
const [BLOCK, LOOP, END, BR, BR_IF] = [0x02, 0x03, 0x0b, 0x0c, 0x0d];
const [GET, SET, TEE] = [0x20, 0x21, 0x22];
const [EQZ, GE_U, ADD, SUB, AND] = [0x45, 0x4f, 0x6a, 0x6b, 0x71];
const F32_ADD = 0x92;
const F32_STORE = 0x38;

/** LEB128. */
function unsigned(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const low = value & 0x7f;
  const rest = value >> 7;
  return (rest === 0 && !(low & 0x40)) || (rest === -1 && low & 0x40) ? [low] : [low | 0x80, ...signed(rest)];
}

const sized = (bytes: readonly number[]) => [...unsigned(bytes.length), ...bytes];
const section = (id: number, ...entries: number[][]) => [
  id,
  ...sized([...unsigned(entries.length), ...entries.flat()]),
];
const text = (value: string) => sized(Array.from(value, (letter) => letter.charCodeAt(0)));
const simd = (code: number) => [0xfd, ...unsigned(code)];
const constant = (value: number) => [0x41, ...signed(value)];
const get = (local: number) => [GET, local];
const set = (local: number) => [SET, local];

/** Locals: the parameters, two places in query and row, two ends, and four sums. */
const [QUERY, ROW, WIDTH, STRIDE, ROWS, OUT, Q, R, WHOLE, ALL, SUM] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

const load = (local: number, offset: number) => [...get(local), ...simd(0x00), 2, ...unsigned(offset)];
const V_ADD = simd(0xe4);
const V_SUB = simd(0xe5);
const V_MUL = simd(0xe6);
const zero = [...simd(0x0c), ...Array<number>(16).fill(0)];
const lane = (l: number) => [...get(SUM), ...simd(0x1f), l];

/** sum += (query - row)^2, four floats from `offset` bytes on. */
function accumulate(sum: number, offset: number, difference: number): number[] {
  return [
    ...load(Q, offset),
    ...load(R, offset),
    ...V_SUB,
    TEE,
    difference,
    ...get(difference),
    ...V_MUL,
    ...get(sum),
    ...V_ADD,
    ...set(sum),
  ];
}

/** `body` while R is before an end, by steps of some bytes. */
const whileBefore = (end: number, step: number, body: readonly number[]) =>
  [
    [BLOCK, VOID, LOOP, VOID],
    [...get(R), ...get(end), GE_U, BR_IF, 1],
    body,
    [...get(Q), ...constant(step), ADD, ...set(Q)],
    [...get(R), ...constant(step), ADD, ...set(R)],
    [BR, 0, END, END],
  ].flat();

function moduleBytes(): Uint8Array<ArrayBuffer> {
  const difference = SUM + 4;
  const sums = [0, 1, 2, 3].map((k) => SUM + k);
  const body = [
    [BLOCK, VOID, LOOP, VOID],
    [...get(ROWS), EQZ, BR_IF, 1],
    sums.flatMap((sum) => [...zero, ...set(sum)]),
    [...get(QUERY), ...set(Q), ...get(ROW), ...set(R)],
    [...get(ROW), ...get(WIDTH), ...constant(-4 * STEP), AND, ADD, ...set(WHOLE)],
    [...get(ROW), ...get(WIDTH), ADD, ...set(ALL)],
    whileBefore(
      WHOLE,
      4 * STEP,
      sums.flatMap((sum, k) => accumulate(sum, 16 * k, difference)),
    ),
    whileBefore(ALL, 4 * LANES, accumulate(SUM, 0, difference)),
    [...get(SUM), ...get(SUM + 1), ...V_ADD, ...get(SUM + 2), ...get(SUM + 3), ...V_ADD, ...V_ADD],
    set(SUM),
    [...get(OUT), ...lane(0), ...lane(1), F32_ADD, ...lane(2), ...lane(3), F32_ADD, F32_ADD],
    [F32_STORE, 2, 0],
    [...get(OUT), ...constant(4), ADD, ...set(OUT)],
    [...get(ROW), ...get(STRIDE), ADD, ...set(ROW)],
    [...get(ROWS), ...constant(1), SUB, ...set(ROWS)],
    [BR, 0, END, END, END],
  ].flat();
  const locals = [...unsigned(2), ...unsigned(4), I32, ...unsigned(5), V128];
  return Uint8Array.from(
    [
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [FUNCTION, 6, I32, I32, I32, I32, I32, I32, 0]),
      section(2, [...text('env'), ...text('memory'), 2, 0, 0]),
      section(3, [0]),
      section(7, [...text('scan'), 0, 0]),
      section(10, sized([...locals, ...body])),
    ].flat(),
  );
}
