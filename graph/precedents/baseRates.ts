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

/** Episodes in order of time, by the numbers of their sessions and of their moments. */
export interface Events {
  readonly sessions: Int32Array;
  readonly moments: Int32Array;
}

/** @param episodes in order of time. @returns numbers from 1 on */
export function eventsOf(episodes: readonly Pick<PastEpisode, 'session' | 'at'>[]): Events {
  const sessions = new Int32Array(episodes.length);
  const moments = new Int32Array(episodes.length);
  let [session, moment] = [0, 0];
  episodes.forEach((episode, row) => {
    const last = row > 0 ? episodes[row - 1] : undefined;
    const begins = last?.session !== episode.session;
    if (begins) session++;
    if (begins || last.at !== episode.at) moment++;
    sessions[row] = session;
    moments[row] = moment;
  });
  return { sessions, moments };
}

/** For an outcome that is not known. */
const UNKNOWN = -1;

/** @param outcomeOf place in `CLASSES`; null where it is not known */
export const outcomesOf = <Episode>(
  episodes: readonly Episode[],
  outcomeOf: (episode: Episode) => number | null,
): Int8Array => new Int8Array(episodes.map((episode) => outcomeOf(episode) ?? UNKNOWN));

/**
 * Base rates of some episodes. One whose outcome is not known counts as if it were not there.
 * @param rows of them, ascending
 * @param outcomes of all, as `outcomesOf` has them
 */
export function baseRate(
  rows: readonly number[],
  { sessions, moments }: Events,
  outcomes: Int8Array,
): BaseRate {
  const clusters = CLASSES.map((): Cluster[] => []);
  const successes = CLASSES.map(() => 0);
  /** How those of the moment ended. */
  const counts = CLASSES.map(() => 0);
  const known = rows.filter((row) => outcomes[row] !== UNKNOWN);
  let n = 0;
  let events = 0;
  known.forEach((row, i) => {
    counts[outcomes[row]]++;
    const next = known[i + 1];
    if (moments[next] === moments[row]) return;
    const ended = counts.reduce((sum, count) => sum + count, 0);
    for (let c = 0; c < counts.length; c++) successes[c] += counts[c] / ended;
    counts.fill(0);
    events++;
    if (sessions[next] === sessions[row]) return;
    clusters.forEach((of, c) => of.push({ n: events, successes: successes[c] }));
    successes.fill(0);
    n += events;
    events = 0;
  });
  return { n, sessions: clusters[0].length, shares: clusters.map((of) => clusteredShare(of)) };
}

/** Computed once for what is asked for again and again. */
export class BaseRates {
  private readonly known = new Map<string, BaseRate>();
  private readonly events: Events;
  /** By horizon; the primary one without. */
  private readonly outcomes = new Map<number | undefined, Int8Array>();
  /** Horizons there are, ascending. */
  readonly minutes: readonly number[];

  /** @param episodes in order of time */
  constructor(episodes: readonly PastEpisode[]) {
    this.events = eventsOf(episodes);
    const horizons = new Set<number>();
    for (const { results } of episodes) for (const result of results) horizons.add(result.minutes);
    this.minutes = [...horizons].sort((a, b) => a - b);
    this.outcomes.set(undefined, outcomesOf(episodes, primaryOutcome));
    for (const minutes of this.minutes)
      this.outcomes.set(
        minutes,
        outcomesOf(episodes, (episode) => outcomeAt(episode, minutes)),
      );
  }

  /** Sessions among the first episodes. */
  sessionsIn(rows: number): number {
    return rows === 0 ? 0 : this.events.sessions[rows - 1];
  }

  /**
   * @param rows ascending
   * @param name of what the rows are; without one the result is not kept
   * @param minutes one of the horizons; the primary one, without
   */
  of(rows: () => readonly number[], name?: string, minutes?: number): BaseRate {
    const key = name === undefined ? undefined : `${name} ${minutes ?? 'primary'}`;
    const known = key === undefined ? undefined : this.known.get(key);
    if (known) return known;
    const made = baseRate(rows(), this.events, this.outcomes.get(minutes)!);
    if (key !== undefined) this.known.set(key, made);
    return made;
  }
}
