/**
 * Units of work per second of the fastest pass: other processes slow some passes down.
 * @param pass does some work and returns how many units it was
 * @param warmUpSeconds passes that end earlier do not count
 * @param seconds how long passes are measured after that
 */
export function fastestRate(pass: () => number, warmUpSeconds: number, seconds: number): number {
  let best = 0;
  const begin = performance.now();
  for (let now = begin; now - begin < (warmUpSeconds + seconds) * 1000;) {
    const done = pass();
    const end = performance.now();
    if (end - begin > warmUpSeconds * 1000) best = Math.max(best, (1000 * done) / (end - now));
    now = end;
  }
  return best;
}
