/** Whether what is shown of a live market is the market as it is now. */

/** Without anything new for so long a market is told to be quiet, ms. */
const QUIET_MS = 10_000;

export type Freshness =
  | { readonly is: 'fresh' }
  /** The gateway is away, or the market has sent nothing. @param forMs so long */
  | { readonly is: 'lost' | 'quiet'; readonly forMs: number }
  /** The session that is shown has ended. */
  | { readonly is: 'closed' };

export interface Seen {
  /** Since when the gateway is away; undefined while it is there. */
  readonly lostAt: number | undefined;
  /** When something new came last; undefined before anything did. */
  readonly newsAt: number | undefined;
  /** When the session ends; NaN while that is not known. */
  readonly endsAt: number;
  /** How far what came last was behind the clock, ms: years where a session of the past is played into the hub. */
  readonly behindMs: number;
}

/** @param now ms since 1970, as all times */
export function freshnessOf({ lostAt, newsAt, endsAt, behindMs }: Seen, now: number): Freshness {
  if (lostAt !== undefined) return { is: 'lost', forMs: now - lostAt };
  if (newsAt === undefined || now - newsAt < QUIET_MS) return { is: 'fresh' };
  return now - behindMs >= endsAt ? { is: 'closed' } : { is: 'quiet', forMs: now - newsAt };
}
