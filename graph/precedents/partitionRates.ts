/** Base rates by partition, each along the ladder from the narrowest rung that has enough sessions: what is said where no model has an edge. */
import { baseRate, type BaseRate } from './baseRates';
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
}

/** Below these a rung is left for the next one. */
const LEAST_SESSIONS = 20;
const LEAST_EPISODES = 30;

export class PartitionRates {
  private readonly known = new Map<string, PartitionRate>();

  constructor(private readonly episodes: readonly EndedEpisode[]) {}

  /** Sessions of no episodes give shares of null, with intervals from 0 to 1. */
  of(wanted: PrecedentPartition): PartitionRate {
    const name = partitionName(wanted);
    let rate = this.known.get(name);
    if (!rate) this.known.set(name, (rate = this.count(wanted)));
    return rate;
  }

  private count(wanted: PrecedentPartition): PartitionRate {
    let widest: PartitionRate | undefined;
    for (const rung of RUNGS) {
      const held = this.episodes.filter((episode) => isOnRung(rung, wanted, episode));
      widest = { rung, ...baseRate(held, ({ outcome }) => outcome) };
      if (widest.sessions >= LEAST_SESSIONS && widest.n >= LEAST_EPISODES) break;
    }
    return widest!;
  }
}
