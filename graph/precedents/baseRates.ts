/**
 * How episodes end whatever they look like: shares of the outcomes among all that were known, with intervals that know that the episodes
 * of a session are alike. Touches at the same moment are one event, which counts once.
 */
import { clusteredShare, type Cluster, type ClusteredShare } from '../statistics/clustered';
import { CLASSES } from '../models/scores';
import { outcomeAt, primaryOutcome, type PastEpisode } from './episodes';

export interface BaseRate {
  /** Events, and sessions they are of. */
  readonly n: number;
  readonly sessions: number;
  /** In the order of `CLASSES`. */
  readonly shares: readonly ClusteredShare[];
}

/**
 * Base rates of some episodes.
 * @param outcomeOf place in `CLASSES`; null where it is not known, which counts as if the episode were not there
 */
export function baseRate<Episode extends Pick<PastEpisode, 'session' | 'at'>>(
  episodes: Iterable<Episode>,
  outcomeOf: (episode: Episode) => number | null,
): BaseRate {
  const sessions = new Map<string, Map<bigint, number[]>>();
  for (const episode of episodes) {
    const outcome = outcomeOf(episode);
    if (outcome === null) continue;
    const moments = sessions.get(episode.session) ?? new Map<bigint, number[]>();
    sessions.set(episode.session, moments);
    const counts = moments.get(episode.at) ?? CLASSES.map(() => 0);
    moments.set(episode.at, counts);
    counts[outcome]++;
  }
  const clusters = CLASSES.map((): Cluster[] => []);
  let n = 0;
  for (const moments of sessions.values()) {
    n += moments.size;
    CLASSES.forEach((_, c) => {
      let successes = 0;
      for (const counts of moments.values()) successes += counts[c] / counts.reduce((a, b) => a + b);
      clusters[c].push({ n: moments.size, successes });
    });
  }
  return { n, sessions: sessions.size, shares: clusters.map((of) => clusteredShare(of)) };
}

/** Computed once for what is asked for again and again. */
export class BaseRates {
  private readonly known = new Map<string, BaseRate>();
  /** Sessions up to and including each episode's. */
  private readonly sessions: Int32Array;
  /** Horizons there are, ascending. */
  readonly minutes: readonly number[];

  /** @param episodes in order of time */
  constructor(private readonly episodes: readonly PastEpisode[]) {
    let count = 0;
    this.sessions = Int32Array.from(episodes, ({ session }, row) => {
      if (row === 0 || session !== episodes[row - 1].session) count++;
      return count;
    });
    const minutes = new Set<number>();
    for (const { results } of episodes) for (const result of results) minutes.add(result.minutes);
    this.minutes = [...minutes].sort((a, b) => a - b);
  }

  /** Sessions among the first episodes. */
  sessionsIn(rows: number): number {
    return rows === 0 ? 0 : this.sessions[rows - 1];
  }

  /**
   * @param name of what the rows are; without one the result is not kept
   * @param minutes the horizon; the primary one, without
   */
  of(rows: () => readonly number[], name?: string, minutes?: number): BaseRate {
    const key = name === undefined ? undefined : `${name} ${minutes ?? 'primary'}`;
    const known = key === undefined ? undefined : this.known.get(key);
    if (known) return known;
    const made = baseRate(
      rows().map((row) => this.episodes[row]),
      minutes === undefined ? primaryOutcome : (episode) => outcomeAt(episode, minutes),
    );
    if (key !== undefined) this.known.set(key, made);
    return made;
  }
}
