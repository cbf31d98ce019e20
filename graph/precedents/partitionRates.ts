/**
 * Base rates by partition: what is said where no model has an edge. Forecast is what models are judged against (`PartitionShares`); counts
 * with their intervals stand beside it, each along the ladder from the narrowest rung that has enough sessions.
 */
import { PartitionShares } from '../models/partitionShares';
import { baseRate, eventsOf, outcomesOf, type BaseRate, type Events } from './baseRates';
import { isOnRung, partitionName, RUNGS, type PrecedentPartition, type Rung } from './partition';

/** An episode that is over. */
export interface EndedEpisode extends PrecedentPartition {
  /** Trade date. */
  readonly session: string;
  /** Time of the touch, ns UTC. */
  readonly at: bigint;
  /** Place in `CLASSES`. */
  readonly outcome: number;
}

export interface PartitionRate extends BaseRate {
  readonly rung: Rung;
  /** What is forecast of the partition, in the order of `CLASSES`. */
  readonly forecast: readonly number[];
}

/** Below these a rung is left for the next one. */
const LEAST_SESSIONS = 20;
const LEAST_EPISODES = 30;

export class PartitionRates {
  private readonly known = new Map<string, PartitionRate>();

  private readonly shares = new PartitionShares();
  private readonly events: Events;
  private readonly outcomes: Int8Array;

  /** @param episodes in order of time */
  constructor(private readonly episodes: readonly EndedEpisode[]) {
    this.events = eventsOf(episodes);
    this.outcomes = outcomesOf(episodes, ({ outcome }) => outcome);
    for (const episode of episodes) this.shares.add(partitionName(episode), episode.outcome);
  }

  /** No episodes give shares of null, with intervals from 0 to 1, and even odds. */
  of(wanted: PrecedentPartition): PartitionRate {
    const name = partitionName(wanted);
    let rate = this.known.get(name);
    if (!rate) this.known.set(name, (rate = this.count(wanted)));
    return rate;
  }

  private count(wanted: PrecedentPartition): PartitionRate {
    const forecast = this.shares.of(partitionName(wanted));
    let widest: PartitionRate | undefined;
    for (const rung of RUNGS) {
      const rows = this.episodes.flatMap((episode, row) => (isOnRung(rung, wanted, episode) ? [row] : []));
      widest = { rung, forecast, ...baseRate(rows, this.events, this.outcomes) };
      if (widest.sessions >= LEAST_SESSIONS && widest.n >= LEAST_EPISODES) break;
    }
    return widest!;
  }
}
