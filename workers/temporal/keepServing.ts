/**
 * Workers for as long as a process runs. To a server that is away for a moment the SDK connects again by itself; to one that has come
 * back at another address, as a development server does whose port was taken, or not at all, it never would.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isServing } from '../../infra/temporal/probe';
import { connectConfig, unreachable } from './connection';
import { startWorkers, type RunningWorkers, type WorkerSetup } from './runWorkers';

const LOOK_EVERY_MS = 2_000;
/** How long the server may be away before the workers end: longer than the restart of any. */
const PATIENCE_MS = 60_000;

interface Watching {
  /** Ends the workers, in an orderly way. */
  signal: AbortSignal;
  /** Told of the workers at every address they serve. */
  onServing: (workers: RunningWorkers) => void;
  /** Told once when their server has gone away, and once when it is back where it was. */
  onAway?: (address: string) => void;
  onBack?: (address: string) => void;
  lookEveryMs?: number;
  patienceMs?: number;
}

/**
 * Serves until the signal, at whatever address the server of the configuration is.
 * @throws SpymasterError StoreUnavailable when it does not answer at first, or has been away for too long; whatever ends a worker
 */
export async function keepServing(setup: WorkerSetup, watching: Watching): Promise<void> {
  const { signal, onServing } = watching;
  for (;;) {
    const workers = await startWorkers(setup);
    onServing(workers);
    const over = new AbortController();
    const watched = AbortSignal.any([signal, over.signal]);
    const lost = await Promise.race([
      untilLost(workers, setup, { ...watching, signal: watched }),
      workers.ended.then(() => undefined),
    ]).finally(() => over.abort());
    const stopped = workers.stop();
    if (!lost) return stopped;
    // Not waited for: without their server they cannot hand back what they were doing, and try to for a while. It is done again when
    // their heartbeats are missed, and what they still write is fenced off.
    stopped.catch(() => {});
    if (lost === 'gone') throw unreachable(workers.address, undefined);
  }
}

/** How the server was lost; undefined when the signal came first. */
async function untilLost(
  workers: RunningWorkers,
  { temporal }: WorkerSetup,
  { signal, onAway, onBack, lookEveryMs = LOOK_EVERY_MS, patienceMs = PATIENCE_MS }: Watching,
): Promise<'moved' | 'gone' | undefined> {
  let seen = Date.now();
  let away = false;
  while (!signal.aborted) {
    await sleep(lookEveryMs, undefined, { signal }).catch(() => {});
    const { connectionOptions, namespace = 'default' } = connectConfig(temporal);
    const { address = '' } = connectionOptions;
    // Only the address of a development server of this machine can change, and that asks for no credentials.
    if (address !== workers.address && (await isServing(address, namespace))) return 'moved';
    const reached = await workers.reached();
    if (reached === away && !signal.aborted) (reached ? onBack : onAway)?.(workers.address);
    away = !reached;
    if (reached) seen = Date.now();
    else if (Date.now() - seen > patienceMs) return 'gone';
  }
  return undefined;
}
