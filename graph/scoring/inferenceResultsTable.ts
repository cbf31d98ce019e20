/**
 * `gold.inference_results`: what was said of touches and approaches while a session was followed, as it was published. It is of what
 * happened live: no build makes it, and none replaces it.
 */
import { count, figure, instant, name, price, SHARES, TableRows, type Column } from '../datasets/column';
import type { TableBatch, TableContract } from '../datasets/schema';
import { CONTRACT_DATE_COLUMNS } from '../levels/levelsTable';
import { CLASSES, type OutcomeClass } from '../models/scores';
import type { InferenceResult } from './inferenceResult';
import { TRIGGERS } from './subject';

type Model = Exclude<InferenceResult['model'], { missing: string }>;
type Precedents = Exclude<InferenceResult['precedents'], { missing: string }>;

const modelOf = ({ model }: InferenceResult): Model | null => ('missing' in model ? null : model);
const precedentsOf = ({ precedents }: InferenceResult): Precedents | null =>
  'missing' in precedents ? null : precedents;
const reasonOf = (answer: object): string | null => ('missing' in answer ? String(answer.missing) : null);

/** A column for each outcome. */
const shares = (
  prefix: string,
  meaning: (outcome: OutcomeClass) => string,
  value: (result: InferenceResult, outcome: OutcomeClass) => number | null,
): Column<InferenceResult>[] =>
  CLASSES.map((outcome) =>
    figure(`${prefix}_${outcome.toLowerCase()}`, {
      range: SHARES,
      meaning: meaning(outcome),
      value: (result) => value(result, outcome),
    }),
  );

const COLUMNS: readonly Column<InferenceResult>[] = [
  name('result_id', {
    meaning: 'Of the touch or the approach, as in the hub inference_results',
    value: ({ id }) => id,
  }),
  name('trigger', {
    meaning: 'touch: price was in the touch band. approach: it had come near',
    oneOf: TRIGGERS,
    value: ({ trigger }) => trigger,
  }),
  name('episode_id', {
    meaning: 'As in gold.episodes; of an approach the one of its touch, if that came',
    value: ({ episode }) => episode.id,
  }),
  name('level_id', { meaning: 'Level, as in silver.levels', value: ({ episode }) => episode.level }),
  name('level_kind', { meaning: 'Kind of the level', value: ({ episode }) => episode.levelKind }),
  price('level_price', {
    meaning: 'Price of the level',
    nullable: false,
    value: ({ episode }) => episode.levelPrice,
  }),
  name('direction', {
    meaning: 'UP: price came from below. DOWN: from above',
    value: ({ episode }) => episode.direction,
  }),
  name('time_of_day', { meaning: 'As in gold.episodes', value: ({ episode }) => episode.timeOfDay }),
  instant('ts', {
    meaning: 'Of the trade that touched, or told of the approach',
    value: ({ episode }) => BigInt(episode.at),
  }),
  instant('answered_at', {
    meaning: 'When the answer was ready',
    value: ({ latency }) => BigInt(latency.answered),
  }),
  name('model_basis', {
    meaning: 'What the probabilities are: those of a model, or base rates; null where there were none',
    nullable: true,
    value: (result) => modelOf(result)?.basis ?? null,
  }),
  name('model_version', {
    meaning: 'Model that was served, such as `ES logistic@3`; null where base rates were forecast',
    nullable: true,
    value: (result) => modelOf(result)?.versions.model ?? null,
  }),
  name('model_missing', {
    meaning: 'Why there was no forecast',
    nullable: true,
    value: ({ model }) => reasonOf(model),
  }),
  ...shares(
    'model',
    (outcome) => `Probability of ${outcome} that was forecast`,
    (result, outcome) => modelOf(result)?.probabilities[outcome] ?? null,
  ),
  name('precedents_status', {
    meaning: 'evidence, or insufficient_evidence; null where there was no answer',
    nullable: true,
    value: (result) => precedentsOf(result)?.status ?? null,
  }),
  name('precedents_missing', {
    meaning: 'Why there was no answer, or why the evidence was insufficient',
    nullable: true,
    value: (result) => precedentsOf(result)?.reasons.join('; ') || reasonOf(result.precedents),
  }),
  count('precedents_n', {
    meaning: 'Precedents',
    value: (result) => precedentsOf(result)?.n ?? 0,
  }),
  figure('precedents_effective_n', {
    meaning: 'Independent precedents that would tell as much',
    value: (result) => precedentsOf(result)?.effectiveN ?? null,
  }),
  ...shares(
    'precedents',
    (outcome) => `Share of ${outcome} among the precedents; null where the evidence was insufficient`,
    (result, outcome) => precedentsOf(result)?.frequencies?.[outcome].share ?? null,
  ),
  ...shares(
    'base',
    (outcome) => `Base rate of ${outcome} that stood beside them`,
    (result, outcome) => precedentsOf(result)?.base.outcomes[outcome].share ?? null,
  ),
  name('message', {
    unit: 'JSON',
    meaning: 'All that was said, as in the hub',
    value: (result) => JSON.stringify(result),
  }),
];

export const goldInferenceResults: TableContract = {
  name: 'gold.inference_results',
  description:
    'What model and precedents said of touches and approaches while the session was followed live, as it was published and shown: once each.',
  version: 1,
  columns: [...CONTRACT_DATE_COLUMNS, ...COLUMNS],
  partitionBy: ['contract', 'trade_date'],
  key: ['contract', 'trade_date', 'result_id'],
};

/** Rows of results of one contract-date. */
export function inferenceRows(results: readonly InferenceResult[]): TableBatch {
  const rows = new TableRows(goldInferenceResults, COLUMNS);
  for (const result of results) rows.push(result);
  return rows.take();
}
