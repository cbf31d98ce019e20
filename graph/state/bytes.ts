/** Bytes written and read in sequence: numbers of any size in as few bytes as they need, seven bits each. */
import { SpymasterError } from '../errors';

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

export class ByteWriter {
  private bytes = new Uint8Array(4096);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  /** A whole number from 0 to 2^53 - 1. */
  unsigned(value: number): void {
    this.reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.at++] = rest;
  }

  /** Any integer; small magnitudes take few bytes. */
  signed(value: bigint): void {
    const folded = value < 0n ? -2n * value - 1n : 2n * value;
    if (folded <= SAFE) return this.unsigned(Number(folded));
    this.reserve(24);
    let rest = folded;
    for (; rest >= 128n; rest >>= 7n) this.bytes[this.at++] = Number(rest & 127n) | 128;
    this.bytes[this.at++] = Number(rest);
  }

  double(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  finish(): Uint8Array {
    return this.bytes.slice(0, this.at);
  }

  private reserve(count: number): void {
    if (this.at + count <= this.bytes.length) return;
    const wider = new Uint8Array(2 * this.bytes.length);
    wider.set(this.bytes);
    this.bytes = wider;
    this.view = new DataView(wider.buffer);
  }
}

/** Reads what a `ByteWriter` wrote; bytes that end early or make no sense are a `CorruptBook`. */
export class ByteReader {
  private readonly view: DataView;
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
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

  double(): number {
    if (this.at + 8 > this.bytes.length) this.fail('8 more bytes');
    this.at += 8;
    return this.view.getFloat64(this.at - 8, true);
  }

  end(): void {
    if (this.at !== this.bytes.length) this.fail('the end of the saved book');
  }

  fail(expected: string): never {
    throw new SpymasterError(
      'CorruptBook',
      'A saved order book cannot be read; rebuild it from its raw files',
      {
        offset: this.at,
        expected,
      },
    );
  }

  private next(): number {
    if (this.at === this.bytes.length) this.fail('more bytes');
    return this.bytes[this.at++];
  }
}
