/** Shares of files that overlap in time, and must be read together. */

/** Capture times, ns UTC, both included. */
export interface Span {
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * Groups what overlaps; in order of time, and of `name` where that says nothing, so that the order of import does not matter.
 * Spans that meet in one instant overlap: it may be cut anywhere.
 */
export function runsOf<Item>(
  items: readonly Item[],
  spanOf: (item: Item) => Span,
  name: (item: Item) => string,
): Item[][] {
  const inOrder = items
    .map((item) => ({ item, ...spanOf(item), name: name(item) }))
    .sort((a, b) => compare(a.from, b.from) || compare(b.to, a.to) || compare(a.name, b.name));
  const runs: Item[][] = [];
  let end = -1n;
  for (const { item, from, to } of inOrder) {
    if (from > end || runs.length === 0) runs.push([item]);
    else runs[runs.length - 1].push(item);
    if (to > end) end = to;
  }
  return runs;
}

const compare = <Value extends bigint | string>(a: Value, b: Value) => (a < b ? -1 : a > b ? 1 : 0);
