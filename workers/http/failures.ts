/** Failures as those who asked over HTTP are told of them. */
import type { FastifyError } from 'fastify';
import { SpymasterError, type FailureCode } from '../../graph/errors';
import { badRequest, refusal, type Refusal } from '../../graph/scoring/refusal';

interface Refused {
  readonly status: number;
  readonly body: Refusal;
}

/** Failures that are not ours; their codes tell the rest. */
const STATUS: Partial<Record<FailureCode, number>> = {
  BadArgument: 400,
  NoInput: 404,
  CommitConflict: 409,
  LimitReached: 503,
  StoreUnavailable: 503,
  InputChanged: 503,
  WorkerCrashed: 503,
};

/**
 * @param bodyLimit of the route, bytes
 * @returns undefined for a fault of ours, which is for the log
 */
export function refusalOf(
  error: FastifyError | SpymasterError,
  bodyLimit: number | undefined,
): Refused | undefined {
  if (error instanceof SpymasterError) return ofOurs(error);
  const { statusCode: status = 500, message } = error;
  switch (status) {
    case 413:
      return {
        status,
        body: refusal('BodyTooLarge', `the body is larger than ${bodyLimit} bytes: ask for less at a time`),
      };
    case 415:
      return {
        status,
        body: refusal('UnsupportedMediaType', 'the body must be JSON: content-type application/json'),
      };
    case 429:
      return { status, body: refusal('TooManyRequests', `${message} came from this address`) };
    default:
      return status < 500 ? { status, body: refusal(...refusedAs(error)) } : undefined;
  }
}

/** Code and message for what the server's library refuses. */
function refusedAs({ code, name, statusCode, message }: FastifyError): [code: string, message: string] {
  if (name === 'SyntaxError' || code?.startsWith('FST_ERR_CTP'))
    return ['BadRequest', `the body is no JSON: ${message}`];
  return [statusCode === 404 ? 'NotFound' : 'BadRequest', message];
}

function ofOurs({ code, message, details: { field, expected } }: SpymasterError): Refused | undefined {
  const status = STATUS[code];
  if (status === undefined) return undefined;
  if (code === 'BadArgument' && field !== undefined) {
    const { error } = badRequest([{ field, message }]);
    return { status, body: { error: { ...error, expected } } };
  }
  return { status, body: refusal(code, message, { field, expected }) };
}
