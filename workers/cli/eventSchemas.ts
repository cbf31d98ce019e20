/** JSON Schema of the events of each hub; of `mbo_raw` as `--format json` packs them, since packets are no JSON. */
import { envelopeSchema } from '../../graph/feed/envelope';
import { featuresSchema } from '../../graph/scoring/featuresMessage';
import { inferenceSchema } from '../../graph/scoring/inferenceResult';

export const EVENT_SCHEMAS = {
  mbo_raw: envelopeSchema,
  features_gold: featuresSchema,
  inference_results: inferenceSchema,
} as const;

export type EventHubName = keyof typeof EVENT_SCHEMAS;

export const schemaText = (hub: EventHubName): string => `${JSON.stringify(EVENT_SCHEMAS[hub](), null, 2)}\n`;
