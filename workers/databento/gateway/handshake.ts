/** How a session begins, from the gateway's side: greeting, challenge, and what the client answers. */
import { randomBytes } from 'node:crypto';
import type { ApiKey } from '../protocol/apiKey';
import { formatLine, type ControlLine } from '../protocol/controlLine';

export const LSG_VERSION = '0.8.0';
const DEFAULT_HEARTBEAT_SECONDS = 30;
const HEARTBEAT_SECONDS = { least: 5, most: 1800 };

/** What a client asked for when it authenticated. */
export interface Admitted {
  tsOut: boolean;
  heartbeatSeconds: number;
  slowReader: 'warn' | 'skip';
  client: string;
}

export const newChallenge = (): string => randomBytes(16).toString('hex');

export const greeting = (challenge: string): string =>
  formatLine({ lsg_version: LSG_VERSION }) + formatLine({ cram: challenge });

/**
 * Judges an authentication.
 * @param key the one that is right; without one every key is
 * @returns what was asked for, or why it is refused
 */
export function admit(
  line: ControlLine,
  challenge: string,
  dataset: string,
  key: ApiKey | undefined,
): Admitted | string {
  const { auth = '' } = line;
  const right = key ? auth === key.answer(challenge) : /^[0-9a-f]{64}-.{5}$/.test(auth);
  if (!right) return 'Authentication failed.';
  if (line.dataset !== dataset) return `Dataset ${line.dataset} is not served here, ${dataset} is.`;
  if ((line.encoding ?? 'dbn') !== 'dbn') return `Encoding ${line.encoding} is not served here, dbn is.`;
  if ((line.compression ?? 'none') !== 'none')
    return `Compression ${line.compression} is not served here, none is.`;
  const heartbeatSeconds = Number(line.heartbeat_interval_s ?? DEFAULT_HEARTBEAT_SECONDS);
  if (!(heartbeatSeconds >= HEARTBEAT_SECONDS.least && heartbeatSeconds <= HEARTBEAT_SECONDS.most))
    return `heartbeat_interval_s must be ${HEARTBEAT_SECONDS.least} to ${HEARTBEAT_SECONDS.most}.`;
  return {
    tsOut: line.ts_out === '1',
    heartbeatSeconds,
    slowReader: line.slow_reader_behavior === 'skip' ? 'skip' : 'warn',
    client: line.client ?? '',
  };
}
