/**
 * How well precedents would have told the outcomes of earlier sessions: each session is judged by weights learned from sessions before it
 * and by precedents of sessions before it, as it would have been then.
 */
import type { IsoDate } from '../market/days';
import type { FeatureGroup } from '../vectors/features';
import type { Normalisation } from '../vectors/normalise';
import { EVEN_WEIGHTS, ofGroups, type Weights } from './distance';
import { primaryOutcome, type PastEpisode } from './episodes';
import { frequencies, shrunk, type Frequencies } from './evidence';
import { learnWeights } from './learnedWeights';
import { PrecedentIndex } from './precedentIndex';

/** Sessions that are only learned from. */
export const BURN_IN = 20;
/** Of the latest sessions at most so many are judged, in so many folds: weights are learned anew for each. */
const MOST_JUDGED = 100;
const FOLDS = 4;

/** How distances are measured: all groups evenly, or some of them by learned weights. */
export type Metric = 'even' | readonly FeatureGroup[];

/** What precedents told of one episode. */
export interface Forward {
  readonly episode: PastEpisode;
  readonly outcome: number;
  readonly base: readonly number[];
  readonly found: Frequencies;
  /** Mean of the precedents' distances; NaN of none. */
  readonly distance: number;
}

/** Sessions that are judged together, and the weights learned from those before them. */
interface Fold {
  readonly sessions: ReadonlySet<IsoDate>;
  readonly weights: Weights | null;
}

export class ForwardRuns {
  private readonly folds: readonly Fold[];
  private readonly base = new Map<PastEpisode, readonly number[]>();

  /** @param episodes in order of time, of which the outcome is known */
  constructor(
    private readonly episodes: readonly PastEpisode[],
    private readonly normalisation: Normalisation,
  ) {
    const sessions = [...new Set(episodes.map(({ session }) => session))];
    const judged = sessions.slice(Math.max(BURN_IN, sessions.length - MOST_JUDGED));
    const size = Math.ceil(judged.length / FOLDS);
    this.folds = Array.from({ length: Math.ceil(judged.length / size) || 0 }, (_, f) => {
      const own = judged.slice(f * size, (f + 1) * size);
      const earlier = episodes.filter(({ session }) => session < own[0]);
      return { sessions: new Set(own), weights: learnWeights(earlier, normalisation) };
    });
  }

  /** Every episode of the judged sessions, in order of time. */
  judge(metric: Metric): Forward[] {
    return this.folds.flatMap(({ sessions, weights: learned }) => {
      const weights = metric === 'even' || !learned ? EVEN_WEIGHTS : ofGroups(learned, metric);
      const index = new PrecedentIndex(this.episodes, this.normalisation, weights);
      return this.episodes
        .filter(({ session }) => sessions.has(session))
        .map((episode): Forward => {
          const { precedents, base } = index.search(episode);
          const found = frequencies(
            precedents.map((precedent) => precedent.episode),
            primaryOutcome,
          );
          const distance =
            precedents.reduce((sum, one) => sum + Math.sqrt(one.distance), 0) / precedents.length;
          return {
            episode,
            outcome: primaryOutcome(episode)!,
            base: this.baseOf(episode, base),
            found,
            distance,
          };
        });
    });
  }

  /** The same by whatever metric, so it is counted once. */
  private baseOf(
    episode: PastEpisode,
    base: ReturnType<PrecedentIndex['search']>['base'],
  ): readonly number[] {
    const known = this.base.get(episode) ?? base().shares.map(({ share }) => share ?? 0);
    this.base.set(episode, known);
    return known;
  }
}

/** Shares never below this: one surprise must not cost infinitely much. */
export const LEAST_SHARE = 1e-3;

/** Log loss of each, nats. */
export const losses = (runs: readonly Forward[], strength: number): number[] =>
  runs.map(
    ({ found, base, outcome }) => -Math.log(Math.max(LEAST_SHARE, shrunk(found, base, strength)[outcome])),
  );
