/** What is wrong with a request, as programs and people are told. */
import type { z } from 'zod';

/** Where, such as `input_data.3.vector`, and in which words. */
export interface RequestProblem {
  readonly field: string;
  readonly message: string;
}

/** For `parse` and `safeParse`: of what is not there it is said that it is missing, where zod would name the types of values. */
export const MISSING_IN_WORDS = {
  error: (issue: z.core.$ZodRawIssue): string | undefined => {
    if (issue.input !== undefined) return undefined;
    return issue.code === 'invalid_value'
      ? `is missing: one of ${issue.values.map(String).join(', ')}`
      : 'is missing';
  },
};

/** Problems named of one request. */
const MOST_PROBLEMS = 10;

/** The problems of what a schema refused, the first ones. */
export const problemsOf = ({ issues }: z.ZodError): RequestProblem[] =>
  issues.slice(0, MOST_PROBLEMS).map(({ path, message }) => ({ field: path.join('.') || '(body)', message }));
