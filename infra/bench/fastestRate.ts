import { sized } from './size';

/**
 * Units of work per second of the fastest pass: other processes slow some passes down.
 * @param pass does some work and returns how many units it was
 * @param warmUpSeconds passes that end earlier do not count
 * @param seconds how long passes are measured after that
 */
export function fastestRate(pass: () => number, warmUpSeconds: number, seconds: number): number {
  const warmUpMs = sized(warmUpSeconds * 1000, 0);
  const measureMs = sized(seconds * 1000, Number.MIN_VALUE);
  let best = 0;
  const begin = performance.now();
  for (let now = begin; now - begin < warmUpMs + measureMs;) {
    const done = pass();
    const end = performance.now();
    if (end - begin > warmUpMs) best = Math.max(best, (1000 * done) / (end - now));
    now = end;
  }
  return best;
}
