/**
 * What the messages of a live session are about: a touch, or an approach as soon as it is under way. One event, and so one `id`, in
 * `features_gold` and `inference_results`.
 *
 * A touch is as Gold has it. An approach is provisional: it is spoken of as if the moment were its touch. Its vector has the 144 features of
 * that moment, computed as at a touch, so price is still its distance from the level, and the approach has only begun. Only where it would
 * touch is taken from the touch to come: model and precedents are asked about a touch at the near edge of the touch band, since a
 * touch at an approach's distance would lie about where its REJECT does.
 */
import { z } from 'zod';
import { DIRECTIONS, type Episode } from '../episodes/episode';
import { LEVEL_KINDS } from '../levels/kinds';
import { ticksToPoints } from '../market/points';
import type { SessionFrame } from '../session/inputs';
import type { EpisodeSettings } from '../settings';
import type { VectorEvent } from '../vectors/vectorBuilder';

export const TRIGGERS = ['approach', 'touch'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** What is said of every approach. */
const PROVISIONAL =
  'as if price touched the level now, at the near edge of the touch band: the features are of this moment, with price still on its way';

const instant = z.string().regex(/^\d+$/).describe('ns UTC');

/** Fields that messages of either hub begin with, after their `schema`. */
export const subject = {
  id: z
    .string()
    .describe('of the touch or the approach: the same however often it is published, and in either hub'),
  trigger: z
    .enum(TRIGGERS)
    .describe('touch: price is in the touch band of the level. approach: it has come near, from outside'),
  provisional: z
    .string()
    .nullable()
    .describe('of an approach: in what it is not what its touch will be; null of a touch'),
  episode: z.strictObject({
    id: z.string().describe('as in gold.episodes; of an approach the one its touch will have, if it comes'),
    approach: z
      .string()
      .nullable()
      .describe('id of the approach; of a touch, of the one that led to it, null where none was told before'),
    contract: z.string(),
    tradeDate: z.iso.date(),
    level: z.string(),
    levelKind: z.enum(LEVEL_KINDS),
    levelPrice: z.number(),
    direction: z.enum(DIRECTIONS),
    attempt: z.int().positive(),
    timeOfDay: z.string(),
    at: instant.describe('of the trade that touches, or tells of the approach, ns UTC'),
    price: z.number().describe('of that trade'),
    distance: z.number().describe('of it beyond the level along the approach, ticks: negative before it'),
    minutesSinceOpen: z.number().describe('of RTH; negative before it'),
  }),
};
/** Times of its way, beside those of what is said of it. */
export const passage = {
  captured: instant.describe('when the trade was captured, ns UTC'),
  received: instant.describe(
    'when the message came in that completed the vector, ns UTC; 0 where the end of the session did',
  ),
};
const subjectSchema = z.strictObject(subject);
export type Subject = z.infer<typeof subjectSchema>;

/** @param event the vector of a touch or an approach of the session */
export function subjectOf(
  { kind, vector: { episode } }: VectorEvent,
  { contract, tradeDate, origin, product: { tickNanos } }: SessionFrame,
): Subject {
  const trigger = triggerOf(kind);
  return {
    id: trigger === 'approach' ? episode.approachId! : `${episode.id}/touch`,
    trigger,
    provisional: trigger === 'approach' ? PROVISIONAL : null,
    episode: {
      id: episode.id,
      approach: episode.approachId,
      contract,
      tradeDate,
      level: episode.levelId,
      levelKind: episode.kind,
      levelPrice: ticksToPoints(episode.levelPrice, tickNanos),
      direction: episode.direction,
      attempt: episode.attempt,
      timeOfDay: episode.timeOfDay,
      at: String(origin.absolute(episode.touchAt)),
      price: ticksToPoints(episode.touchPrice, tickNanos),
      distance: distanceOf(episode),
      minutesSinceOpen: episode.minutesSinceOpen,
    },
  };
}

/** @param received when the message that completed the vector came in, ns UTC */
export const passed = ({ vector: { episode } }: VectorEvent, { origin }: SessionFrame, received: bigint) => ({
  captured: String(origin.absolute(episode.touchRecv)),
  received: String(received),
});

export const triggerOf = (kind: VectorEvent['kind']): Trigger => (kind === 'vector' ? 'touch' : 'approach');

/** As `touch_distance` in gold.episodes, ticks. */
export const distanceOf = ({ direction, touchPrice, levelPrice }: Episode): number =>
  direction === 'UP' ? touchPrice - levelPrice : levelPrice - touchPrice;

/**
 * Distance of the touch that model and precedents are asked about, ticks beyond the level along the approach.
 * @param distance of price from the level at the event
 */
export const askedDistance = (
  trigger: Trigger,
  distance: number,
  { touchTicks }: Pick<EpisodeSettings, 'touchTicks'>,
): number => (trigger === 'touch' ? distance : -touchTicks);
