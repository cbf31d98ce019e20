/** Trained models: which there are, how they were judged, their cards, and two of them side by side. */
import { z } from 'zod';
import { REFERENCES } from '../models/scoredSessions';
import { ALIASES } from '../models/registry/aliasesTable';
import { estimateSchema, modelVersionSchema } from '../models/registry/modelVersion';
import { instant } from './values';

const alias = z.enum(ALIASES).describe('champion is served, challenger watched');
const metrics = z
  .record(z.string(), estimateSchema)
  .describe('out of sample, with 90 % intervals by whole sessions');

export const productQuery = z.strictObject({ product: z.string().min(1).max(20).default('ES') });

export const modelsAnswer = z.strictObject({
  product: z.string(),
  champion: z.string().nullable().describe('null: forecasts are base rates'),
  models: z.array(
    z.strictObject({
      version: z.string().describe('such as logistic@3'),
      sessions: z.int(),
      episodes: z.int(),
      metrics,
      createdAt: instant,
      aliases: z.array(alias),
      edge: z.boolean().nullable().describe('whether the gate opened for it; null: never looked at'),
    }),
  ),
});

export const modelPath = z.strictObject({
  model: z.string().min(1).max(60).describe('MODEL@VERSION, MODEL for its latest, champion or challenger'),
});

const comparison = z.strictObject({
  against: z.enum(REFERENCES),
  sessions: z.int(),
  n: z.int(),
  gain: z.number().describe('nats an episode'),
  low: z.number().nullable(),
  high: z.number().nullable(),
  pValue: z.number().nullable(),
});
const verdict = z.strictObject({
  passed: z.boolean(),
  level: z.number(),
  candidates: z.int(),
  alpha: z.number(),
  comparisons: z.array(comparison),
  direction: z.boolean(),
  words: z.array(z.string()),
});

const record = modelVersionSchema.omit({ onnx: true }).extend({
  version: z.int().positive(),
  onnxDigest: z.string(),
  digest: z.string(),
  createdAt: instant,
  workflowId: z.string(),
  runId: z.string(),
});

export const modelAnswer = z.strictObject({
  product: z.string(),
  model: z.string(),
  version: z.int().positive(),
  alias: alias.nullable(),
  despiteGate: z.boolean(),
  verdict: verdict.nullable(),
  headline: z.string().describe('the one sentence to read'),
  comparisons: z.array(comparison),
  sessionsNeeded: z.array(
    z.strictObject({ claim: z.string(), scored: z.int(), needed: z.number().nullable(), words: z.string() }),
  ),
  whenNotToTrust: z.array(z.string()),
  record,
  history: z
    .array(
      z.strictObject({
        product: z.string(),
        change: z.int(),
        alias,
        target: z.strictObject({ model: z.string(), version: z.int() }).nullable(),
        at: instant,
        by: z.string(),
        reason: z.string(),
        despiteGate: z.boolean(),
        verdict: verdict.nullable(),
      }),
    )
    .describe('when it was given an alias'),
});

export const comparisonQuery = productQuery.extend({
  with: z.string().min(1).max(60).default('champion').describe('the other version'),
});
export const comparisonAnswer = z.strictObject({
  model: z.string(),
  other: z.string(),
  comparison: comparison.describe('how much less the first cost, on the sessions both were scored on'),
  metrics: z.tuple([metrics, metrics]),
  parameters: z.tuple([record.shape.parameters, record.shape.parameters]),
});
