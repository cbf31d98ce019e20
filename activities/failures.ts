/** Failures as they cross the borders of this process: between threads, and to and from Temporal. */
import { ApplicationFailure } from '@temporalio/common';
import { FAILURES, SpymasterError, type FailureCode, type FailureDetails } from '../graph/errors';

/** An error as plain data. */
export interface FailureNote {
  /** A code of FAILURES, or the error's own name when it is none of ours. */
  type: string;
  message: string;
  details: FailureDetails;
  stack?: string;
}

const isCode = (type: string): type is FailureCode => Object.hasOwn(FAILURES, type);

export function noteFailure(error: unknown): FailureNote {
  if (!(error instanceof Error)) return { type: 'Error', message: String(error), details: {} };
  const { message, stack } = error;
  if (error instanceof SpymasterError) return { type: error.code, message, details: error.details, stack };
  return { type: error.name, message, details: {}, stack };
}

/** The error a note was taken of: one of ours again, or a plain one with its stack. */
export function recallFailure({ type, message, details, stack }: FailureNote): Error {
  if (isCode(type)) return new SpymasterError(type, message, details);
  const error = new Error(message);
  error.name = type;
  error.stack = stack;
  return error;
}

/**
 * What Temporal is told: the code is the failure's type, the place its details, and what cannot succeed later is not
 * retried. Errors that are not a `SpymasterError` are retried: their cause may pass.
 */
export function toApplicationFailure(error: unknown): ApplicationFailure {
  const { type, message, details, stack } = noteFailure(error);
  const nonRetryable = isCode(type) && !FAILURES[type].retryable;
  const failure = ApplicationFailure.create({ type, message, details: [details], nonRetryable });
  failure.stack = stack;
  return failure;
}
