/**
 * What is sent to a webhook, and how: once more after a failure that may pass, ever later, until it is given up. The body is signed as many
 * receivers know it: `spymaster-signature: t=SECONDS,v1=HEX` with the HMAC-SHA256 of `SECONDS.BODY`.
 */
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { alertText, alertTitle, type Alert } from '../../../graph/screen/alert';
import { preciseUtc } from './times';

export const WEBHOOK_SCHEMA = 'spymaster.alert/1';

/** How long a receiver may take to answer. */
const TIMEOUT_MS = 10_000;
/** Before it is tried again: 1 s, then 4, 16, 64. */
const FIRST_WAIT_MS = 1000;
const WAIT_FACTOR = 4;
const MOST_ATTEMPTS = 5;
/** A receiver that asks for more patience than this is given up. */
const MOST_WAIT_MS = 120_000;

/** How a delivery ended, or stands. */
export interface Delivery {
  readonly state: 'delivered' | 'trying' | 'failed';
  readonly attempts: number;
  /** What the receiver answered last, or why it did not; without anything of the address. */
  readonly result: string;
}

export interface Target {
  readonly url: string;
  readonly secret?: string;
}

export interface Patience {
  readonly timeoutMs?: number;
  readonly firstWaitMs?: number;
}

/** The body of an alert: for programs, with a `text` that chat services show as it is. */
export const bodyOf = (alert: Alert): string =>
  JSON.stringify({
    schema: WEBHOOK_SCHEMA,
    text: `${alertTitle(alert)}. ${alertText(alert, preciseUtc(alert.at))}`,
    ...alert,
  });

/** @param seconds since 1970, when it is sent */
export const signatureOf = (secret: string, seconds: number, body: string): string =>
  `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;

/**
 * Sends an alert until it is taken or given up.
 * @param onProgress told of every attempt that failed and is followed by another
 * @param signal ends it: it has failed then
 */
export async function deliver(
  target: Target,
  alert: Alert,
  onProgress: (delivery: Delivery) => void,
  signal: AbortSignal,
  { timeoutMs = TIMEOUT_MS, firstWaitMs = FIRST_WAIT_MS }: Patience = {},
): Promise<Delivery> {
  const body = bodyOf(alert);
  for (let attempts = 1; ; attempts++) {
    const { ok, again, result, retryAfterMs } = await attempt(target, alert.id, body, timeoutMs, signal);
    if (ok) return { state: 'delivered', attempts, result };
    const wait = Math.max(retryAfterMs, firstWaitMs * WAIT_FACTOR ** (attempts - 1));
    if (!again || attempts === MOST_ATTEMPTS || wait > MOST_WAIT_MS || signal.aborted)
      return { state: 'failed', attempts, result };
    onProgress({ state: 'trying', attempts, result });
    try {
      await sleep(wait, undefined, { signal });
    } catch {
      return { state: 'failed', attempts, result: `${result}; then the gateway was stopped` };
    }
  }
}

interface Attempt {
  readonly ok: boolean;
  /** Whether another may end otherwise. */
  readonly again: boolean;
  readonly result: string;
  readonly retryAfterMs: number;
}

async function attempt(
  { url, secret }: Target,
  id: string,
  body: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Attempt> {
  const seconds = Math.floor(Date.now() / 1000);
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'spymaster',
        // The same however often it is sent: whoever gets it twice can tell.
        'idempotency-key': id,
        ...(secret !== undefined && { 'spymaster-signature': signatureOf(secret, seconds, body) }),
      },
    });
    await response.body?.cancel();
    const { status, ok } = response;
    const retryAfter = Number(response.headers.get('retry-after'));
    return {
      ok,
      again: status >= 500 || status === 408 || status === 425 || status === 429,
      result: `answered ${status}`,
      retryAfterMs: Number.isFinite(retryAfter) ? 1000 * retryAfter : 0,
    };
  } catch (error) {
    return { ok: false, again: true, result: faultOf(error, timeoutMs), retryAfterMs: 0 };
  }
}

/** In words that hold nothing of the address, which may be secret. */
function faultOf(error: unknown, timeoutMs: number): string {
  const { name, cause } = error as { name?: unknown; cause?: unknown };
  if (name === 'TimeoutError') return `did not answer within ${timeoutMs / 1000} s`;
  if (name === 'AbortError') return 'was not reached before the gateway was stopped';
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? `could not be reached: ${code}` : 'could not be reached';
}
