/** What a request over HTTP is refused with, as a schema. */
import { z } from 'zod';
import type { RequestProblem } from '../requestProblems';

export const refusalSchema = z.strictObject({
  error: z.strictObject({
    code: z.string().describe('for programs, such as BadRequest'),
    message: z.string().describe('for people'),
    field: z.string().optional().describe('of the request, the first that is wrong'),
    expected: z.string().optional().describe('what would be right'),
    problems: z
      .array(z.strictObject({ field: z.string(), message: z.string() }))
      .optional()
      .describe('all that is wrong, up to ten'),
  }),
});

export type Refusal = z.infer<typeof refusalSchema>;

export const refusal = (
  code: string,
  message: string,
  more: Omit<Refusal['error'], 'code' | 'message'> = {},
): Refusal => ({ error: { code, message, ...more } });

/** Names the first wrong field, and the others behind it. */
export function badRequest(problems: readonly RequestProblem[]): Refusal {
  const [{ field, message }] = problems;
  return refusal('BadRequest', `${field}: ${message}`, { field, problems: problems.slice(0, 10) });
}
