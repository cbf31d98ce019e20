/** A price level at a moment, and the stretch of time over which it stood at one price. */
import type { LevelKind } from './kinds';

/**
 * A level that exists: from `validFrom` on, a trader could have drawn it. Times are ns since the session's origin, prices
 * ticks; a moving average lies between ticks.
 */
export interface Level {
  /** Unique within a contract-date: the kind, with the price where there may be several of the kind. */
  readonly id: string;
  readonly kind: LevelKind;
  /** Whether episodes are looked for on it. */
  readonly watched: boolean;
  /** When the present price became known; before the window for what the day before left. */
  knownFrom: number;
  /** Since when it has been the level's price in this window. */
  validFrom: number;
  price: number;
}

/** The time `[validFrom, validTo)` over which a level stood at one price. */
export interface LevelInterval extends Readonly<Level> {
  readonly validTo: number;
}

/** A price in ticks as points, e.g. `4805.00`: exact, at least two decimals. */
export function pointsText(ticks: number, tickNanos: number): string {
  const nanos = BigInt(ticks) * BigInt(tickNanos);
  const size = nanos < 0n ? -nanos : nanos;
  const decimals = String(size % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0{1,7}$/, '');
  return `${nanos < 0n ? '-' : ''}${size / 1_000_000_000n}.${decimals}`;
}

/** A price in ticks as points: the double nearest to the exact price. */
export const points = (ticks: number, tickNanos: number) => (ticks * tickNanos) / 1e9;
