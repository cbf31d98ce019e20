/** Prices in points: the unit in which the exchange quotes them, and in which tables hold them. */

/** A price or difference of prices in ticks as points: of a whole number of 1e-9 units the double nearest to the decimal price. */
export const ticksToPoints = (ticks: number, tickNanos: number) => (ticks * tickNanos) / 1e9;

/** A price in ticks as points, e.g. `4805.00`: exact, at least two decimals. */
export function pointsText(ticks: number, tickNanos: number): string {
  const nanos = BigInt(ticks) * BigInt(tickNanos);
  const size = nanos < 0n ? -nanos : nanos;
  const decimals = String(size % 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0{1,7}$/, '');
  return `${nanos < 0n ? '-' : ''}${size / 1_000_000_000n}.${decimals}`;
}

/** Digits behind the point that prices of a tick are written with: at least two. */
export const pointDigits = (tickNanos: number): number => pointsText(1, tickNanos).split('.')[1].length;

/** A price in points where the product is not at hand: at least two decimals; averages, which lie between ticks, to nine digits. */
export function pricePoints(points: number): string {
  const text = String(Number(points.toPrecision(9)));
  return (text.split('.')[1]?.length ?? 0) < 2 ? points.toFixed(2) : text;
}
