/** How many of the precedents that comparing with every episode finds an index finds too. */
import { normalise } from '../vectors/normalise';
import { commonGroups, groupMasses, rescaling } from './distance';
import { FEATURES } from '../vectors/features';
import type { PastEpisode, Touch } from './episodes';
import { isOnRung } from './partition';
import type { PrecedentIndex } from './precedentIndex';
import { Selection } from './selection';

/** Share of the precedents, 0 to 1, over some touches; 1 of none. */
export function recallOf(index: PrecedentIndex, touches: readonly Touch[]): number {
  let [wanted, found] = [0, 0];
  for (const touch of touches) {
    const { rung, precedents } = index.search(touch);
    const ids = new Set(precedents.map(({ episode }) => episode.id));
    const selection = new Selection();
    for (const { episode } of inOrderOfDistance(index, touch, (other) => isOnRung(rung, touch, other))) {
      if (selection.full) break;
      if (!selection.take(episode)) continue;
      wanted++;
      if (ids.has(episode.id)) found++;
    }
  }
  return wanted === 0 ? 1 : found / wanted;
}

/** Every earlier episode with its distance in double precision, nearest first. */
function inOrderOfDistance(
  { episodes, normalisation, weights }: PrecedentIndex,
  touch: Touch,
  counts: (episode: PastEpisode) => boolean,
): { episode: PastEpisode; distance: number }[] {
  const masses = groupMasses(weights);
  const own = normalise(touch.raw, touch.masked, normalisation);
  return episodes
    .filter((episode) => episode.session < touch.session && counts(episode))
    .flatMap((episode) => {
      const common = commonGroups(masses, touch.masked, episode.masked);
      if (common.length === 0) return [];
      const other = normalise(episode.raw, episode.masked, normalisation);
      let sum = 0;
      for (const { index: k, group } of FEATURES)
        if (common.includes(group)) sum += (weights[k] * (own[k] - other[k])) ** 2;
      return [{ episode, distance: sum * rescaling(masses, common) }];
    })
    .sort((a, b) => a.distance - b.distance);
}
