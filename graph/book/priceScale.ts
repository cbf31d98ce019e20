/**
 * Prices as ticks.
 *
 * A DBN price is an int64 in 1e-9 of the currency; inside the book it is a double counting ticks. On-tick prices are
 * integers and exact whatever their magnitude (to 2^53 ticks). Off-tick prices are fractions: below 2^50 (about
 * 1.1 million in currency) no two of them share a double and each leads back to its int64, so they are kept exactly
 * too. What remains - off-tick beyond 2^50, on-tick beyond 2^53 ticks, `UNDEF_PRICE` - is NaN: refused, never rounded.
 */
import { ticksToPoints } from '../market/points';
import { UNDEF_PRICE } from '../records/mbo';
import { SpymasterError } from '../errors';

const WORD = 4294967296;
/** High words of the prices below 2^50 in magnitude. */
const EXACT_HIGH = 2 ** 18;

export class PriceScale {
  private readonly tick: bigint;

  /** @param tickNanos the tick in 1e-9 of the currency; 1 where the tick is unknown, which loses nothing */
  constructor(readonly tickNanos: number) {
    if (!Number.isSafeInteger(tickNanos) || tickNanos <= 0 || tickNanos >= EXACT_HIGH * WORD)
      throw new SpymasterError('BadArgument', `A tick of ${tickNanos} nanos makes no price scale`, {
        field: 'tickNanos',
        expected: 'a positive integer below 2^50',
      });
    this.tick = BigInt(tickNanos);
  }

  /** Row `i` of a price column (pairs of words) in ticks, or NaN where a double cannot hold it or there is no price. */
  ticks(words: Uint32Array, i: number): number {
    const high = words[2 * i + 1] | 0;
    if (high >= -EXACT_HIGH && high < EXACT_HIGH) return (high * WORD + words[2 * i]) / this.tickNanos;
    return this.ticksOf((BigInt(high) << 32n) | BigInt(words[2 * i]));
  }

  /** A price in 1e-9 units as ticks, or NaN where a double cannot hold it or there is no price. */
  ticksOf(nanos: bigint): number {
    const high = nanos >> 32n;
    if (high >= BigInt(-EXACT_HIGH) && high < BigInt(EXACT_HIGH)) return Number(nanos) / this.tickNanos;
    if (nanos === UNDEF_PRICE || nanos % this.tick !== 0n) return NaN;
    const ticks = Number(nanos / this.tick);
    return Number.isSafeInteger(ticks) ? ticks : NaN;
  }

  /** Ticks as points. */
  points(ticks: number): number {
    return ticksToPoints(ticks, this.tickNanos);
  }

  /** Ticks back to the int64 in 1e-9 units they came from. */
  nanos(ticks: number): bigint {
    return Number.isInteger(ticks) ? BigInt(ticks) * this.tick : BigInt(Math.round(ticks * this.tickNanos));
  }
}
