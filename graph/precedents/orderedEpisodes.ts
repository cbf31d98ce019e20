/** Past episodes in the order that makes "known before" a prefix, with what indexes of them share whatever their weights. */
import { GROUPS } from '../vectors/features';
import { BaseRates } from './baseRates';
import { inOrderOfTime, primaryOutcome, type Masked, type PastEpisode } from './episodes';
import { partitionName, type PrecedentPartition } from './partition';

/** Episodes of one partition and one set of masked groups. */
export interface EpisodePart {
  readonly partition: PrecedentPartition;
  readonly masked: Masked;
  /** Places in the order of time, ascending. */
  readonly rows: Int32Array;
}

export class OrderedEpisodes {
  /** Those whose outcome at the primary horizon is known. */
  readonly all: readonly PastEpisode[];
  readonly base: BaseRates;
  readonly parts: readonly EpisodePart[];

  /** @param episodes in any order */
  constructor(episodes: readonly PastEpisode[]) {
    this.all = inOrderOfTime(episodes.filter((episode) => primaryOutcome(episode) !== null));
    this.base = new BaseRates(this.all);
    const parts = new Map<string, { first: PastEpisode; rows: number[] }>();
    this.all.forEach((episode, row) => {
      const name = `${partitionName(episode)} ${GROUPS.map((group) => episode.masked[group]).join()}`;
      const part = parts.get(name) ?? { first: episode, rows: [] };
      part.rows.push(row);
      parts.set(name, part);
    });
    this.parts = [...parts.values()].map(
      ({ first: { levelKind, direction, timeOfDay, masked }, rows }): EpisodePart => ({
        partition: { levelKind, direction, timeOfDay },
        masked,
        rows: Int32Array.from(rows),
      }),
    );
  }
}
