/** An approach that has just touched its level, as scorer and precedents are asked about it: as they find it in Gold afterwards. */
import { NS_PER_MINUTE } from '../market/time';
import { TableRows } from '../datasets/column';
import { countedClose } from '../episodes/countedHours';
import { EPISODE_COLUMNS, goldEpisodes } from '../episodes/episodeTables';
import type { Touch } from '../precedents/episodes';
import { measuringOf, touchesOf } from '../precedents/pastEpisodes';
import type { SessionFrame } from '../session/inputs';
import { FEATURE_TABLE } from '../vectors/features';
import type { EpisodeVector } from '../vectors/vectorBuilder';
import { goldVectors, VECTOR_COLUMNS } from '../vectors/vectorsTable';
import type { ScoreRow } from './request';

/** What is asked about precedents: read off the rows that go into Gold. */
export function touchOf(vector: EpisodeVector, frame: SessionFrame): Touch {
  const { contract, tradeDate, origin, product, settings } = frame;
  const episodes = new TableRows(goldEpisodes, EPISODE_COLUMNS);
  const vectors = new TableRows(goldVectors, VECTOR_COLUMNS);
  episodes.push({ event: vector.episode, origin, tickNanos: product.tickNanos });
  vectors.push({ event: vector, origin });
  const rows = { contract, tradeDate, episodes: [episodes.take()], vectors: [vectors.take()] };
  return touchesOf(rows, measuringOf(settings, product))[0].touch;
}

/** What is asked of the scorer. */
export function scoreRowOf(
  { episode, raw, sequence }: EpisodeVector,
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
    vector: nullable(Float32Array.from(raw)),
    sequence: nullable(sequence),
    touchDistance: distanceOf(episode),
    minutesSinceOpen: episode.minutesSinceOpen,
    minutesToClose: (close - episode.touchAt) / NS_PER_MINUTE,
  };
}

/** As `touch_distance` in gold.episodes, ticks. */
export const distanceOf = ({ direction, touchPrice, levelPrice }: EpisodeVector['episode']): number =>
  direction === 'UP' ? touchPrice - levelPrice : levelPrice - touchPrice;

const nullable = (values: Float32Array): (number | null)[] =>
  Array.from(values, (value) => (Number.isNaN(value) ? null : value));
