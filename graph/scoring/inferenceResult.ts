/**
 * A message of `inference_results`: what is said of a touch as soon as it happens. Model and precedents stand side by side, each with its
 * base rate, n and versions; either may be missing, and then the message says why.
 */
import { z } from 'zod';
import { ticksToPoints } from '../market/points';
import { precedentsAnswer, type PrecedentsAnswer } from '../precedents/answer';
import type { SessionFrame } from '../session/inputs';
import type { EpisodeVector } from '../vectors/vectorBuilder';
import { forecastSchema, type Forecast } from './forecast';
import { distanceOf } from './touched';

export const INFERENCE_SCHEMA = 'spymaster.inference_result/1';

const instant = z.string().regex(/^\d+$/).describe('ns UTC');
const missing = z.strictObject({ missing: z.string().describe('why there is no answer') });

/** Without the precedents themselves, which are asked for by the id of the episode. */
const summary = precedentsAnswer.omit({ precedents: true, attribution: true });

export const inferenceResult = z.strictObject({
  schema: z.literal(INFERENCE_SCHEMA),
  id: z.string().describe('the same for the same touch, however often it is published'),
  trigger: z.literal('touch'),
  episode: z.strictObject({
    id: z.string(),
    contract: z.string(),
    tradeDate: z.iso.date(),
    level: z.string(),
    levelPrice: z.number(),
    direction: z.enum(['UP', 'DOWN']),
    attempt: z.int().positive(),
    timeOfDay: z.string(),
    touchAt: instant,
    touchPrice: z.number(),
    touchDistance: z.number().describe('beyond the level along the approach, ticks'),
  }),
  model: z.union([forecastSchema, missing]),
  precedents: z.union([summary, missing]),
  latency: z.strictObject({
    touchRecv: instant.describe('when the touch was captured'),
    received: instant.describe('when its message came in'),
    answered: instant.describe('when this was ready to be published'),
  }),
});

export type InferenceResult = z.infer<typeof inferenceResult>;

/** An answer, or why there is none. */
export type Answered<Answer> = Answer | { readonly missing: string };

/** Times of a touch's way through a live worker, ns UTC. */
export interface Passage {
  readonly received: bigint;
  readonly answered: bigint;
}

export function inferenceResultOf(
  { episode }: EpisodeVector,
  { contract, tradeDate, origin, product: { tickNanos } }: SessionFrame,
  model: Answered<Forecast>,
  precedents: Answered<PrecedentsAnswer>,
  { received, answered }: Passage,
): InferenceResult {
  return {
    schema: INFERENCE_SCHEMA,
    id: `${episode.id}/touch`,
    trigger: 'touch',
    episode: {
      id: episode.id,
      contract,
      tradeDate,
      level: episode.levelId,
      levelPrice: ticksToPoints(episode.levelPrice, tickNanos),
      direction: episode.direction,
      attempt: episode.attempt,
      timeOfDay: episode.timeOfDay,
      touchAt: String(origin.absolute(episode.touchAt)),
      touchPrice: ticksToPoints(episode.touchPrice, tickNanos),
      touchDistance: distanceOf(episode),
    },
    model,
    precedents: 'missing' in precedents ? precedents : withoutPrecedents(precedents),
    latency: {
      touchRecv: String(origin.absolute(episode.touchRecv)),
      received: String(received),
      answered: String(answered),
    },
  };
}

function withoutPrecedents(answer: PrecedentsAnswer): z.infer<typeof summary> {
  const rest: Partial<PrecedentsAnswer> = { ...answer };
  delete rest.precedents;
  delete rest.attribution;
  return rest as Omit<PrecedentsAnswer, 'precedents' | 'attribution'>;
}

/** For programs that read the hub. */
export const inferenceSchema = (): object => z.toJSONSchema(inferenceResult);
