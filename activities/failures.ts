/** Failures as they cross the borders of this process: between threads, and to and from Temporal. */
import { ApplicationFailure } from '@temporalio/common';
import { FAILURES, SpymasterError, isCode, type FailureDetails } from '../graph/errors';

/** An error as plain data. */
export interface FailureNote {
  /** A code of FAILURES, or the name of an error that is no SpymasterError. */
  type: string;
  message: string;
  details: FailureDetails;
  stack?: string;
}

export function noteFailure(error: unknown): FailureNote {
  if (!(error instanceof Error)) return { type: 'Error', message: String(error), details: {} };
  const { message, stack } = error;
  if (error instanceof SpymasterError) return { type: error.code, message, details: error.details, stack };
  return { type: error.name, message, details: {}, stack };
}

/** The error that a note describes: a SpymasterError again, or a plain Error with its stack. */
export function recallFailure({ type, message, details, stack }: FailureNote): Error {
  if (isCode(type)) return new SpymasterError(type, message, details);
  const error = new Error(message);
  error.name = type;
  error.stack = stack;
  return error;
}

/**
 * An error as a failure of Temporal's: its type is the code, its details say where. Codes that are not retryable are marked so;
 * errors other than SpymasterError are retried, since their cause may be transient.
 */
export function toApplicationFailure(error: unknown): ApplicationFailure {
  const { type, message, details, stack } = noteFailure(error);
  const nonRetryable = isCode(type) && !FAILURES[type].retryable;
  const failure = ApplicationFailure.create({ type, message, details: [details], nonRetryable });
  failure.stack = stack;
  return failure;
}
