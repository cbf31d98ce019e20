/** Requests to Databento's historical service: authenticated, a few at a time, tried again while that can help. */
import { SpymasterError, type FailureCode } from '../../../graph/errors';
import { backoffMs, pause, wallClock, type Clock } from '../clock';
import type { ApiKey } from '../protocol/apiKey';
import { Slots } from './slots';

export interface HttpOptions {
  key: ApiKey;
  /** Where the service is, without a closing slash. */
  baseUrl?: string;
  /** Told what the service warns of. */
  onWarning?: (text: string) => void;
  clock?: Clock;
  random?: () => number;
}

export type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Request {
  /** `metadata.get_cost`, or where a file is: a whole URL of the service's. */
  method: string;
  /** Sent as a form, with POST; else in the query, with GET. */
  post?: boolean;
  parameters?: Parameters;
  /** The first byte that is wanted of a file; asked anew at each attempt. */
  from?: () => Promise<number>;
  signal?: AbortSignal;
  /** It buys something: it is made again only if it was surely not carried out. */
  once?: boolean;
}

export const HISTORICAL_URL = 'https://hist.databento.com/v0';
/** Requests under way at the same time. */
const AT_ONCE = 4;
const ATTEMPTS = 6;
const BACKOFF = { firstMs: 1000, mostMs: 30_000 };
/** The service may take long to find the first record, not longer. */
const ANSWER_MS = 100_000;
/** Longest wait that the service can ask for. */
const MOST_RETRY_AFTER_MS = 300_000;
const MOST_ERROR_CHARACTERS = 2000;

export class HistoricalHttp {
  readonly clock: Clock;
  private readonly options: Required<Omit<HttpOptions, 'clock'>>;
  private readonly slots = new Slots(AT_ONCE);

  constructor({ key, baseUrl = HISTORICAL_URL, onWarning = () => {}, clock, random }: HttpOptions) {
    this.clock = clock ?? wallClock;
    this.options = { key, baseUrl, onWarning, random: random ?? Math.random };
  }

  /**
   * The JSON a request is answered with.
   * @throws SpymasterError as `open`
   */
  json<T>(request: Request): Promise<T> {
    return this.open(request, async (response) => {
      const text = await response.text();
      try {
        return JSON.parse(text) as T;
      } catch (cause) {
        throw new SpymasterError(
          'StoreUnavailable',
          `${request.method} was not answered in JSON`,
          {},
          { cause },
        );
      }
    });
  }

  /**
   * Makes a request, and again while the service is busy, broken or cannot be reached, and while `read` fails for such a reason.
   * @param read takes the answer; the request counts as under way until it is done
   * @throws SpymasterError AccessDenied, BadArgument with what the service says, StoreUnavailable once it has been tried often enough, Cancelled
   */
  async open<T>(request: Request, read: (response: Response, from: number) => Promise<T>): Promise<T> {
    const { signal } = request;
    for (let attempt = 0; ; attempt++) {
      let waitMs: number | undefined;
      let failure: SpymasterError;
      try {
        return await this.slots.run(async () => {
          const from = (await request.from?.()) ?? 0;
          const response = await this.fetch(request, from);
          if (response.ok) return await read(response, from);
          waitMs = retryAfterMs(response, this.clock.now());
          throw await this.refusal(request, response);
        });
      } catch (error) {
        failure = this.failureOf(request, error);
        const again = request.once ? failure.details.status === 429 : failure.retryable;
        if (!again || attempt + 1 >= ATTEMPTS) throw failure;
      }
      await pause(this.clock, waitMs ?? backoffMs(BACKOFF, attempt, this.options.random()), signal);
    }
  }

  private async fetch(
    { method, post = false, parameters = {}, signal }: Request,
    from: number,
  ): Promise<Response> {
    if (signal?.aborted) throw cancelled();
    const { baseUrl, key, onWarning } = this.options;
    const url = new URL(method.includes('://') ? this.own(method) : `${baseUrl}/${method}`);
    const form = new URLSearchParams();
    for (const [name, value] of Object.entries(parameters))
      if (value !== undefined) form.set(name, String(value));
    if (!post) for (const [name, value] of form) url.searchParams.set(name, value);
    const late = new AbortController();
    const cancel = this.clock.after(ANSWER_MS, () => late.abort());
    try {
      const response = await fetch(url, {
        method: post ? 'POST' : 'GET',
        headers: {
          authorization: key.basicAuthorization(),
          accept: 'application/json',
          'user-agent': 'spymaster',
          ...(from > 0 && { range: `bytes=${from}-` }),
        },
        body: post ? form : undefined,
        signal: AbortSignal.any([late.signal, ...(signal ? [signal] : [])]),
      });
      for (const text of warningsOf(response)) onWarning(key.redact(text));
      return response;
    } finally {
      cancel();
    }
  }

  /** An address the service gave, if the key may be sent there. */
  private own(address: string): string {
    const { protocol, hostname, origin } = new URL(address);
    const known = protocol === 'https:' && /(^|\.)databento\.com$/.test(hostname);
    if (known || origin === new URL(this.options.baseUrl).origin) return address;
    throw new SpymasterError('AccessDenied', `the key is not sent to ${origin}, which is not Databento's`);
  }

  private async refusal({ method }: Request, response: Response): Promise<SpymasterError> {
    const text = this.options.key.redact((await response.text()).slice(0, MOST_ERROR_CHARACTERS));
    const { message, docs } = detailOf(text);
    const details = {
      status: response.status,
      requestId: response.headers.get('request-id') ?? undefined,
      docs,
    };
    return new SpymasterError(codeOf(response.status), `${nameOf(method)}: ${message}`, details);
  }

  private failureOf({ method, signal }: Request, error: unknown): SpymasterError {
    if (signal?.aborted) return cancelled();
    if (error instanceof SpymasterError) return error;
    const { cause, message } = error as Error & { cause?: Error };
    const why = this.options.key.redact(cause?.message ?? message);
    return new SpymasterError('StoreUnavailable', `${nameOf(method)}: Databento cannot be reached: ${why}`);
  }
}

const cancelled = () => new SpymasterError('Cancelled', 'the request was called off');

/** A method, or the file's name in an address. */
const nameOf = (method: string): string => (method.includes('://') ? method.split('/').at(-1)! : method);

function codeOf(status: number): FailureCode {
  if (status === 401 || status === 403) return 'AccessDenied';
  if (status === 408 || status === 429 || status >= 500) return 'StoreUnavailable';
  return 'BadArgument';
}

/** `{"detail": "text"}` or `{"detail": {"message": ..., "docs": ...}}`; else the text itself. */
function detailOf(text: string): { message: string; docs?: string } {
  try {
    const { detail } = JSON.parse(text) as { detail?: string | { message?: string; docs?: string } };
    if (typeof detail === 'string') return { message: detail };
    if (detail?.message !== undefined) return { message: detail.message, docs: detail.docs };
  } catch {
    // A proxy answers in HTML.
  }
  return { message: text.trim() === '' ? 'no reason given' : text.trim() };
}

/** `X-Warning` is a JSON array of texts. */
function warningsOf({ headers }: Response): string[] {
  const text = headers.get('x-warning');
  if (text === null) return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : [text];
  } catch {
    return [text];
  }
}

/** Seconds, or the time of day at which to come back. */
function retryAfterMs({ headers }: Response, now: number): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), MOST_RETRY_AFTER_MS);
}
