/**
 * How well precedents would have told the outcomes of earlier sessions: each session is judged by what was learned from sessions before it
 * and by precedents of sessions before it, as it would have been then.
 */
import { CLASSES } from '../models/scores';
import type { SessionGain } from '../models/scoredSessions';
import type { FeatureGroup } from '../vectors/features';
import type { Normalisation } from '../vectors/normalise';
import { EVEN_WEIGHTS, ofGroups, type Weights } from './distance';
import { primaryOutcome, type PastEpisode } from './episodes';
import { corrected, tally, type Tally } from './evidence';
import { Expected, meanShares } from './expected';
import { learnWeights } from './learnedWeights';
import type { OrderedEpisodes } from './orderedEpisodes';
import { PrecedentIndex } from './precedentIndex';

/** Sessions that are only learned from. */
export const BURN_IN = 20;
/** Of the latest sessions at most so many are judged, in so many folds: weights are learned anew for each. */
const MOST_JUDGED = 100;
const FOLDS = 4;
/** Strengths of the prior that are tried, in episodes; infinite: what is expected alone. */
export const STRENGTHS = [2.5, 5, 10, 25, 50, 100, 200, 400, Infinity] as const;
/** Of the first fold, before which there is nothing to choose by. */
const FIRST_STRENGTH = 25;

/** How distances are measured: all groups evenly, or some of them by learned weights. */
export type Metric = 'even' | readonly FeatureGroup[];

/** What precedents told of one episode. */
export interface Forward {
  readonly episode: PastEpisode;
  readonly outcome: number;
  /** Shares of the outcomes among all earlier episodes. */
  readonly base: readonly number[];
  /** What was to be expected of it, and on average of its precedents. */
  readonly expected: readonly number[];
  readonly ofPrecedents: readonly number[];
  readonly found: Tally;
  /** Mean of the precedents' distances; NaN of none. */
  readonly distance: number;
}

/** Sessions that are judged together, and what was learned from those before them. */
interface Fold {
  readonly judged: readonly PastEpisode[];
  readonly base: readonly number[];
  /** Of the judged episodes and of those before them. */
  readonly expected: ReadonlyMap<PastEpisode, readonly number[]>;
  readonly weights: Weights | null;
}

export class ForwardRuns {
  private readonly folds: readonly Fold[];

  constructor(
    private readonly ordered: OrderedEpisodes,
    private readonly normalisation: Normalisation,
  ) {
    const episodes = ordered.all;
    const sessions = [...new Set(episodes.map(({ session }) => session))];
    const judged = sessions.slice(Math.max(BURN_IN, sessions.length - MOST_JUDGED));
    const size = Math.ceil(judged.length / FOLDS);
    this.folds = Array.from({ length: Math.ceil(judged.length / size) || 0 }, (_, f) =>
      foldOf(episodes, judged.slice(f * size, (f + 1) * size), normalisation),
    );
  }

  /** Every episode of the judged sessions in order of time, by folds. */
  judge(metric: Metric): Forward[][] {
    return this.folds.map(({ judged, base, expected, weights: learned }) => {
      const weights = metric === 'even' || !learned ? EVEN_WEIGHTS : ofGroups(learned, metric);
      const index = new PrecedentIndex(this.ordered, this.normalisation, weights);
      return judged.map((episode): Forward => {
        const found = index.search(episode).precedents;
        const precedents = found.map((precedent) => precedent.episode);
        return {
          episode,
          outcome: primaryOutcome(episode)!,
          base,
          expected: expected.get(episode)!,
          ofPrecedents: meanShares(precedents.map((precedent) => expected.get(precedent) ?? base)),
          found: tally(precedents, primaryOutcome),
          distance: found.reduce((sum, one) => sum + Math.sqrt(one.distance), 0) / found.length,
        };
      });
    });
  }
}

function foldOf(
  episodes: readonly PastEpisode[],
  sessions: readonly string[],
  normalisation: Normalisation,
): Fold {
  const earlier = episodes.filter(({ session }) => session < sessions[0]);
  const judged = episodes.filter(({ session }) => sessions.includes(session));
  const counts = CLASSES.map((_, c) => earlier.filter((episode) => primaryOutcome(episode) === c).length + 1);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const base = counts.map((count) => count / total);
  const model = Expected.of(earlier);
  const all = [...earlier, ...judged];
  const shares = model?.shares(all);
  return {
    judged,
    base,
    expected: new Map(all.map((episode, i) => [episode, shares?.[i] ?? base])),
    weights: model && learnWeights(earlier, normalisation, model),
  };
}

/** Shares never below this: one surprise must not cost infinitely much. */
export const LEAST_SHARE = 1e-3;

/** What precedents made of what was expected, with a prior of so many episodes. */
export const forecast = ({ found, expected, ofPrecedents }: Forward, strength: number): number[] =>
  found.n === 0 ? [...expected] : corrected(found, expected, ofPrecedents, strength);

const lossOf = (shares: readonly number[], outcome: number) =>
  -Math.log(Math.max(LEAST_SHARE, shares[outcome]));

/** Log loss of each, nats. */
const losses = (runs: readonly Forward[], strength: number): number[] =>
  runs.map((run) => lossOf(forecast(run, strength), run.outcome));

/** The strength that would have served best; of equals the strongest, which claims least. */
export function bestStrength(runs: readonly Forward[]): number {
  let best: number = Infinity;
  let least = Infinity;
  for (const strength of STRENGTHS) {
    const loss = losses(runs, strength).reduce((sum, one) => sum + one, 0);
    if (loss > least) continue;
    best = strength;
    least = loss;
  }
  return best;
}

/** Judged as it would have been used: the strength of each fold is what served best in those before it. */
export interface Judged extends Forward {
  readonly strength: number;
  readonly loss: number;
}

export const judgedForward = (folds: readonly (readonly Forward[])[]): Judged[] =>
  folds.flatMap((fold, k) => {
    const strength = k === 0 ? FIRST_STRENGTH : bestStrength(folds.slice(0, k).flat());
    return losses(fold, strength).map((loss, i) => ({ ...fold[i], strength, loss }));
  });

/** How much less it cost than another forecast, session by session. */
export function gainsBySession(
  judged: readonly Judged[],
  other: (run: Judged) => readonly number[],
): SessionGain[] {
  const sessions = new Map<string, { gain: number; n: number }>();
  for (const run of judged) {
    const of = sessions.get(run.episode.session) ?? { gain: 0, n: 0 };
    sessions.set(run.episode.session, of);
    of.n++;
    of.gain += lossOf(other(run), run.outcome) - run.loss;
  }
  return [...sessions.values()];
}
