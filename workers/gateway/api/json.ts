/** Answers as JSON: 64-bit integers as text, because JSON readers take numbers for doubles; bytes in hex. */

export const jsonText = (answer: unknown): string =>
  JSON.stringify(answer, function (this: Record<string, unknown>, key: string, value: unknown) {
    if (typeof value === 'bigint') return value.toString();
    // What a Buffer says of itself by then is not what it holds.
    const held = this[key];
    if (held instanceof Uint8Array) return Buffer.from(held).toString('hex');
    return ArrayBuffer.isView(held) ? Array.from(held as Float64Array) : value;
  });
