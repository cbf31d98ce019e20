/** What happened the last times the market looked like this, here: the answer, from the index of a session. */
import type { IsoDate } from '../market/days';
import { LEAST_DIRECTION_SESSIONS } from '../models/gate';
import { wilson } from '../statistics/proportion';
import { FEATURE_TABLE } from '../vectors/features';
import type { PrecedentsAnswer, PrecedentsSummary } from './answer';
import { attribute } from './attribution';
import type { BaseRate } from './baseRates';
import type { SessionDistance } from './distanceTable';
import { CLASSES, type OutcomeClass } from '../models/scores';
import { outcomeAt, primaryOutcome, type PastEpisode, type Touch } from './episodes';
import { corrected, dependences, frequencies, type Frequencies } from './evidence';
import { Expected, meanShares } from './expected';
import { claimsDirection, LEAST_JUDGED, type Gain } from './learnDistance';
import { partitionName } from './partition';
import type { Found, Precedent, PrecedentIndex } from './precedentIndex';

/** Fewest independent precedents, and sessions, from which frequencies are told. */
const LEAST_EFFECTIVE = 30;
const LEAST_SESSIONS = 20;
/** Features and contrasts named. */
const MOST_NAMED = 8;

/** An index with what was fitted for the session it is of. */
export interface SessionIndex {
  readonly index: PrecedentIndex;
  readonly distance: SessionDistance;
  readonly product: string;
  /** Trade date it was fitted for. */
  readonly asOf: IsoDate;
  /** Digest of the settings by which outcomes are measured. */
  readonly settingsVersion: string;
}

/** How an index is called, with the digest of what was fitted: `ES/2024-03-08 1a2b3c4d`. */
export const indexVersionText = (product: string, asOf: IsoDate, digest: string): string =>
  `${product}/${asOf} ${digest.slice(0, 8)}`;

/** Which episodes count; all that are known before, without. */
export interface PrecedentFilter {
  readonly filter?: (episode: PastEpisode) => boolean;
}

/** The answer for a touch; `precedentsAnswer` says what its parts mean. */
export function precedentsOf(
  touch: Touch,
  session: SessionIndex,
  { filter }: PrecedentFilter = {},
): PrecedentsAnswer {
  const { index } = session;
  const found = index.search(touch, { filter });
  const episodes = found.precedents.map(({ episode }) => episode);
  return {
    ...summed(touch, session, found),
    attribution: writable(attribute(touch, episodes, index, MOST_NAMED)),
    precedents: found.precedents.map(listed),
  };
}

/** The answer but for the precedents themselves and what makes them alike, which is half of its work and most of its garbage. */
export const summaryOf = (touch: Touch, session: SessionIndex): PrecedentsSummary =>
  summed(touch, session, session.index.search(touch));

function summed(
  touch: Touch,
  { index, distance, product, asOf, settingsVersion }: SessionIndex,
  found: Found,
): PrecedentsSummary {
  const episodes = found.precedents.map(({ episode }) => episode);
  const dependent = dependences(episodes);
  const told = frequencies(episodes, primaryOutcome, dependent);
  const base = found.base();
  const sessions = index.sessionsBefore(touch.session);
  const reasons = insufficiency(told, { known: sessions, searched: base.sessions }, distance);
  const enough = reasons.length === 0;
  const best = enough ? correctedOf(touch, episodes, told, distance) : null;
  const mean =
    found.precedents.reduce((sum, one) => sum + Math.sqrt(one.distance), 0) / found.precedents.length;
  return {
    status: enough ? 'evidence' : 'insufficient_evidence',
    reasons,
    touch: named(touch),
    searched: { partition: partitionName(touch), rung: found.rung, candidates: found.candidates, sessions },
    versions: {
      index: indexVersionText(product, asOf, distance.version),
      asOf,
      distance: distance.version,
      normalisation: index.normalisation.version,
      featureTable: FEATURE_TABLE,
      settings: settingsVersion,
    },
    horizonMinutes: primaryMinutes(index.episodes),
    n: told.n,
    effectiveN: told.effectiveN,
    frequencies: enough ? byOutcome((c) => flat(told, c)) : null,
    shrunk: best && byOutcome((c) => best[c]),
    base: baseOf(base),
    trust: {
      priorStrength: distance.strength === Infinity ? null : distance.strength,
      learnedGroups: [...distance.learned],
      gain: gainOf(distance.gain),
      directionGain: gainOf(distance.directionGain),
      direction: directionWords(distance, asOf),
    },
    unusual: {
      meanDistance: Number.isNaN(mean) ? null : mean,
      percentile: percentileOf(mean, distance.distances),
    },
    excursions: enough ? excursions(episodes) : null,
    horizons: index.minutes.map((minutes) => {
      const at = frequencies(episodes, (episode) => outcomeAt(episode, minutes), dependent);
      return {
        minutes,
        n: at.n,
        effectiveN: at.effectiveN,
        frequencies: enough ? byOutcome((c) => flat(at, c)) : null,
        base: baseOf(found.base(minutes)),
      };
    }),
  };
}

function correctedOf(
  touch: Touch,
  precedents: readonly PastEpisode[],
  told: Frequencies,
  { expected, strength }: SessionDistance,
): number[] {
  const [own, ...theirs] = Expected.from(expected).shares([touch, ...precedents]);
  return corrected(told, own, meanShares(theirs), strength);
}

/** @param sessions known before, and those of them whose episodes were searched: a filter may leave few */
function insufficiency(
  { effectiveN, n }: Frequencies,
  { known, searched }: { readonly known: number; readonly searched: number },
  { strength, gain }: SessionDistance,
): string[] {
  const reasons: string[] = [];
  if (known < LEAST_SESSIONS)
    reasons.push(`sessions known before: ${known}; fewer than ${LEAST_SESSIONS} show nothing`);
  else if (searched < LEAST_SESSIONS)
    reasons.push(`sessions of the episodes searched: ${searched}; fewer than ${LEAST_SESSIONS} show nothing`);
  if (effectiveN < LEAST_EFFECTIVE)
    reasons.push(
      `the ${n} precedents count as ${effectiveN.toFixed(1)} independent ones; ${LEAST_EFFECTIVE} are needed`,
    );
  if (strength === Infinity)
    reasons.push(
      gain === null || gain.clusters < LEAST_JUDGED
        ? `there are too few earlier sessions to judge whether precedents tell more than volatility, distance and time of day: ${gain?.clusters ?? 0}, and ${LEAST_JUDGED} are needed after those learned from alone`
        : `no edge shown: on ${gain.clusters} earlier sessions precedents did not tell outcomes better than volatility, distance and time of day do, beyond chance`,
    );
  return reasons;
}

function directionWords(distance: SessionDistance, asOf: IsoDate): string {
  const sessions = distance.directionGain?.clusters ?? 0;
  if (sessions < LEAST_DIRECTION_SESSIONS)
    return `no direction edge shown: ${sessions} sessions were judged, ${LEAST_DIRECTION_SESSIONS} are needed`;
  return claimsDirection(distance, asOf)
    ? `on ${sessions} earlier sessions precedents told BREAK from REJECT better than a walk without memory`
    : `no direction edge shown: on ${sessions} earlier sessions precedents did not tell BREAK from REJECT better than a walk without memory, beyond chance`;
}

const named = ({ id, contract, session, at, levelId: level, direction, timeOfDay }: Touch) => ({
  id,
  contract,
  session,
  at: String(at),
  level,
  direction,
  timeOfDay,
});

/** Field by field: spread from the touch's, the fifty of them were most of what an answer left to be collected. */
function listed({ episode, distance }: Precedent) {
  const { outcome, favorable, adverse } = episode.results[episode.primary];
  return {
    id: episode.id,
    contract: episode.contract,
    session: episode.session,
    at: String(episode.at),
    level: episode.levelId,
    direction: episode.direction,
    timeOfDay: episode.timeOfDay,
    distance: Math.sqrt(distance),
    outcome: CLASSES[outcome!],
    favorable,
    adverse,
  };
}

const byOutcome = <T>(of: (c: number) => T): Record<OutcomeClass, T> =>
  Object.fromEntries(CLASSES.map((name, c) => [name, of(c)])) as Record<OutcomeClass, T>;

function flat({ outcomes }: Frequencies, c: number) {
  const { count, share, interval } = outcomes[c];
  return { count, share, ...interval };
}

const baseOf = ({ n, sessions, shares }: BaseRate) => ({
  n,
  sessions,
  outcomes: byOutcome((c) => {
    const { share, interval } = shares[c] ?? { share: null, interval: wilson(0, 0) };
    return { share, ...interval };
  }),
});

function gainOf(gain: Gain | null) {
  if (gain === null) return null;
  const { n: episodes, clusters: sessions, mean: nats, interval } = gain;
  const finite = (value: number) => (Number.isFinite(value) ? value : null);
  return { nats, low: finite(interval.low), high: finite(interval.high), episodes, sessions };
}

/** Share of the usual distances that are smaller, in percent. */
function percentileOf(distance: number, usual: readonly number[]): number | null {
  if (usual.length === 0 || Number.isNaN(distance)) return null;
  return (100 * usual.filter((other) => other < distance).length) / usual.length;
}

const primaryMinutes = ([first]: readonly PastEpisode[]): number =>
  first ? first.results[first.primary].minutes : 0;

function excursions(episodes: readonly PastEpisode[]) {
  const quantilesOf = (side: 'favorable' | 'adverse') => {
    const values = new Float64Array(episodes.length);
    episodes.forEach(({ results, primary }, i) => (values[i] = results[primary][side]));
    values.sort();
    const at = (p: number) => quantile(values, p);
    return { q10: at(0.1), q25: at(0.25), q50: at(0.5), q75: at(0.75), q90: at(0.9) };
  };
  return { favorable: quantilesOf('favorable'), adverse: quantilesOf('adverse') };
}

/** Between order statistics (Hyndman & Fan's type 7). */
function quantile(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (at - low) * (sorted[high] - sorted[low]);
}

const writable = ({ features, groups, contrasts }: ReturnType<typeof attribute>) => ({
  features: [...features],
  groups: [...groups],
  contrasts: [...contrasts],
});
