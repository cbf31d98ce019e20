/** Requests to an MLflow server: who asks, attempts at what a busy server refuses, and what its refusals say. */
import { SpymasterError } from '../../graph/errors';

export interface MlflowServer {
  /** `http://127.0.0.1:5000`. */
  readonly trackingUri: string;
  /** Sent as a bearer token; else user and password, where there are any. */
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
}

const TIMEOUT_MS = 60_000;
/** Attempts at what a busy server refuses, or a server that does not answer yet. */
const ATTEMPTS = 4;
const PAUSE_MS = 200;

type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export class MlflowConnection {
  private readonly base: string;
  private readonly headers: Record<string, string>;

  /** @throws SpymasterError BadConfig if the address is none of a server */
  constructor({ trackingUri, token, username, password }: MlflowServer) {
    if (!URL.canParse(trackingUri) || !/^https?:/.test(trackingUri))
      throw new SpymasterError('BadConfig', `"${trackingUri}" is no MLflow server`, {
        field: 'MLFLOW_TRACKING_URI',
        expected: 'the address of a server, such as http://127.0.0.1:5000',
      });
    this.base = trackingUri.replace(/\/+$/, '');
    const basic =
      username === undefined ? undefined : Buffer.from(`${username}:${password ?? ''}`).toString('base64');
    this.headers = token
      ? { authorization: `Bearer ${token}` }
      : basic
        ? { authorization: `Basic ${basic}` }
        : {};
  }

  /**
   * Asks the REST interface.
   * @param path below `/api/2.0/mlflow/`
   * @throws SpymasterError StoreUnavailable if the server does not answer; BadArgument with its reason if it refuses
   */
  async call<T>(method: Method, path: string, body?: object): Promise<T> {
    const response = await this.request(
      method,
      `/api/2.0/mlflow/${path}`,
      body && JSON.stringify(body),
      'application/json',
    );
    return (await response.json()) as T;
  }

  /**
   * Asks for anything of the server, as often as is needed.
   * @param path from the server's root on
   * @throws SpymasterError as `call`
   */
  async request(
    method: Method,
    path: string,
    body?: Uint8Array | string,
    type = 'application/octet-stream',
  ): Promise<Response> {
    // A connection each: one that has been idle the server may close in the moment it is used again.
    const headers = {
      ...this.headers,
      connection: 'close',
      ...(body !== undefined && { 'content-type': type }),
    };
    for (let attempt = 1; ; attempt++) {
      const last = attempt === ATTEMPTS;
      try {
        const response = await fetch(`${this.base}${path}`, {
          method,
          headers,
          body: body as string | undefined,
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (response.ok) return response;
        if (last || (response.status !== 429 && response.status !== 503))
          throw await this.refusal(response, method, path);
      } catch (error) {
        if (error instanceof SpymasterError) throw error;
        // What the server may have begun is not asked for again where it would be done twice.
        const repeatable = method === 'GET' || method === 'PUT' || notConnected(error);
        if (last || !repeatable) throw this.unreachable(error);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** attempt));
    }
  }

  private unreachable(cause: unknown): SpymasterError {
    return new SpymasterError(
      'StoreUnavailable',
      `The MLflow server at ${this.base} does not answer`,
      { expected: 'a server that runs: `mlflow server`, and its address in MLFLOW_TRACKING_URI' },
      { cause },
    );
  }

  private async refusal(response: Response, method: Method, path: string): Promise<SpymasterError> {
    const text = await response.text();
    const { error_code: code, message } = parsed(text);
    return new SpymasterError(
      response.status >= 500 ? 'StoreUnavailable' : 'BadArgument',
      `The MLflow server refused: ${message ?? text.slice(0, 200)}`,
      { request: `${method} ${path.split('?')[0]}`, status: response.status, reason: code },
    );
  }
}

/** Whether an error is the server's refusal with that reason, such as `RESOURCE_DOES_NOT_EXIST`. */
export const isRefusal = (error: unknown, reason: string): boolean =>
  error instanceof SpymasterError && error.details.reason === reason;

function parsed(text: string): { error_code?: string; message?: string } {
  try {
    return JSON.parse(text) as { error_code?: string; message?: string };
  } catch {
    return {};
  }
}

function notConnected(error: unknown): boolean {
  const cause = error instanceof Error ? (error.cause as { code?: unknown } | undefined) : undefined;
  return cause?.code === 'ECONNREFUSED';
}
