/** WebAssembly put together here: its instructions as numbers, and a module of one function. */
import { Instance, Module, type WasmMemory } from './webAssembly';

// https://webassembly.github.io/spec/core/binary/
const I32 = 0x7f;
const V128 = 0x7b;
const FUNCTION = 0x60;
export const VOID = 0x40;
export const [BLOCK, LOOP, END, BR, BR_IF] = [0x02, 0x03, 0x0b, 0x0c, 0x0d];
const [GET, SET] = [0x20, 0x21];
export const TEE = 0x22;
export const [EQZ, GE_U, LE_S, ADD, SUB, AND] = [0x45, 0x4f, 0x4c, 0x6a, 0x6b, 0x71];

/** LEB128. */
export function unsigned(value: number): number[] {
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
export const simd = (code: number) => [0xfd, ...unsigned(code)];
export const constant = (value: number) => [0x41, ...signed(value)];
export const get = (local: number) => [GET, local];
export const set = (local: number) => [SET, local];
/** The 16 bytes at an address in a local, and an offset. */
export const load = (local: number, offset: number) => [...get(local), ...simd(0x00), 2, ...unsigned(offset)];
export const zero = [...simd(0x0c), ...Array<number>(16).fill(0)];

/** `body` until `end`, a condition, is true. */
export const until = (end: readonly number[], body: readonly number[]): number[] => [
  BLOCK,
  VOID,
  LOOP,
  VOID,
  ...end,
  BR_IF,
  1,
  ...body,
  BR,
  0,
  END,
  END,
];

export const add = (local: number, step: number): number[] => [
  ...get(local),
  ...constant(step),
  ADD,
  ...set(local),
];

/** A function of 32-bit integers without a result. */
interface Code {
  readonly parameters: number;
  /** Further locals: integers, then vectors. */
  readonly integers: number;
  readonly vectors: number;
  readonly body: readonly number[];
}

/** The function, over a memory. */
export function compile(
  memory: WasmMemory,
  { parameters, integers, vectors, body }: Code,
): (...of: number[]) => void {
  const locals = [...unsigned(2), ...unsigned(integers), I32, ...unsigned(vectors), V128];
  const bytes = Uint8Array.from(
    [
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      section(1, [FUNCTION, parameters, ...Array<number>(parameters).fill(I32), 0]),
      section(2, [...text('env'), ...text('memory'), 2, 0, 0]),
      section(3, [0]),
      section(7, [...text('run'), 0, 0]),
      section(10, sized([...locals, ...body, END])),
    ].flat(),
  );
  return new Instance(new Module(bytes), { env: { memory } }).exports.run as (...of: number[]) => void;
}
