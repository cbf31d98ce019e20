/** What the SDK of Event Hubs throws: after several tries, all their errors in one. */

export interface SdkError extends Error {
  /** `UnauthorizedError`, `ServerBusyError`, ...; undefined for what is no answer of the hub. */
  code?: string;
}

/** The last of them. */
export function sdkErrorOf(error: unknown): SdkError {
  if (error instanceof AggregateError && error.errors.length > 0) return sdkErrorOf(error.errors.at(-1));
  return error instanceof Error ? error : new Error(String(error));
}
