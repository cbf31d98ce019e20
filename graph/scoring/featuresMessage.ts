/** A message of `features_gold`: the vector of a touch, as gold.vectors has it, or that of an approach, as soon as it is computed. */
import { z } from 'zod';
import type { Touch } from '../precedents/episodes';
import { withBaseline, type Measuring } from '../precedents/pastEpisodes';
import type { SessionFrame } from '../session/inputs';
import type { EpisodeSettings } from '../settings';
import { FEATURE_TABLE, FEATURES, GROUPS, type FeatureGroup } from '../vectors/features';
import type { VectorEvent } from '../vectors/vectorBuilder';
import { undefinedAsNull, undefinedAsNaN } from './request';
import { askedDistance, passage, passed, subject, subjectOf } from './subject';

export const FEATURES_SCHEMA = 'spymaster.features/1';

const flags = Object.fromEntries(GROUPS.map((group) => [group, z.boolean()])) as Record<
  FeatureGroup,
  z.ZodBoolean
>;

export const featuresMessage = z.strictObject({
  schema: z.literal(FEATURES_SCHEMA),
  ...subject,
  featureTable: z
    .string()
    .describe(
      'version and digest of the table of features: values of others are not comparable; `./spymaster features` shows it',
    ),
  raw: z
    .array(z.number().nullable())
    .length(FEATURES.length)
    .describe('the dimensions in the order of the table, each in its own unit; null: undefined, or masked'),
  masked: z.strictObject(flags).describe('groups without data: all of them is null'),
  latency: z.strictObject(passage),
});

export type FeaturesMessage = z.infer<typeof featuresMessage>;

/** @param received when the message that completed the vector came in, ns UTC */
export const featuresMessageOf = (
  event: VectorEvent,
  frame: SessionFrame,
  received: bigint,
): FeaturesMessage => ({
  schema: FEATURES_SCHEMA,
  ...subjectOf(event, frame),
  featureTable: FEATURE_TABLE,
  raw: undefinedAsNull(Float32Array.from(event.vector.raw)),
  masked: { ...event.vector.masked },
  latency: passed(event, frame, received),
});

/** What precedents are asked with about the subject of a message. */
export function touchOfMessage(
  { trigger, episode, raw, masked }: FeaturesMessage,
  measured: Measuring,
  settings: EpisodeSettings,
): Touch {
  const { id, contract, tradeDate, level, levelKind, direction, timeOfDay, at, minutesSinceOpen } = episode;
  const touch = {
    id,
    contract,
    session: tradeDate,
    at: BigInt(at),
    levelId: level,
    levelKind,
    direction,
    timeOfDay,
    raw: undefinedAsNaN(raw),
    masked,
  };
  const distance = askedDistance(trigger, episode.distance, settings);
  return withBaseline({ touch, distance, minutesSinceOpen }, measured);
}

/** For programs that read the hub. */
export const featuresSchema = (): object => z.toJSONSchema(featuresMessage);
