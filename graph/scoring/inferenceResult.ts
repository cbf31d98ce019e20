/**
 * A message of `inference_results`: what is said of a touch, or of an approach, as soon as it happens. Model and precedents stand side by
 * side, each with its base rate, n and versions; either may be missing, and then the message says why.
 */
import { z } from 'zod';
import { precedentsSummary, type PrecedentsSummary } from '../precedents/answer';
import type { SessionFrame } from '../session/inputs';
import type { VectorEvent } from '../vectors/vectorBuilder';
import { forecastSchema, type Forecast } from './forecast';
import { passage, passed, subject, subjectOf } from './subject';

export const INFERENCE_SCHEMA = 'spymaster.inference_result/2';

const missing = z.strictObject({ missing: z.string().describe('why there is no answer') });

export const inferenceResult = z.strictObject({
  schema: z.literal(INFERENCE_SCHEMA),
  ...subject,
  model: z.union([forecastSchema, missing]),
  precedents: z.union([precedentsSummary, missing]),
  latency: z.strictObject({
    ...passage,
    answered: passage.received.describe('when this was ready to be published, ns UTC'),
  }),
});

export type InferenceResult = z.infer<typeof inferenceResult>;

/** An answer, or why there is none. */
export type Answered<Answer> = Answer | { readonly missing: string };

/** Times of an event's way through a live worker, ns UTC. */
export interface Passage {
  readonly received: bigint;
  readonly answered: bigint;
}

export const inferenceResultOf = (
  event: VectorEvent,
  frame: SessionFrame,
  model: Answered<Forecast>,
  precedents: Answered<PrecedentsSummary>,
  { received, answered }: Passage,
): InferenceResult => ({
  schema: INFERENCE_SCHEMA,
  ...subjectOf(event, frame),
  model,
  precedents,
  latency: {
    ...passed(event, frame, received),
    answered: String(answered),
  },
});

/** For programs that read the hub. */
export const inferenceSchema = (): object => z.toJSONSchema(inferenceResult);
