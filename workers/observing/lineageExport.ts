/**
 * Sends what builds tell of themselves to where lineage is kept, in order and beside the builds: one that cannot be sent is told of on
 * stderr and left, and no build waits for it or fails by it.
 */
import { appendFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent } from '../../graph/lineage/runEvent';
import { listen } from '../../lake/told';
import { readSecret } from '../../lake/secrets/readSecret';
import { loadConfig } from '../config';
import { lineageTransport, type LineageTransport } from './lineageConfig';
import type { Log } from './log';
import { Seldom } from './seldom';

/** Events that wait at most, for a server that is slow or away. */
const MOST_WAITING = 1000;
const ATTEMPTS = 3;
const AGAIN_AFTER_MS = 200;
/** How long what is left may take to be sent at the end, ms. */
const MOST_WAIT_MS = 5000;

type Send = (event: RunEvent) => Promise<void>;

/**
 * Exports what the builds of this process and its pools tell from now on, if the environment wants that.
 * @returns what sends those that are left and ends it
 * @throws SpymasterError BadConfig
 */
export function exportLineage(log: Pick<Log, 'warn'>, environment = process.env): () => Promise<void> {
  const transport = lineageTransport(environment);
  if (!transport) return async () => {};
  const send = sender(transport, environment);
  const warnings = new Seldom(log);
  const lose = (why: string): void =>
    void warnings.warn(
      'lineage',
      { transport: transport.type },
      `Lineage is missing an event; builds go on: ${why}`,
    );
  let sending = Promise.resolve();
  let waiting = 0;
  const given = new AbortController();
  const take = (event: RunEvent) => {
    waiting++;
    sending = sending
      .then(() => attempt(send, event, given.signal))
      .catch((error: unknown) => lose(reason(error)))
      .finally(() => void waiting--);
  };
  const end = listen(({ kind, event: told }) => {
    if (kind !== 'lineage') return;
    if ('lost' in told) lose(told.lost);
    else if (waiting === MOST_WAITING) lose(`${waiting} are waiting to be sent`);
    else take(told.event);
  });
  return async () => {
    end();
    const late = new AbortController();
    const patience = sleep(MOST_WAIT_MS, undefined, { signal: late.signal })
      .then(() => given.abort())
      .catch(() => {});
    await Promise.race([sending, patience]);
    late.abort();
  };
}

async function attempt(send: Send, event: RunEvent, given: AbortSignal): Promise<void> {
  for (let tried = 1; ; tried++)
    try {
      if (given.aborted) throw new Error('there was no time left to send it');
      return await send(event);
    } catch (error) {
      if (given.aborted || tried === ATTEMPTS || (error instanceof Refused && error.status < 500))
        throw error;
      await sleep(AGAIN_AFTER_MS * tried, undefined, { ref: false });
    }
}

class Refused extends Error {
  constructor(
    readonly status: number,
    where: string,
    said: string,
  ) {
    super(`${where} answered ${status}${said === '' ? '' : `: ${said.slice(0, 200)}`}`);
  }
}

function sender(transport: LineageTransport, environment: NodeJS.ProcessEnv): Send {
  if (transport.type === 'console')
    return async (event) => void process.stderr.write(`${JSON.stringify(event)}\n`);
  if (transport.type === 'file') {
    const { log_file_path: path, append } = transport;
    if (append) return (event) => appendFile(path, `${JSON.stringify(event)}\n`);
    let written = 0;
    return (event) => {
      const stamp = `${event.eventTime.replaceAll(/[-:.Z]/g, '')}-${process.pid}-${written++}`;
      return writeFile(`${path}-${stamp}.json`, `${JSON.stringify(event)}\n`, { flag: 'wx' });
    };
  }
  const { url, endpoint, timeout, auth } = transport;
  const where = `${url.replace(/\/+$/, '')}/${endpoint.replace(/^\/+/, '')}`;
  // Asked for with each event: what takes its place in the vault holds within minutes.
  const key = auth && (() => readSecret(auth.apiKey, 'OPENLINEAGE_API_KEY', loadConfig(environment)));
  return async (event) => {
    const headers = {
      'content-type': 'application/json',
      ...(key && { authorization: `Bearer ${await key()}` }),
    };
    const signal = AbortSignal.timeout(timeout * 1000);
    const response = await fetch(where, { method: 'POST', headers, body: JSON.stringify(event), signal });
    const said = await response.text();
    if (!response.ok) throw new Refused(response.status, where, said.trim());
  };
}

/** `fetch` tells why only in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
