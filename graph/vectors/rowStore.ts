/** The last rows of a Silver table as plain numbers, and the look back over them from a moment. */
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';

/** Time and key come before the fields. */
const HEAD = 2;

/** Rows in order of time, each with a time, a key (the index of a level) and the same named numbers. */
export class RowStore<Field extends string> implements Stateful {
  private values: Float64Array;
  /** Offsets of the first row kept and of the end. */
  private first = 0;
  private end = 0;
  private readonly width: number;
  private readonly index: ReadonlyMap<string, number>;

  constructor(fields: readonly Field[]) {
    this.width = HEAD + fields.length;
    this.index = new Map(fields.map((name, k) => [name, HEAD + k]));
    this.values = new Float64Array(64 * this.width);
  }

  get length(): number {
    return (this.end - this.first) / this.width;
  }

  /** Time of the last row, -Infinity without any. */
  get lastTime(): number {
    return this.length > 0 ? this.values[this.end - this.width] : -Infinity;
  }

  /** A field of the last row; there must be one. */
  last(field: Field): number {
    return this.values[this.end - this.width + this.offset(field)];
  }

  /**
   * Adds a row, no earlier than those before.
   * @param time ns since the origin
   * @returns where its fields begin in `numbers`, in the order they were named
   */
  push(time: number, key: number): number {
    if (this.end === this.values.length) this.makeRoom();
    const row = this.end;
    this.end += this.width;
    this.values[row] = time;
    this.values[row + 1] = key;
    return row + HEAD;
  }

  /** What `push` and `find` point into; another array after every `push`. */
  get numbers(): Float64Array {
    return this.values;
  }

  /** Forgets the rows before a time. */
  dropBefore(time: number): void {
    while (this.first < this.end && this.values[this.first] < time) this.first += this.width;
  }

  /** Where a field lies in a row. */
  offset(field: Field): number {
    return this.index.get(field) as number;
  }

  /** Rows of a key from the latest at or before `until` back to those after `since`, as (row, time). */
  *backwards(key: number, until: number, since: number): Generator<[row: number, time: number]> {
    const { values, width, first } = this;
    for (let row = this.after(until) - width; row >= first && values[row] > since; row -= width)
      if (values[row + 1] === key) yield [row, values[row]];
  }

  save(out: StateWriter): void {
    out.section('rows', 1);
    out.unsigned(this.width);
    out.doubles(this.values.subarray(this.first, this.end));
  }

  restore(from: StateReader): void {
    from.section('rows', 1);
    const width = from.unsigned();
    const saved = from.doubles();
    if (width !== this.width || saved.length % width !== 0) from.fail(`rows of ${this.width} numbers`);
    this.values = new Float64Array(Math.max(64 * width, 2 * saved.length));
    this.values.set(saved);
    this.first = 0;
    this.end = saved.length;
  }

  /** Offset of the first row later than a time, or the end. */
  private after(time: number): number {
    const { values, width, first } = this;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (values[first + middle * width] <= time) low = middle + 1;
      else high = middle;
    }
    return first + low * width;
  }

  /** Moves the rows to the front, or to a larger array where they fill more than half of this one. */
  private makeRoom(): void {
    const { values, first, end } = this;
    const kept = values.subarray(first, end);
    if (2 * kept.length > values.length) {
      this.values = new Float64Array(2 * values.length);
      this.values.set(kept);
    } else values.copyWithin(0, first, end);
    this.end -= first;
    this.first = 0;
  }
}

/** One row, or none. */
export class StoredRow<Field extends string> {
  constructor(
    private readonly store: RowStore<Field>,
    private readonly row: number,
  ) {}

  /** The latest row of a key within `(since, until]`. */
  static latest<Field extends string>(
    store: RowStore<Field>,
    key: number,
    until: number,
    since: number,
  ): StoredRow<Field> {
    for (const [row] of store.backwards(key, until, since)) return new StoredRow(store, row);
    return new StoredRow(store, -1);
  }

  /** NaN without a row. */
  get(field: Field): number {
    return this.row < 0 ? NaN : this.store.numbers[this.row + this.store.offset(field)];
  }
}

/** Rows of one key by how many bars they lie before a moment: 0 is the bar that ends with it. Not every bar need have one. */
export class Lookback<Field extends string> {
  private readonly rows: Int32Array;

  /**
   * @param now end of the last bar, ns since the origin
   * @param depth how many bars to look back
   */
  constructor(
    private readonly store: RowStore<Field>,
    key: number,
    now: number,
    barNanos: number,
    depth: number,
  ) {
    this.rows = new Int32Array(depth).fill(-1);
    for (const [row, time] of store.backwards(key, now, now - depth * barNanos))
      this.rows[(now - time) / barNanos] = row;
  }

  has(back: number): boolean {
    return this.rows[back] >= 0;
  }

  /** A field `back` bars ago; NaN without a row. */
  get(field: Field, back = 0): number {
    return this.has(back) ? this.store.numbers[this.rows[back] + this.store.offset(field)] : NaN;
  }

  /** The farthest back of `bars` bars that has a row; -1 if none has. */
  oldest(bars: number): number {
    let back = bars - 1;
    while (back >= 0 && !this.has(back)) back--;
    return back;
  }

  /** Sum over `bars` bars, latest first, the last `skip` left out; of rows where the field is defined, NaN without any. */
  sum(field: Field, bars: number, skip = 0): number {
    return this.fold(field, bars, skip).sum;
  }

  /** Likewise the mean. */
  mean(field: Field, bars: number, skip = 0): number {
    const { sum, count } = this.fold(field, bars, skip);
    return sum / count;
  }

  private fold(field: Field, bars: number, skip: number): { sum: number; count: number } {
    const { numbers } = this.store;
    const at = this.store.offset(field);
    let sum = 0;
    let count = 0;
    for (let back = skip; back < skip + bars; back++) {
      if (!this.has(back)) continue;
      const value = numbers[this.rows[back] + at];
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    return { sum: count > 0 ? sum : NaN, count };
  }
}
