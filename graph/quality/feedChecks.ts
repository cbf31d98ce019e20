/** What happened on the way of a session that was followed: told with its Bronze, also after a build has taken its place. */
import { easternText } from '../market/easternTime';
import type { CheckResult } from './checks';

/** A stretch whose records the feed could not bring. */
export interface FeedGap {
  /** Capture times of the records around it, ns UTC. */
  readonly from: bigint;
  readonly to: bigint;
  readonly reason: string;
}

export interface FeedFacts {
  /** Packets that came, and numbers among them whose packet did not come. */
  readonly packets: number;
  readonly missing: number;
  /** How many gaps the feed told of, and the longest. */
  readonly gaps: number;
  readonly longest: FeedGap | undefined;
  /** Events and records that could not be read. */
  readonly unreadable: number;
  /** Records of the future that were followed without the options, which did not come; and records about options that came too late. */
  readonly withoutOptions: number;
  readonly lateOptions: number;
}

/** Names of the checks; a build of the date leaves them as they are. */
export const FEED_CHECKS: readonly string[] = [
  'feed_gaps',
  'feed_packets',
  'feed_unreadable',
  'feed_options',
];

export function feedChecks(facts: FeedFacts): CheckResult[] {
  const { packets, missing, gaps, longest, unreadable, withoutOptions, lateOptions } = facts;
  const where = longest
    ? `: the longest from ${easternText(longest.from)} to ${easternText(longest.to)} (${longest.reason})`
    : '';
  return [
    none('feed_gaps', gaps, `${gaps} gaps told by the live feed${where}`),
    none('feed_packets', missing, `${missing} packets of the live feed missing beside ${packets} that came`),
    none(
      'feed_unreadable',
      unreadable,
      `${unreadable} events and records of the live feed could not be read`,
    ),
    none(
      'feed_options',
      withoutOptions + lateOptions,
      `${withoutOptions} records followed without the options, ${lateOptions} records about options came late`,
    ),
  ];
}

const none = (check: string, value: number, message: string): CheckResult => ({
  check,
  severity: 'warning',
  passed: value === 0,
  value,
  limit: 0,
  message,
});
