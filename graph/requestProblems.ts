/** What is wrong with a request, as programs and people are told. */
import type { z } from 'zod';

/** Where, such as `input_data.3.vector`, and in which words. */
export interface RequestProblem {
  readonly field: string;
  readonly message: string;
}

/** Problems named of one request. */
const MOST_PROBLEMS = 10;

/** The problems of what a schema refused, the first ones. */
export const problemsOf = ({ issues }: z.ZodError): RequestProblem[] =>
  issues.slice(0, MOST_PROBLEMS).map(({ path, message }) => ({ field: path.join('.') || '(body)', message }));
