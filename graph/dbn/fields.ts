/**
 * The pieces DBN structs are made of. A layout is the list of a struct's fields in wire order; where each
 * field lies, how it is read, how it is written and what TypeScript type the record has all follow from that
 * one list.
 */
import { SpymasterError } from '../errors';
import { HEADER_BYTES } from './constants';

export type FieldType =
  'u8' | 'u16' | 'u32' | 'u64' | 'i8' | 'i16' | 'i32' | 'i64' | 'char' | 'text' | 'pad' | 'list';

/** One field on the wire, little-endian. */
interface Field<T> {
  readonly type: FieldType;
  readonly bytes: number;
  /** How often a list's struct comes, and of which fields it is. */
  readonly entries?: { readonly count: number; readonly fields: Fields };
  read(view: DataView, at: number): T;
  /** @throws SpymasterError BadArgument if the value does not fit */
  write(view: DataView, at: number, value: T): void;
}

type Fields = Readonly<Record<string, Field<unknown>>>;

/** The plain object a list of fields decodes into; padding is left out. */
export type Decoded<F extends Fields> = {
  [K in keyof F as F[K] extends Field<undefined> ? never : K]: F[K] extends Field<infer T> ? T : never;
};

/** A struct: its fields in wire order behind the record header. */
export interface Layout<F extends Fields = Fields> {
  readonly fields: F;
  /** Bytes of the whole record, header included, without `ts_out`. */
  readonly bytes: number;
  /** Byte offset of each field within the record. */
  readonly offsets: Readonly<Record<keyof F & string, number>>;
}

function integer(
  type: FieldType,
  bytes: number,
  min: number,
  max: number,
  get: Getter<number>,
  set: Setter<number>,
): Field<number> {
  return {
    type,
    bytes,
    read: (view, at) => view[get](at, true),
    write(view, at, value) {
      if (!Number.isInteger(value) || value < min || value > max)
        throw misfit(value, `a whole number from ${min} to ${max}`);
      view[set](at, value, true);
    },
  };
}

function wide(
  type: FieldType,
  min: bigint,
  max: bigint,
  get: Getter<bigint>,
  set: Setter<bigint>,
): Field<bigint> {
  return {
    type,
    bytes: 8,
    read: (view, at) => view[get](at, true),
    write(view, at, value) {
      if (typeof value !== 'bigint' || value < min || value > max)
        throw misfit(value, `a bigint from ${min} to ${max}`);
      view[set](at, value, true);
    },
  };
}

export const u8 = integer('u8', 1, 0, 0xff, 'getUint8', 'setUint8');
export const u16 = integer('u16', 2, 0, 0xffff, 'getUint16', 'setUint16');
export const u32 = integer('u32', 4, 0, 0xffff_ffff, 'getUint32', 'setUint32');
export const i8 = integer('i8', 1, -0x80, 0x7f, 'getInt8', 'setInt8');
export const i16 = integer('i16', 2, -0x8000, 0x7fff, 'getInt16', 'setInt16');
export const i32 = integer('i32', 4, -0x8000_0000, 0x7fff_ffff, 'getInt32', 'setInt32');
export const u64 = wide('u64', 0n, 2n ** 64n - 1n, 'getBigUint64', 'setBigUint64');
export const i64 = wide('i64', -(2n ** 63n), 2n ** 63n - 1n, 'getBigInt64', 'setBigInt64');

/** One byte that is a letter, e.g. an action or a side. */
export const char: Field<string> = {
  type: 'char',
  bytes: 1,
  read: (view, at) => String.fromCharCode(view.getUint8(at)),
  write(view, at, value) {
    if (value.length !== 1 || value.charCodeAt(0) > 0xff) throw misfit(value, 'one character of one byte');
    view.setUint8(at, value.charCodeAt(0));
  },
};

/** Text in `bytes` bytes, filled up with NULs, at least one of them. */
export const text = (bytes: number): Field<string> => ({
  type: 'text',
  bytes,
  read: (view, at) => readText(view, at, bytes),
  write: (view, at, value) => writeText(view, at, bytes, value),
});

/** Bytes without a meaning: written as zeros, absent from the record. */
export const pad = (bytes: number): Field<undefined> => ({
  type: 'pad',
  bytes,
  read: () => undefined,
  write: (view, at) => new Uint8Array(view.buffer, view.byteOffset + at, bytes).fill(0),
});

/** `count` structs in a row. */
export function list<F extends Fields>(count: number, fields: F): Field<Decoded<F>[]> {
  const each = arrange(fields, 0);
  return {
    type: 'list',
    bytes: count * each.bytes,
    entries: { count, fields },
    read: (view, at) => Array.from({ length: count }, (_, k) => readFields(each, view, at + k * each.bytes)),
    write(view, at, values) {
      if (values.length !== count) throw misfit(values.length, `${count} entries`);
      values.forEach((value, k) => writeFields(each, view, at + k * each.bytes, value));
    },
  };
}

/**
 * The layout of a record with these fields behind its header.
 * @param bytes what the format says the record takes; checked against the fields
 */
export function layout<F extends Fields>(bytes: number, fields: F): Layout<F> {
  const arranged = arrange(fields, HEADER_BYTES);
  if (arranged.bytes !== bytes) throw new Error(`fields take ${arranged.bytes} bytes, not ${bytes}`);
  return arranged;
}

function arrange<F extends Fields>(fields: F, start: number): Layout<F> {
  const offsets: Record<string, number> = {};
  let at = start;
  for (const [name, field] of Object.entries(fields)) {
    offsets[name] = at;
    at += field.bytes;
  }
  return { fields, bytes: at, offsets: offsets as Record<keyof F & string, number> };
}

/** Adds the fields found at `at` (the record's start) to `into`. */
export function readFields<F extends Fields>(
  { fields, offsets }: Layout<F>,
  view: DataView,
  at: number,
  into: Record<string, unknown> = {},
): Decoded<F> {
  for (const name in fields) {
    const value = fields[name].read(view, at + offsets[name]);
    if (value !== undefined) into[name] = value;
  }
  return into as Decoded<F>;
}

/**
 * Writes the fields of `record` at `at` (the record's start).
 * @throws SpymasterError BadArgument naming the field that is missing or does not fit
 */
export function writeFields<F extends Fields>(
  { fields, offsets }: Layout<F>,
  view: DataView,
  at: number,
  record: Decoded<F>,
): void {
  for (const name in fields) {
    try {
      fields[name].write(view, at + offsets[name], (record as Record<string, unknown>)[name]);
    } catch (error) {
      throw new SpymasterError(
        'BadArgument',
        `${name}: ${(error as Error).message}`,
        { field: name },
        { cause: error },
      );
    }
  }
}

export const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export function readText(view: DataView, at: number, bytes: number): string {
  let out = '';
  for (let k = at; k < at + bytes; k++) {
    const code = view.getUint8(k);
    if (code === 0) break;
    out += String.fromCharCode(code);
  }
  return out;
}

export function writeText(view: DataView, at: number, bytes: number, value: string): void {
  // oxlint-disable-next-line no-control-regex -- a NUL would end the text early on reading
  if (value.length >= bytes || !/^[\x01-\x7f]*$/.test(value))
    throw misfit(value, `up to ${bytes - 1} ASCII characters`);
  for (let k = 0; k < bytes; k++) view.setUint8(at + k, k < value.length ? value.charCodeAt(k) : 0);
}

const misfit = (value: unknown, expected: string) =>
  new SpymasterError('BadArgument', `${String(value)} does not fit: ${expected} expected`, { expected });

type Getter<T> = {
  [K in keyof DataView]: DataView[K] extends (at: number, little?: boolean) => T ? K : never;
}[keyof DataView];
type Setter<T> = {
  [K in keyof DataView]: DataView[K] extends (at: number, value: T, little?: boolean) => void ? K : never;
}[keyof DataView];
