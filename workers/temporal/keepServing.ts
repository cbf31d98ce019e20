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
  patienceMs?: number;
}

/**
 * Serves until the signal, at whatever address the server of the configuration is.
 * @throws SpymasterError StoreUnavailable when it does not answer at first, or has been away for too long; whatever ends a worker
 */
export async function keepServing(
  setup: WorkerSetup,
  { signal, onServing, patienceMs = PATIENCE_MS }: Watching,
): Promise<void> {
  for (;;) {
    const workers = await startWorkers(setup);
    onServing(workers);
    const over = new AbortController();
    const watched = AbortSignal.any([signal, over.signal]);
    const lost = await Promise.race([
      untilLost(workers, setup, patienceMs, watched),
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
  patienceMs: number,
  signal: AbortSignal,
): Promise<'moved' | 'gone' | undefined> {
  let seen = Date.now();
  while (!signal.aborted) {
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
    const { connectionOptions, namespace = 'default' } = connectConfig(temporal);
    const { address = '' } = connectionOptions;
    // Only the address of a development server of this machine can change, and that asks for no credentials.
    if (address !== workers.address && (await isServing(address, namespace))) return 'moved';
    if (await workers.reached()) seen = Date.now();
    else if (Date.now() - seen > patienceMs) return 'gone';
  }
  return undefined;
}
