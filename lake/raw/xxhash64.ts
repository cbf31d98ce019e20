/**
 * XXH64 (seed 0), the hash behind zstd's content checksums, over a stream. The native compressor writes
 * frames without a checksum; with this one they get it.
 *
 * 64-bit arithmetic is done in two 32-bit halves, for a BigInt an operation would be ten times slower.
 * Specification: "xxHash fast digest algorithm", version 0.1.1.
 */

const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

/** A factor in halves, the low one also in 16-bit quarters, for exact products. */
const split = (value: bigint) => {
  const low = Number(value & 0xffff_ffffn);
  return { high: Number(value >> 32n), low, q0: low & 0xffff, q1: low >>> 16 };
};
const { high: P1_HIGH, low: P1_LOW, q0: P1_Q0, q1: P1_Q1 } = split(P1);
const { high: P2_HIGH, low: P2_LOW, q0: P2_Q0, q1: P2_Q1 } = split(P2);

const STRIPE_BYTES = 32;
const U64 = (value: bigint) => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint) => U64(value << bits) | (value >> (64n - bits));
const round = (lane: bigint, input: bigint) => U64(rotate(U64(lane + input * P2), 31n) * P1);

/** High half of the product of a 32-bit number with the low half of a constant, plus `carryHigh`. */
function productHigh(low: number, q0: number, q1: number): number {
  const a0 = low & 0xffff;
  const a1 = low >>> 16;
  const p01 = Math.imul(a0, q1);
  const p10 = Math.imul(a1, q0);
  const middle = (Math.imul(a0, q0) >>> 16) + (p01 & 0xffff) + (p10 & 0xffff);
  return (Math.imul(a1, q1) + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16)) | 0;
}

export class XxHash64 {
  private bytes = 0;
  /** The four lanes: low and high halves. */
  private readonly lanes = new Int32Array(8);
  private readonly tail = new Uint8Array(STRIPE_BYTES);
  private readonly tailWords = new Int32Array(this.tail.buffer);
  private tailLength = 0;

  constructor() {
    const seeds = [P1 + P2, P2, 0n, -P1];
    seeds.forEach((seed, lane) => {
      this.lanes[2 * lane] = Number(BigInt.asIntN(32, seed));
      this.lanes[2 * lane + 1] = Number(BigInt.asIntN(32, seed >> 32n));
    });
  }

  update(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    let at = 0;
    if (this.tailLength > 0) {
      at = Math.min(STRIPE_BYTES - this.tailLength, bytes.length);
      this.tail.set(bytes.subarray(0, at), this.tailLength);
      this.tailLength += at;
      if (this.tailLength < STRIPE_BYTES) return;
      this.stripes(this.tailWords);
      this.tailLength = 0;
    }
    const whole = Math.floor((bytes.length - at) / STRIPE_BYTES) * STRIPE_BYTES;
    if (whole > 0) {
      const stripes = bytes.subarray(at, at + whole);
      const { buffer, byteOffset } = stripes.byteOffset % 4 === 0 ? stripes : new Uint8Array(stripes);
      this.stripes(new Int32Array(buffer, byteOffset, whole / 4));
    }
    this.tail.set(bytes.subarray(at + whole));
    this.tailLength = bytes.length - at - whole;
  }

  /** The hash of everything so far. */
  digest(): bigint {
    const lane = (k: number) =>
      (BigInt(this.lanes[2 * k + 1] >>> 0) << 32n) | BigInt(this.lanes[2 * k] >>> 0);
    let hash = P5;
    if (this.bytes >= STRIPE_BYTES) {
      const [a, b, c, d] = [lane(0), lane(1), lane(2), lane(3)];
      hash = rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n);
      for (const part of [a, b, c, d]) hash = U64((hash ^ round(0n, part)) * P1 + P4);
    }
    hash = U64(hash + BigInt(this.bytes));
    const view = new DataView(this.tail.buffer);
    let at = 0;
    for (; at + 8 <= this.tailLength; at += 8) {
      hash ^= round(0n, view.getBigUint64(at, true));
      hash = U64(rotate(hash, 27n) * P1 + P4);
    }
    if (at + 4 <= this.tailLength) {
      hash = U64(hash ^ U64(BigInt(view.getUint32(at, true)) * P1));
      hash = U64(rotate(hash, 23n) * P2 + P3);
      at += 4;
    }
    for (; at < this.tailLength; at++) {
      hash ^= U64(BigInt(this.tail[at]) * P5);
      hash = U64(rotate(hash, 11n) * P1);
    }
    hash = U64((hash ^ (hash >> 33n)) * P2);
    hash = U64((hash ^ (hash >> 29n)) * P3);
    return hash ^ (hash >> 32n);
  }

  /** Mixes whole stripes of eight words into the lanes. */
  private stripes(words: Int32Array): void {
    const { lanes } = this;
    for (let lane = 0; lane < 4; lane++) {
      let low = lanes[2 * lane];
      let high = lanes[2 * lane + 1];
      for (let w = 2 * lane; w < words.length; w += 8) {
        const inLow = words[w];
        // lane += input * P2
        const addLow = Math.imul(inLow, P2_LOW);
        const addHigh =
          (productHigh(inLow, P2_Q0, P2_Q1) + Math.imul(inLow, P2_HIGH) + Math.imul(words[w + 1], P2_LOW)) |
          0;
        const sumLow = (low + addLow) | 0;
        const carry = sumLow >>> 0 < low >>> 0 ? 1 : 0;
        const sumHigh = (high + addHigh + carry) | 0;
        // lane = rotate(lane, 31)
        const turnedLow = (sumLow << 31) | (sumHigh >>> 1);
        const turnedHigh = (sumHigh << 31) | (sumLow >>> 1);
        // lane *= P1
        high =
          (productHigh(turnedLow, P1_Q0, P1_Q1) +
            Math.imul(turnedLow, P1_HIGH) +
            Math.imul(turnedHigh, P1_LOW)) |
          0;
        low = Math.imul(turnedLow, P1_LOW);
      }
      lanes[2 * lane] = low;
      lanes[2 * lane + 1] = high;
    }
  }
}
