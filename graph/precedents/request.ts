/** What precedents are asked with, as a schema: checks, types and OpenAPI come of it. */
import { z } from 'zod';
import { DIRECTIONS } from '../episodes/episode';
import { INSTANT_IN_WORDS, isInstant } from '../market/instant';
import { MISSING_IN_WORDS, problemsOf, type RequestProblem } from '../requestProblems';
import { K } from './selection';

const levelName = z.string().min(1).max(60);
const contractName = z.string().min(1).max(20);

/** What episodes are narrowed to beside their columns' values. */
export const whereCondition = z
  .string()
  .min(1)
  .max(2000)
  .describe('SQL condition on the columns of gold.episodes, without subqueries');

const filterSchema = z
  .strictObject({
    contract: contractName.optional().describe('such as ESH4'),
    start: z.iso.date().optional().describe('first trade date'),
    end: z.iso.date().optional().describe('last trade date'),
    level: levelName
      .optional()
      .describe('kind of a level, such as PM_HIGH, or a level, such as USER@4805.00'),
    direction: z.enum(DIRECTIONS).optional().describe('from below, or from above'),
    timeOfDay: z.string().min(1).max(20).optional().describe('such as T0_15'),
    where: whereCondition.optional(),
  })
  .refine(({ start, end }) => start === undefined || end === undefined || start <= end, {
    path: ['end'],
    message: 'is before start',
  })
  .describe('which episodes may be precedents; all of earlier sessions, without');

const shared = {
  filter: filterSchema.optional(),
  limit: z.int().min(0).max(K).optional().describe('precedents given; all, without'),
  paths: z
    .boolean()
    .optional()
    .describe('whether each has its path, 20 minutes before its touch and 30 after it'),
};

const ofEpisode = z.strictObject({
  episode: z.string().min(1).max(200).describe('id of an episode, or the beginning of one that no other has'),
  ...shared,
});

const ofMoment = z.strictObject({
  at: z
    .string()
    .max(40)
    .refine(isInstant, INSTANT_IN_WORDS)
    .describe('the last touch of the level up to this time'),
  level: levelName.describe('kind of the level that was touched, or the level'),
  contract: contractName.optional().describe('of which it was touched'),
  ...shared,
});

export const precedentsQuestion = z.union([ofEpisode, ofMoment]);

/** One touch is asked about: by its episode, or as the last of a level up to a time. */
export type PrecedentsQuestion = z.infer<typeof precedentsQuestion>;

export type PrecedentsFilter = z.infer<typeof filterSchema>;

export function parseQuestion(body: unknown): PrecedentsQuestion | { problems: RequestProblem[] } {
  const named = (field: string) => typeof body === 'object' && body !== null && field in body;
  if (named('episode') === named('at'))
    return { problems: [{ field: '(body)', message: 'must have `episode`, or `at` with `level`' }] };
  const parsed = (named('episode') ? ofEpisode : ofMoment).safeParse(body, MISSING_IN_WORDS);
  return parsed.success ? parsed.data : { problems: problemsOf(parsed.error) };
}
