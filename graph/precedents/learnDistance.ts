/**
 * What is fitted for a session, from earlier ones alone: what volatility, distance and time of day make expect, the weights of the distance,
 * the groups that have earned one, and how far precedents are to be trusted beyond what is expected.
 *
 * Groups and trust are chosen at declared looks alone, one a calendar month: by what precedents would have told of the sessions before
 * the month (`forward.ts`), through the rules of the promotion gate (`graph/models/gate.ts`). Asked every night, precedents that tell
 * nothing would come to be trusted on some night of the year. Weights and expectations are fitted anew for each session.
 */
import { clusteredMean, type ClusteredMean } from '../statistics/clusteredMean';
import { Z90 } from '../statistics/proportion';
import { studentTail } from '../statistics/studentT';
import type { IsoDate } from '../market/days';
import { alphaOfLook } from '../models/alphaSpending';
import { comparison, isAbove, tellsDirection, type Look } from '../models/gate';
import type { SessionGain } from '../models/scoredSessions';
import type { FeatureGroup } from '../vectors/features';
import { fitNormalisation, type Normalisation } from '../vectors/normalise';
import { EVEN_WEIGHTS, ofGroups, type Weights } from './distance';
import type { PastEpisode } from './episodes';
import { Expected } from './expected';
import {
  bestStrength,
  forecast,
  ForwardRuns,
  gainsBySession,
  judgedForward,
  LEAST_SHARE,
  type Forward,
  type Judged,
  type Metric,
} from './forward';
import { learnWeights } from './learnedWeights';
import { OrderedEpisodes } from './orderedEpisodes';

/** Sessions learned from: a year of them. */
export const LEARN_BACK = 250;
/** Sessions a look is taken on: as many as are learned from on the last date of a month, too, without those of the month. */
const LOOKED_AT = LEARN_BACK - 25;
/** The group that comes first; the others must earn their weight beside it, in this order. */
const FIRST: FeatureGroup = 'book';
const FURTHER: readonly FeatureGroup[] = ['geometry', 'options'];
/** Most candidates of a look: even weights, and the groups that are taken in one after another. */
const MOST_CANDIDATES = 2 + FURTHER.length;
/** Fewest judged sessions of a look at which precedents can pass. */
export const LEAST_JUDGED = 10;

/** Nats an episode by which something was better, with its 90 % interval over sessions. */
export type Gain = Pick<ClusteredMean, 'n' | 'clusters' | 'mean' | 'interval'>;

export interface LearnedDistance {
  readonly weights: Weights;
  /** Groups whose weights were learned; none: all weigh the same. */
  readonly learned: readonly FeatureGroup[];
  /** `Expected.numbers`; none where nothing could be fitted. */
  readonly expected: Float32Array;
  /** Of the prior at what is expected, in episodes; infinite unless precedents passed the look of the month. */
  readonly strength: number;
  /** Of forecasts by precedents over what volatility, distance and time of day tell; null where no session could be judged. */
  readonly gain: Gain | null;
  /** Of BREAK against REJECT over a walk without memory, among decided ones. */
  readonly directionGain: Gain | null;
  /** Mean distances of precedents of the judged episodes, ascending: what is usual. */
  readonly distances: readonly number[];
}

/** What was chosen at a look: the same for all sessions of its month. */
export type Chosen = Pick<LearnedDistance, 'learned' | 'strength' | 'gain' | 'directionGain' | 'distances'>;

/** Where there was nothing to look at. */
const NOTHING: Chosen = {
  learned: [],
  strength: Infinity,
  gain: null,
  directionGain: null,
  distances: [],
};

/**
 * @param episodes of earlier sessions, in any order
 * @param session what is fitted is for
 * @param chosen at the look of its month; chosen now, without
 */
export function learnDistance(
  episodes: readonly PastEpisode[],
  normalisation: Normalisation,
  session: IsoDate,
  chosen = choose(episodes, session),
): LearnedDistance {
  const known = new OrderedEpisodes(episodes).all;
  const expected = Expected.of(known);
  const learnedWeights = expected && learnWeights(known, normalisation, expected);
  const learned = learnedWeights ? chosen.learned : [];
  return {
    ...chosen,
    learned,
    weights: learned.length > 0 ? ofGroups(learnedWeights!, learned) : EVEN_WEIGHTS,
    expected: expected?.numbers ?? new Float32Array(0),
  };
}

/** Episodes, in their order, that the look of a session's month is taken on: the same for every session of it. */
export function lookedAt(episodes: readonly PastEpisode[], session: IsoDate): PastEpisode[] {
  const before = episodes.filter((episode) => episode.session < firstOf(session));
  const [first] = [...new Set(before.map((episode) => episode.session))].sort().slice(-LOOKED_AT);
  return before.filter((episode) => episode.session >= first);
}

const firstOf = (session: IsoDate): IsoDate => `${session.slice(0, 7)}-01`;

/** @param episodes of sessions before the session; those of its month take no part */
export function choose(episodes: readonly PastEpisode[], session: IsoDate): Chosen {
  const month = session.slice(0, 7);
  const known = lookedAt(episodes, session);
  const normalisation = fitNormalisation(known, firstOf(session));
  if (!normalisation) return NOTHING;
  const runs = new ForwardRuns(new OrderedEpisodes(known), normalisation);
  const even = tried(runs, 'even');
  let best = tried(runs, [FIRST]);
  let candidates = 2;
  for (const group of FURTHER.filter((one) => known.some(({ masked }) => !masked[one]))) {
    const wider = tried(runs, [...(best.metric as FeatureGroup[]), group]);
    candidates++;
    if (isBetter(wider, best)) best = wider;
  }
  if (best.loss >= even.loss) best = even;
  const { metric, forward, judged } = best;
  const passed = passes(judged, lookOf(month).alpha / candidates);
  return {
    learned: metric === 'even' ? [] : metric,
    strength: passed ? bestStrength(forward) : Infinity,
    gain: judged.length === 0 ? null : gainOver(judged),
    directionGain: directionGain(judged),
    distances: forward
      .map(({ distance }) => distance)
      .filter(Number.isFinite)
      .sort((a, b) => a - b),
  };
}

interface Tried {
  readonly metric: Metric;
  readonly forward: readonly Forward[];
  readonly judged: readonly Judged[];
  /** Sum of the losses. */
  readonly loss: number;
}

function tried(runs: ForwardRuns, metric: Metric): Tried {
  const folds = runs.judge(metric);
  const judged = judgedForward(folds);
  return { metric, forward: folds.flat(), judged, loss: judged.reduce((sum, { loss }) => sum + loss, 0) };
}

function isBetter(one: Tried, other: Tried): boolean {
  const values = one.judged.map(({ episode, loss }, i) => ({
    cluster: episode.session,
    value: other.judged[i].loss - loss,
  }));
  return clusteredMean(values).interval.low > 0;
}

/** What a look of the month may spend; looks are taken every month. */
function lookOf(month: string): Pick<Look, 'alpha'> {
  const [year, number] = month.split('-').map(Number);
  const before = number === 1 ? [] : [`${year}-${String(number - 1).padStart(2, '0')}`];
  return { alpha: alphaOfLook(month, before) };
}

/** Whether precedents told more than what was expected, and than the base rates, beyond doubt. */
function passes(judged: readonly Judged[], level: number): boolean {
  const over = [
    comparison(
      'volatility baseline',
      gainsBySession(judged, ({ expected }) => expected),
      intervalOf,
    ),
    comparison(
      'base rate',
      gainsBySession(judged, ({ base }) => base),
      intervalOf,
    ),
  ];
  return over.every((one) => one.sessions >= LEAST_JUDGED && isAbove(one) && one.pValue <= level);
}

/**
 * Whether precedents told BREAK from REJECT beyond doubt: a claim of its own, of precedents that have passed the look of the month alone and
 * at its level, as the promotion gate has it of models.
 * @param session of which it was learned
 */
export function claimsDirection(
  { strength, directionGain }: Pick<LearnedDistance, 'strength' | 'directionGain'>,
  session: IsoDate,
): boolean {
  if (strength === Infinity || directionGain === null || directionGain.clusters < 2) return false;
  const { mean, interval, clusters: sessions } = directionGain;
  const standardError = (interval.high - mean) / Z90;
  const pValue = studentTail(mean / standardError, sessions - 1);
  const { alpha } = lookOf(session.slice(0, 7));
  return tellsDirection({ sessions, low: interval.low, pValue }, alpha / MOST_CANDIDATES);
}

/** 90 %, of the mean gain an episode. */
const intervalOf = (gains: readonly SessionGain[]) => meanOf(gains).interval;

const meanOf = (gains: readonly SessionGain[]): ClusteredMean =>
  clusteredMean(
    gains.flatMap(({ gain, n }, session) =>
      Array.from({ length: n }, () => ({ cluster: String(session), value: gain / n })),
    ),
  );

function gainOver(judged: readonly Judged[]): Gain {
  const { n, clusters, mean, interval } = meanOf(gainsBySession(judged, ({ expected }) => expected));
  return { n, clusters, mean, interval };
}

/**
 * Against what a walk without memory gives by the distance of the touch, or what one gives that is decided within the horizon, whichever
 * told these episodes better, as models are judged: volatility tells the second, and must not pass for knowing direction.
 */
function directionGain(judged: readonly Judged[]): Gain | null {
  const decided = judged.filter(({ outcome }) => outcome < 2);
  if (decided.length === 0) return null;
  const lossesOf = (shareOf: (run: Judged) => number) =>
    decided.map((run) => {
      const share = shareOf(run);
      return -Math.log(Math.max(LEAST_SHARE, run.outcome === 0 ? share : 1 - share));
    });
  const sum = (losses: readonly number[]) => losses.reduce((total, loss) => total + loss, 0);
  const martingale = lossesOf(({ episode }) => episode.martingale);
  const walk = lossesOf(({ episode }) => episode.walk);
  const reference = sum(martingale) <= sum(walk) ? martingale : walk;
  const own = lossesOf((run) => {
    const [broke, rejected] = forecast(run, run.strength);
    return broke / (broke + rejected);
  });
  const { n, clusters, mean, interval } = clusteredMean(
    decided.map(({ episode }, i) => ({ cluster: episode.session, value: reference[i] - own[i] })),
  );
  return { n, clusters, mean, interval };
}
