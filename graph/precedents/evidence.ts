/**
 * What precedents say, and how much that counts.
 *
 * Precedents of one session are not independent, so that n of them tell as much as fewer independent ones: n^2 over the sum of all their
 * correlations. The correlations are those measured between outcomes of episodes of ES. (Kish's effective n of the weights would be n:
 * distances in many dimensions concentrate, so that all weigh the same.)
 */
import { NS_PER_MINUTE } from '../market/time';
import { wilson, type Interval } from '../statistics/proportion';
import { CLASSES } from '../models/scores';
import type { PastEpisode } from './episodes';
import type { Moment } from './selection';

const CORRELATION = { minute: 0.6, cluster: 0.25, session: 0.05 } as const;
const MINUTE_NS = BigInt(NS_PER_MINUTE);
const CLUSTER_NS = BigInt(8 * NS_PER_MINUTE);

/** Independent observations that would tell as much as these touches. */
export function effectiveN(touches: readonly Moment[]): number {
  const sessions = new Map<string, Moment[]>();
  let sum = touches.length;
  for (const touch of touches) {
    const same = sessions.get(touch.session) ?? [];
    for (const other of same) sum += 2 * correlation(touch, other);
    same.push(touch);
    sessions.set(touch.session, same);
  }
  return touches.length === 0 ? 0 : touches.length ** 2 / sum;
}

/** Of two touches of one session; those of different ones are independent. */
function correlation(a: Moment, b: Moment): number {
  const apart = a.at > b.at ? a.at - b.at : b.at - a.at;
  if (a.direction !== b.direction || apart >= CLUSTER_NS) return CORRELATION.session;
  return apart < MINUTE_NS ? CORRELATION.minute : CORRELATION.cluster;
}

/** Frequency of one outcome among precedents. */
export interface Frequency {
  readonly count: number;
  readonly share: number;
  /** 90 %, at the effective n. */
  readonly interval: Interval;
}

export interface Frequencies {
  /** Precedents whose outcome is known. */
  readonly n: number;
  readonly effectiveN: number;
  /** In the order of `CLASSES`. */
  readonly outcomes: readonly Frequency[];
}

/** What frequencies are made of, without their intervals. */
export interface Tally {
  readonly n: number;
  readonly effectiveN: number;
  /** In the order of `CLASSES`. */
  readonly outcomes: readonly { readonly count: number; readonly share: number }[];
}

/** @param outcomeOf place in `CLASSES`; null where it is not known */
export function tally(
  episodes: readonly PastEpisode[],
  outcomeOf: (episode: PastEpisode) => number | null,
): Tally {
  const known = episodes.filter((episode) => outcomeOf(episode) !== null);
  const counts = CLASSES.map(() => 0);
  for (const episode of known) counts[outcomeOf(episode)!]++;
  const n = known.length;
  return {
    n,
    effectiveN: effectiveN(known),
    outcomes: counts.map((count) => ({ count, share: n === 0 ? 0 : count / n })),
  };
}

/** @param outcomeOf place in `CLASSES`; null where it is not known */
export function frequencies(
  episodes: readonly PastEpisode[],
  outcomeOf: (episode: PastEpisode) => number | null,
): Frequencies {
  const { n, effectiveN: effective, outcomes } = tally(episodes, outcomeOf);
  return {
    n,
    effectiveN: effective,
    outcomes: outcomes.map(({ count, share }) => ({
      count,
      share,
      interval: wilson(share * effective, effective),
    })),
  };
}

/**
 * What is to be expected of a touch, corrected by what precedents tell: each outcome as many times as likely as it was more frequent among
 * them than was to be expected of them, as if `strength` further precedents had ended as was expected. (Indirect standardisation:
 * observed over expected. So nothing is counted twice that volatility, distance and time of day tell already.)
 * @param expected of the touch, shares of `CLASSES`
 * @param ofPrecedents mean of what was to be expected of each precedent
 * @param strength in episodes; infinite: what is expected alone
 */
export function corrected(
  { effectiveN: n, outcomes }: Pick<Tally, 'effectiveN' | 'outcomes'>,
  expected: readonly number[],
  ofPrecedents: readonly number[],
  strength: number,
): number[] {
  if (strength === Infinity || n + strength === 0) return [...expected];
  const shares = expected.map(
    (share, c) =>
      (share * (n * outcomes[c].share + strength * ofPrecedents[c])) / ((n + strength) * ofPrecedents[c]),
  );
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share) => share / total);
}
