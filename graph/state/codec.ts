/**
 * Saved state as bytes: the one codec of every operator.
 *
 * A state is a magic word and the codec's version, then what its parts write, each behind a section header that names the part and
 * the version of what follows. Whole numbers take as few bytes as they need, seven bits each; doubles and arrays of them are
 * little-endian. Nothing is read as something else: another part, another version or an early end is a `CorruptState`.
 */
import { SpymasterError } from '../errors';
import type { NumberList } from './numberList';

/** "SPY" and the version of the codec. */
const MAGIC = [0x53, 0x50, 0x59, 1] as const;
const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

export class StateWriter {
  private buffer = new Uint8Array(4096);
  private view = new DataView(this.buffer.buffer);
  private at = 0;

  constructor() {
    for (const byte of MAGIC) this.buffer[this.at++] = byte;
  }

  /** Begins a part: what follows is `name`'s, in that version. */
  section(name: string, version: number): void {
    this.text(name);
    this.unsigned(version);
  }

  /** A whole number from 0 to 2^53 - 1. */
  unsigned(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.buffer[this.at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.at++] = rest;
  }

  /** Any integer; small magnitudes take few bytes. */
  signed(value: bigint): void {
    const folded = value < 0n ? -2n * value - 1n : 2n * value;
    if (folded <= SAFE) return this.unsigned(Number(folded));
    this.reserve(24);
    let rest = folded;
    for (; rest >= 128n; rest >>= 7n) this.buffer[this.at++] = Number(rest & 127n) | 128;
    this.buffer[this.at++] = Number(rest);
  }

  boolean(value: boolean): void {
    this.unsigned(value ? 1 : 0);
  }

  /** Any double, NaN and infinities included. */
  double(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  text(value: string): void {
    this.bytes(encoder.encode(value));
  }

  bytes(value: Uint8Array): void {
    this.unsigned(value.length);
    this.reserve(value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
  }

  /** Doubles, with their number: reading asks for as many. */
  doubles(values: ArrayLike<number>): void {
    this.unsigned(values.length);
    const copy = Float64Array.from(values);
    this.reserve(copy.byteLength);
    this.buffer.set(new Uint8Array(copy.buffer), this.at);
    this.at += copy.byteLength;
  }

  list(list: NumberList): void {
    this.doubles(list.values.subarray(0, list.length));
  }

  finish(): Uint8Array {
    return this.buffer.slice(0, this.at);
  }

  private reserve(count: number): void {
    const needed = this.at + count;
    if (needed <= this.buffer.length) return;
    const wider = new Uint8Array(Math.max(needed, 2 * this.buffer.length));
    wider.set(this.buffer);
    this.buffer = wider;
    this.view = new DataView(wider.buffer);
  }
}

/** Reads what a `StateWriter` wrote, in the same order. Every method throws `CorruptState` where the bytes say otherwise. */
export class StateReader {
  private readonly view: DataView;
  private at = 0;
  private part = 'state';

  private readonly source: Uint8Array;

  constructor(bytes: Uint8Array) {
    // A Buffer's slices would be views of the memory it shares with others.
    this.source = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (const byte of MAGIC)
      if (this.next() !== byte) this.fail(`a state saved by codec version ${MAGIC[3]}`);
  }

  /** Enters a part: it must be `name`'s, in that version. */
  section(name: string, version: number): void {
    this.part = name;
    const found = this.text();
    if (found !== name) this.fail(`the state of ${name}, not of ${found}`);
    const saved = this.unsigned();
    if (saved !== version) this.fail(`version ${version}, not ${saved}`);
  }

  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.next();
      value += (byte & 127) * scale;
      if (value > Number.MAX_SAFE_INTEGER) this.fail('a number below 2^53');
      if (byte < 128) return value;
    }
  }

  signed(): bigint {
    let folded = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.next();
      folded |= BigInt(byte & 127) << shift;
      if (shift > 70n) this.fail('an integer of 64 bits');
      if (byte < 128) return (folded & 1n) === 1n ? -((folded + 1n) >> 1n) : folded >> 1n;
    }
  }

  boolean(): boolean {
    const value = this.unsigned();
    if (value > 1) this.fail('true or false');
    return value === 1;
  }

  double(): number {
    this.require(8);
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  text(): string {
    const bytes = this.bytes();
    try {
      return decoder.decode(bytes);
    } catch {
      return this.fail('UTF-8');
    }
  }

  bytes(): Uint8Array {
    const length = this.unsigned();
    this.require(length);
    this.at += length;
    return this.source.slice(this.at - length, this.at);
  }

  /** @param length the number there must be; any if it is left out */
  doubles(length?: number): Float64Array {
    const count = this.unsigned();
    if (length !== undefined && count !== length) this.fail(`${length} numbers, not ${count}`);
    this.require(8 * count);
    this.at += 8 * count;
    return new Float64Array(this.source.slice(this.at - 8 * count, this.at).buffer);
  }

  /** Fills an array of a length that both sides know. */
  into(values: Float64Array | Int32Array): void {
    values.set(this.doubles(values.length));
  }

  list(list: NumberList): void {
    const values = this.doubles();
    if (values.length % list.width !== 0) this.fail(`rows of ${list.width} numbers`);
    list.clear();
    while (list.length < values.length) list.push();
    list.values.set(values);
  }

  /** Nothing may be left. */
  end(): void {
    if (this.at !== this.source.length) this.fail('the end');
  }

  fail(expected: string): never {
    throw new SpymasterError('CorruptState', `A saved state cannot be read: ${this.part}`, {
      offset: this.at,
      field: this.part,
      expected,
    });
  }

  private next(): number {
    this.require(1);
    return this.source[this.at++];
  }

  private require(count: number): void {
    if (this.at + count > this.source.length) this.fail(`${count} more bytes`);
  }
}
