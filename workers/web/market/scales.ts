/** What is large in the market that is shown: how many lots have the heatmap's last colour, and how many the largest circle. */
import type { DepthColumn } from '../../../graph/screen/depthHistory';

/** Before anything is known. */
const LEAST = 10;
/** Of the seconds, how many have no price with more lots than have the last colour. */
const USUAL_SECONDS = 0.95;
/** Of the prints, how many are no larger than the largest circle. */
const USUAL_PRINTS = 0.998;

/** 1, 2 or 5 times a power of ten, so that it stays as it is while the market moves a little. */
export function roundedUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((of) => of * power).find((of) => of >= value * (1 - 1e-9))!;
}

/** Lots that have the last colour where nobody has chosen: what the largest price of most seconds has. */
export function fullLotsOf(columns: Iterable<DepthColumn>): number {
  const largest: number[] = [];
  for (const { lots } of columns) {
    let most = 0;
    for (const one of lots) if (one > most) most = one;
    if (most > 0) largest.push(most);
  }
  return scaleOf(largest, USUAL_SECONDS);
}

/** Lots that have the largest circle. */
export const largestLotsOf = (prints: readonly { readonly lots: number }[]): number =>
  scaleOf(
    prints.map(({ lots }) => lots),
    USUAL_PRINTS,
  );

function scaleOf(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  const usual = sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return roundedUp(Math.max(LEAST, usual));
}
