/**
 * The memory of operators as bytes: a header, then every number as a (little-endian) double in the order in which the
 * operators write them. Bytes of another version are refused rather than misread.
 */
import { SpymasterError } from '../errors';

import { NumberList } from './numberList';

export { NumberList };

const HEADER_BYTES = 8;

export class MemoryWriter {
  private readonly parts: Float64Array[] = [];
  private count = 0;

  numbers(values: ArrayLike<number>): void {
    this.parts.push(Float64Array.from(values));
    this.count += values.length;
  }

  list(list: NumberList): void {
    this.numbers([list.length]);
    this.numbers(list.values.subarray(0, list.length));
  }

  /** @param tag four bytes that name the operator and its version */
  bytes(tag: number): Uint8Array {
    const bytes = new Uint8Array(HEADER_BYTES + 8 * this.count);
    const header = new DataView(bytes.buffer);
    header.setUint32(0, tag, true);
    header.setUint32(4, this.count, true);
    const numbers = new Float64Array(bytes.buffer, HEADER_BYTES);
    let at = 0;
    for (const part of this.parts) {
      numbers.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}

export class MemoryReader {
  private readonly view: DataView;
  private at = HEADER_BYTES;

  /** @throws SpymasterError BadArgument if these are not the bytes of that operator in that version, whole */
  constructor(bytes: Uint8Array, tag: number) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const whole =
      bytes.length >= HEADER_BYTES &&
      this.view.getUint32(0, true) === tag &&
      bytes.length === HEADER_BYTES + 8 * this.view.getUint32(4, true);
    if (!whole) throw unreadable(`${bytes.length} bytes`);
  }

  numbers(length: number): Float64Array {
    const end = this.at + 8 * length;
    if (!(length >= 0) || end > this.view.byteLength) throw unreadable(`ends at number ${length}`);
    const values = new Float64Array(length);
    for (let k = 0; k < length; k++, this.at += 8) values[k] = this.view.getFloat64(this.at, true);
    return values;
  }

  /** Fills an array that exists already. */
  into(values: Float64Array | Int32Array): void {
    values.set(this.numbers(values.length));
  }

  list(list: NumberList): void {
    const [length] = this.numbers(1);
    const values = this.numbers(length);
    list.clear();
    while (list.length < length) list.push();
    list.values.set(values);
  }

  /** @throws SpymasterError BadArgument if numbers are left over */
  end(): void {
    if (this.at !== this.view.byteLength) throw unreadable('numbers left over');
  }
}

const unreadable = (what: string) =>
  new SpymasterError('BadArgument', `A saved state cannot be read: ${what}`, {
    expected: 'the bytes of save(), same version, same settings',
  });
