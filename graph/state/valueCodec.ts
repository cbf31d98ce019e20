/**
 * How plain values are saved: a codec for each kind of value, put together like the types they save. A field added to a type is a
 * compile error until its codec has it too.
 */
import type { StateReader, StateWriter } from './codec';

export interface ValueCodec<Value> {
  write(out: StateWriter, value: Value): void;
  /** @throws SpymasterError CorruptState */
  read(from: StateReader): Value;
}

/** Any double, NaN and infinities included. */
export const number: ValueCodec<number> = {
  write: (out, value) => out.double(value),
  read: (from) => from.double(),
};

export const text: ValueCodec<string> = {
  write: (out, value) => out.text(value),
  read: (from) => from.text(),
};

export const boolean: ValueCodec<boolean> = {
  write: (out, value) => out.boolean(value),
  read: (from) => from.boolean(),
};

/** One of some values, saved as its place among them. */
export const oneOf = <Value>(values: readonly Value[]): ValueCodec<Value> => ({
  write: (out, value) => out.unsigned(values.indexOf(value)),
  read: (from) => {
    const place = from.unsigned();
    return place < values.length ? values[place] : from.fail(`one of ${values.length} values`);
  },
});

export const nullable = <Value>(inner: ValueCodec<Value>): ValueCodec<Value | null> => ({
  write: (out, value) => {
    out.boolean(value !== null);
    if (value !== null) inner.write(out, value);
  },
  read: (from) => (from.boolean() ? inner.read(from) : null),
});

export const listOf = <Value>(inner: ValueCodec<Value>): ValueCodec<Value[]> => ({
  write: (out, values) => {
    out.unsigned(values.length);
    for (const value of values) inner.write(out, value);
  },
  read: (from) => {
    const values: Value[] = [];
    for (let left = from.unsigned(); left > 0; left--) values.push(inner.read(from));
    return values;
  },
});

/** A map from texts, its order included. */
export const mapOf = <Value>(inner: ValueCodec<Value>): ValueCodec<Map<string, Value>> => ({
  write: (out, map) => {
    out.unsigned(map.size);
    for (const [key, value] of map) {
      out.text(key);
      inner.write(out, value);
    }
  },
  read: (from) => {
    const map = new Map<string, Value>();
    for (let left = from.unsigned(); left > 0; left--) map.set(from.text(), inner.read(from));
    return map;
  },
});

/** An object of known fields, saved in the order in which they are given. */
export function record<Value extends object>(fields: {
  readonly [Name in keyof Value]-?: ValueCodec<Value[Name]>;
}): ValueCodec<Value> {
  const names = Object.keys(fields) as (keyof Value)[];
  return {
    write: (out, value) => {
      for (const field of names) fields[field].write(out, value[field]);
    },
    read: (from) => {
      const value = {} as Value;
      for (const field of names) value[field] = fields[field].read(from);
      return value;
    },
  };
}
