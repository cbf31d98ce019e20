/**
 * Fencing tokens: numbers that tell the attempts at one layer of one partition apart, rising from one to the next. What a lower one
 * writes after a higher one is refused.
 */
import type { Info } from '@temporalio/activity';

/** Most attempts of one scheduled activity that get numbers of their own. */
const ATTEMPTS = 1024;

/**
 * Of an attempt Temporal started: the server's clock at scheduling comes first (a later run of the same lock is scheduled later), then
 * the attempt. Exact in a double until the year 2248.
 */
export function fenceOf(info: Pick<Info, 'scheduledTimestampMs' | 'attempt'>): number {
  return info.scheduledTimestampMs * ATTEMPTS + Math.min(info.attempt, ATTEMPTS - 1);
}

/** Of a build that no workflow asked for. */
export const localFence = (now: number): number => now * ATTEMPTS;

/** Which attempt of its run a fence is of. */
export const attemptOf = (fence: number): number => fence % ATTEMPTS;

/**
 * The fence of an attempt that begins where `seen` was written last: its own, or the next one after that, whatever the clocks of both
 * say. Attempts of one run keep their order.
 */
export function fenceAfter(own: number, seen: number): number {
  if (own > seen) return own;
  return (Math.floor(seen / ATTEMPTS) + 1) * ATTEMPTS + attemptOf(own);
}
