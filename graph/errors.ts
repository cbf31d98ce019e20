/**
 * Every way Spymaster refuses its input, by name. `retryable` says whether trying the same thing again can help:
 * a corrupt file stays corrupt, a busy server does not stay busy.
 */
export const FAILURES = {
  BadArgument: { retryable: false },
  BadConfig: { retryable: false },
  CorruptDbn: { retryable: false },
  TruncatedDbn: { retryable: false },
  UnsupportedDbn: { retryable: false },
  ContractViolation: { retryable: false },
  UnknownTable: { retryable: false },
  NoInput: { retryable: false },
  QualityBlocked: { retryable: false },
  CommitConflict: { retryable: false },
  Fenced: { retryable: false },
  CorruptTable: { retryable: false },
  LimitReached: { retryable: false },
  CorruptState: { retryable: false },
  Cancelled: { retryable: false },
  AccessDenied: { retryable: false },
  InputChanged: { retryable: true },
  StoreUnavailable: { retryable: true },
  WorkerCrashed: { retryable: true },
} as const satisfies Record<string, { retryable: boolean }>;

export type FailureCode = keyof typeof FAILURES;

export const isCode = (type: string): type is FailureCode => Object.hasOwn(FAILURES, type);

/** Where a failure was found: whatever of file, byte offset, field and expectation is known. */
export interface FailureDetails {
  file?: string;
  offset?: number;
  field?: string;
  expected?: string;
  [key: string]: string | number | boolean | undefined;
}

/** The one error class of the project: a code a program can act on, a sentence a person can act on, and the place. */
export class SpymasterError extends Error {
  override readonly name = 'SpymasterError';

  constructor(
    readonly code: FailureCode,
    message: string,
    readonly details: FailureDetails = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get retryable(): boolean {
    return FAILURES[this.code].retryable;
  }
}
