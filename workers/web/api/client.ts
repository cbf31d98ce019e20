/** Asks the gateway, and checks what it says. */
import type { z } from 'zod';
import { refusalSchema, type Refusal } from '../../../graph/scoring/refusal';
import { gatewayAnswered, gatewayAway } from './gateway';
import { signInAgain } from './signIn';

/** Why there is no answer, in words for whoever looks. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    message: string,
    /** `away`: the gateway was not reached. */
    readonly kind: 'away' | 'refused' | 'misunderstood',
    readonly status?: number,
    readonly refusal?: Refusal['error'],
  ) {
    super(message);
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/**
 * @param path such as `/sessions`
 * @throws ApiError
 */
export async function ask<Schema extends z.ZodType>(
  schema: Schema,
  path: string,
  query: Query = {},
  signal?: AbortSignal,
): Promise<z.infer<Schema>> {
  return understood(schema, path, await reach(addressOf(path, query), { signal }));
}

/**
 * Has the gateway do something.
 * @throws ApiError
 */
export async function send<Schema extends z.ZodType>(
  schema: Schema,
  path: string,
  body: object = {},
): Promise<z.infer<Schema>> {
  const response = await reach(addressOf(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return understood(schema, path, response);
}

async function understood<Schema extends z.ZodType>(
  schema: Schema,
  path: string,
  response: Response,
): Promise<z.infer<Schema>> {
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok) {
    const refused = refusalSchema.safeParse(body).data?.error;
    const message = refused?.message ?? `The gateway answered ${response.status} ${response.statusText}`;
    throw new ApiError(message, 'refused', response.status, refused);
  }
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [{ path: field, message }] = read.error.issues;
  throw new ApiError(
    `The answer to ${path} is not what this page knows (${field.join('.') || 'all of it'}: ${message}). ` +
      'Page and gateway are of different versions: load the page again.',
    'misunderstood',
  );
}

/** Relative to the page, wherever it is served from. */
export function addressOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return `api${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`;
}

interface Request {
  readonly method?: 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

async function reach(address: string, { headers, ...how }: Request): Promise<Response> {
  try {
    const response = await fetch(address, { ...how, headers: { accept: 'application/json', ...headers } });
    gatewayAnswered();
    if (response.status === 401) signInAgain();
    return response;
  } catch (error) {
    if (how.signal?.aborted) throw error;
    gatewayAway();
    throw new ApiError('The gateway does not answer.', 'away');
  }
}
