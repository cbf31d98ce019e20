/**
 * The clock of a feed: numbers of runs and times of packing rise, whatever the clocks of the machines it has run on show.
 * @param after time of the last packet before, ns UTC
 * @returns what tells the time, ns UTC: later than `after`, and never back
 */
export function risingClock(after = 0n, now = Date.now): () => bigint {
  let last = after + 1n;
  return () => {
    const time = BigInt(now()) * 1_000_000n;
    if (time > last) last = time;
    return last;
  };
}
