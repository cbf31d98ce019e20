/**
 * AMQP 1.0 encoded values, as bytes: where they end, what a message is made of, and the few kinds of value the peer looks at. Stored
 * events are passed on as they came, so nothing is decoded that need not be. Source: OASIS AMQP 1.0, part 1 (types), part 3 (messaging).
 */

/** Codes of the sections of a message, in the order they come. */
export const SECTION = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  data: 0x75,
} as const;

/** A section of a message: `[start, end)` with its descriptor, its value from `valueAt` on. */
export interface Section {
  code: number;
  start: number;
  valueAt: number;
  end: number;
}

/** Widths of what follows a type code, by its upper half; of variable width where a size follows. */
const FIXED: Partial<Record<number, number>> = { 4: 0, 5: 1, 6: 2, 7: 4, 8: 8, 9: 16 };
const SIZED: Partial<Record<number, number>> = { 0xa: 1, 0xb: 4, 0xc: 1, 0xd: 4, 0xe: 1, 0xf: 4 };

/**
 * The position after the encoded value that begins at `at`.
 * @throws RangeError when the bytes end within it, or are no AMQP value
 */
export function endOfValue(bytes: Buffer, at: number): number {
  const code = bytes[at];
  if (code === 0) return endOfValue(bytes, endOfValue(bytes, at + 1));
  const fixed = FIXED[code >> 4];
  const sized = SIZED[code >> 4];
  if (fixed === undefined && sized === undefined)
    throw new RangeError(`no AMQP value at ${at}: type code ${code}`);
  // Too short for its own size, it ends beyond the message too.
  const there = at + 1 + (sized ?? 0) <= bytes.length;
  const width = fixed ?? (there ? sizeAt(bytes, at + 1, sized === 4) : bytes.length);
  const end = at + 1 + width;
  if (end > bytes.length) throw new RangeError(`AMQP value at ${at} ends beyond its message`);
  return end;
}

const sizeAt = (bytes: Buffer, at: number, wide: boolean) =>
  wide ? 4 + bytes.readUInt32BE(at) : 1 + bytes.readUInt8(at);

/**
 * The sections of an encoded message.
 * @throws RangeError when the bytes are none
 */
export function* sections(bytes: Buffer): Generator<Section> {
  for (let start = 0; start < bytes.length;) {
    if (bytes[start] !== 0) throw new RangeError(`no section of a message at ${start}`);
    const valueAt = endOfValue(bytes, start + 1);
    const code = Number(integerOf(bytes.subarray(start + 1, valueAt)));
    const end = endOfValue(bytes, valueAt);
    yield { code, start, valueAt, end };
    start = end;
  }
}

/** The bytes of an encoded binary, string or symbol, without type and size. */
export function contentOf(value: Buffer): Buffer {
  const wide = (value[0] & 0x10) !== 0;
  return value.subarray(wide ? 5 : 2);
}

/** Encoded string or symbol as text. */
export const textOf = (value: Buffer): string => contentOf(value).toString('utf8');

/** An encoded whole number of any width, signed where its type is; undefined for anything else. */
export function integerOf(value: Buffer): number | undefined {
  switch (value[0]) {
    case 0x43:
    case 0x44:
      return 0;
    case 0x50:
    case 0x52:
    case 0x53:
      return value.readUInt8(1);
    case 0x51:
    case 0x54:
    case 0x55:
      return value.readInt8(1);
    case 0x60:
      return value.readUInt16BE(1);
    case 0x61:
      return value.readInt16BE(1);
    case 0x70:
      return value.readUInt32BE(1);
    case 0x71:
      return value.readInt32BE(1);
    case 0x80:
      return Number(value.readBigUInt64BE(1));
    case 0x81:
      return Number(value.readBigInt64BE(1));
    default:
      return undefined;
  }
}

/** An encoded map's entries: the key as text, its value as encoded. */
export function* entriesOf(map: Buffer): Generator<[key: string, value: Buffer, entry: Buffer]> {
  if (map[0] === 0x40) return;
  if (map[0] !== 0xc1 && map[0] !== 0xd1) throw new RangeError(`no AMQP map: type code ${map[0]}`);
  for (let at = map[0] === 0xd1 ? 9 : 3; at < map.length;) {
    const valueAt = endOfValue(map, at);
    const end = endOfValue(map, valueAt);
    yield [textOf(map.subarray(at, valueAt)), map.subarray(valueAt, end), map.subarray(at, end)];
    at = end;
  }
}

/** An encoded map of entries that are encoded already, keys and values in turn. */
export function encodeMap(entries: readonly Buffer[]): Buffer {
  const size = entries.reduce((sum, entry) => sum + entry.length, 0);
  const head = Buffer.alloc(9);
  head[0] = 0xd1;
  head.writeUInt32BE(size + 4, 1);
  head.writeUInt32BE(2 * entries.length, 5);
  return Buffer.concat([head, ...entries]);
}

/** A section's descriptor: a small unsigned long. */
export const descriptor = (code: number): Buffer => Buffer.from([0, 0x53, code]);

const texted = (code: number, text: string): Buffer => {
  const content = Buffer.from(text, 'utf8');
  if (content.length < 256) return Buffer.concat([Buffer.from([code, content.length]), content]);
  const head = Buffer.alloc(5);
  head[0] = code + 0x10;
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
};

export const encodeSymbol = (text: string): Buffer => texted(0xa3, text);
export const encodeString = (text: string): Buffer => texted(0xa1, text);

const wide = (code: number, value: number): Buffer => {
  const out = Buffer.alloc(9);
  out[0] = code;
  out.writeBigInt64BE(BigInt(value), 1);
  return out;
};

/** A signed long; `value` is a safe integer. */
export const encodeLong = (value: number): Buffer => wide(0x81, value);
/** A timestamp, ms since 1970 UTC. */
export const encodeTimestamp = (ms: number): Buffer => wide(0x83, ms);
