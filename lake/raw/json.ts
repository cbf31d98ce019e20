/** Entries of the raw registry as JSON. */

/** 64-bit integers become texts, which `int64` of the registry reads. */
export const jsonBytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(
    `${JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? v.toString() : v), 1)}\n`,
  );

/** Undefined for what is no JSON. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
