/** An approach, or its touch, as scorer and precedents are asked about it: a touch as they find it in Gold afterwards. */
import { NS_PER_MINUTE } from '../market/time';
import { countedClose } from '../episodes/countedHours';
import type { Touch } from '../precedents/episodes';
import { measuringOf, withBaseline } from '../precedents/pastEpisodes';
import type { SessionFrame } from '../session/inputs';
import { FEATURE_TABLE } from '../vectors/features';
import type { VectorEvent } from '../vectors/vectorBuilder';
import type { ScoreRow } from './request';
import { askedDistance, distanceOf, triggerOf } from './subject';

/** What is asked about precedents. */
export function touchOf(
  { kind, vector: { episode, raw, masked } }: VectorEvent,
  { contract, tradeDate, origin, product, settings }: SessionFrame,
): Touch {
  const touch = {
    id: episode.id,
    contract,
    session: tradeDate,
    at: origin.absolute(episode.touchAt),
    levelId: episode.levelId,
    levelKind: episode.kind,
    direction: episode.direction,
    timeOfDay: episode.timeOfDay,
    raw: new Float32Array(raw),
    masked,
  };
  const distance = askedDistance(triggerOf(kind), distanceOf(episode), settings.episodes);
  const { minutesSinceOpen } = episode;
  return withBaseline({ touch, distance, minutesSinceOpen }, measuringOf(settings, product));
}

/** What is asked of the scorer. */
export function scoreRowOf(
  { kind, vector: { episode, raw, sequence } }: VectorEvent,
  { product, clock, settings }: SessionFrame,
): ScoreRow {
  // Outcomes end with the hours that count.
  const close = countedClose(clock, settings.episodes.sessionWindow);
  return {
    episodeId: episode.id,
    product: product.root,
    level: episode.kind,
    direction: episode.direction,
    timeOfDay: episode.timeOfDay,
    featureTable: FEATURE_TABLE,
    vector: new Float32Array(raw),
    sequence,
    touchDistance: askedDistance(triggerOf(kind), distanceOf(episode), settings.episodes),
    minutesSinceOpen: episode.minutesSinceOpen,
    minutesToClose: (close - episode.touchAt) / NS_PER_MINUTE,
  };
}
