/**
 * Nanoseconds without BigInt on the hot path.
 *
 * A Unix time in ns needs 61 bits and does not survive a double. Its distance from a fixed origin does: below 2^53 ns,
 * that is 104 days, every whole nanosecond is an exact double. Operators therefore count in ns *since their origin*
 * and convert at the edge.
 */
export const NS_PER_MS = 1_000_000;
export const NS_PER_SECOND = 1_000_000_000;
export const NS_PER_MINUTE = 60 * NS_PER_SECOND;

/** A fixed instant from which a session's times are counted as exact doubles. */
export class TimeOrigin {
  private readonly low: number;
  private readonly high: number;

  /** @param ns the origin, ns since the Unix epoch (UTC) */
  constructor(readonly ns: bigint) {
    this.low = Number(ns & 0xffff_ffffn);
    this.high = Number(ns >> 32n);
  }

  /** Row `i` of a 64-bit time column (pairs of words), as ns since this origin; exact within 104 days of it. */
  offset(words: Uint32Array, i: number): number {
    return (words[2 * i + 1] - this.high) * 4294967296 + (words[2 * i] - this.low);
  }

  /** ns since this origin back to ns since the Unix epoch. */
  absolute(offset: number): bigint {
    return this.ns + BigInt(offset);
  }
}
