/** Sessions and trades for tests of the operators that follow price. */
import fc from 'fast-check';
import { SessionClock, sessionOf, windowOf } from '../../graph/market/calendar';
import type { Coverage } from '../../graph/levels/coverage';
import { TimeOrigin } from '../../graph/market/time';
import { ES } from './products';
import type { TradeTick } from '../../graph/records/tradeTick';

/** A trade: event time in ns since the session's origin, price in ticks. */
export interface Tick {
  t: number;
  price: number;
}

/** The clock of a trade date, counting from the start of its window. */
export function clockOf(tradeDate: string): SessionClock {
  return new SessionClock(sessionOf(tradeDate, ES), new TimeOrigin(windowOf(tradeDate, ES).start));
}

/** Data without a gap. */
export const WHOLE: Coverage = { gapIn: () => null };

/** A trade captured a little after its event. */
export const tradeTick = ({ t, price }: Tick): TradeTick => ({ t, recv: t + 120_000, price });

/** ns since the clock's origin of a UTC time, e.g. `2024-07-10T13:30`. */
export const at = (clock: SessionClock, utc: string) =>
  Number(BigInt(Date.parse(`${utc}Z`)) * 1_000_000n - clock.origin.ns);

/** A sequence of numbers in [0, 1) that a seed determines. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * Random walks of trades between two times: steps of a few ticks and jumps, bursts at one instant, quiet spells, and now
 * and then an event older than its predecessor. Drawn from a seed, because numbers that fast-check draws itself crowd
 * around zero.
 */
export function walks(from: number, to: number, maxLength: number, start = 19_200): fc.Arbitrary<Tick[]> {
  const seeds = fc.noBias(fc.integer({ min: 0, max: 0x7fff_ffff }));
  const lengths = fc.noBias(fc.integer({ min: 1, max: maxLength }));
  return fc.tuple(seeds, lengths).map(([seed, length]) => {
    const next = random(seed);
    const between = (low: number, high: number) => low + Math.floor(next() * (high - low + 1));
    const mean = (to - from) / length;
    let t = from;
    let price = start;
    const ticks: Tick[] = [];
    for (let i = 0; i < length; i++) {
      const pace = next();
      const wait = pace < 0.6 ? next() : pace < 0.7 ? 0 : pace < 0.8 ? -next() / 2 : 6 * next();
      t = Math.round(t + wait * mean);
      price += next() < 0.1 ? between(-30, 30) : between(-4, 4);
      if (t >= from && t < to) ticks.push({ t, price });
    }
    return ticks;
  });
}

/** Shares of a whole, evenly spread. */
export const fractions = fc
  .noBias(fc.integer({ min: 0, max: 1_000_000 }))
  .map((millionths) => millionths / 1_000_000);
