type Column = Uint8Array | Uint32Array | Int32Array | Float64Array;

/** A longer copy of a column; what is new is zero. */
export function wider<A extends Column>(column: A, length: number): A {
  const copy = new (column.constructor as new (length: number) => A)(length);
  copy.set(column);
  return copy;
}
