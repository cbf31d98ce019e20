/** What the SDK of Event Hubs throws: after several tries, all their errors in one. */
import { SpymasterError, type FailureCode } from '../../graph/errors';

export interface SdkError extends Error {
  /** `UnauthorizedError`, `ServerBusyError`, ...; undefined for what is no answer of the hub. */
  code?: string;
}

/** The last of them. */
export function sdkErrorOf(error: unknown): SdkError {
  if (error instanceof AggregateError && error.errors.length > 0) return sdkErrorOf(error.errors.at(-1));
  return error instanceof Error ? error : new Error(String(error));
}

/** The same in words that say what to do; undefined of what the SDK does not throw. */
export function hubFailure(error: unknown): SpymasterError | undefined {
  const { name, code, message } = sdkErrorOf(error);
  if (name !== 'MessagingError') return undefined;
  const failure = (as: FailureCode, words: string, details = {}) =>
    new SpymasterError(as, `${words}: ${message}`, details, { cause: error });
  if (code === 'UnauthorizedError')
    return failure('AccessDenied', 'Event Hubs let nobody in with this key or identity');
  if (code === 'MessagingEntityNotFoundError')
    return failure('BadConfig', 'Event Hubs do not have what is asked for', {
      expected: 'the hubs and consumer groups that `./spymaster server` has, in a namespace elsewhere too',
    });
  return failure('StoreUnavailable', 'Event Hubs do not answer');
}
