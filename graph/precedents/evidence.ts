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

/** Two touches, by their places among others, that are not independent. */
export interface Dependence {
  readonly one: number;
  readonly other: number;
  readonly correlation: number;
}

/** Every two touches that are not independent. */
export function dependences(touches: readonly Moment[]): Dependence[] {
  const sessions = new Map<string, number[]>();
  const found: Dependence[] = [];
  touches.forEach((touch, one) => {
    const same = sessions.get(touch.session);
    if (!same) {
      sessions.set(touch.session, [one]);
      return;
    }
    for (const other of same) found.push({ one, other, correlation: correlation(touch, touches[other]) });
    same.push(one);
  });
  return found;
}

/** Independent observations that would tell as much as these touches. */
export const effectiveN = (touches: readonly Moment[]): number =>
  independent(touches.length, dependences(touches));

function independent(n: number, dependent: readonly Dependence[]): number {
  let sum = n;
  for (const { correlation: of } of dependent) sum += 2 * of;
  return n === 0 ? 0 : n ** 2 / sum;
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

/**
 * @param outcomeOf place in `CLASSES`; null where it is not known
 * @param dependent of the episodes: the same for every horizon
 */
export function tally(
  episodes: readonly PastEpisode[],
  outcomeOf: (episode: PastEpisode) => number | null,
  dependent = dependences(episodes),
): Tally {
  const outcomes = episodes.map(outcomeOf);
  const counts = CLASSES.map(() => 0);
  for (const outcome of outcomes) if (outcome !== null) counts[outcome]++;
  const n = counts.reduce((sum, count) => sum + count, 0);
  const known = dependent.filter(({ one, other }) => outcomes[one] !== null && outcomes[other] !== null);
  return {
    n,
    effectiveN: independent(n, known),
    outcomes: counts.map((count) => ({ count, share: n === 0 ? 0 : count / n })),
  };
}

/** The same with intervals. */
export function frequencies(...of: Parameters<typeof tally>): Frequencies {
  const { n, effectiveN: effective, outcomes } = tally(...of);
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
