/** Other processes of this machine, by their number: whether they are there, waiting for their end, and ending them. */
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a process that was asked to end may take. */
export const STOP_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 50;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Waits for the end of a process that need not be a child of this one. */
export async function untilGone(
  pid: number,
  { limitMs = Infinity, signal }: { limitMs?: number; signal?: AbortSignal },
): Promise<void> {
  const deadline = Date.now() + limitMs;
  const waited = () => Date.now() >= deadline || signal?.aborted;
  while (isAlive(pid) && !waited()) await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
}

/** Ends a process, by force where it does not end in time. */
export async function endProcess(pid: number | undefined): Promise<void> {
  if (pid === undefined || !isAlive(pid)) return;
  process.kill(pid, 'SIGTERM');
  await untilGone(pid, { limitMs: STOP_LIMIT_MS });
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGKILL');
  await untilGone(pid, { limitMs: STOP_LIMIT_MS });
}
