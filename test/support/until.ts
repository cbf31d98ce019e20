/** Waiting for what other threads and processes do, however long a busy machine takes. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Far beyond what anything takes; below the limit of a test, which could not say what was waited for. */
const HANGS_MS = 600_000;

/** Waits until something holds. @throws Error with the condition's text if it never does */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const hangs = Date.now() + HANGS_MS;
  while (!(await holds())) {
    if (Date.now() > hangs) throw new Error(`Still not so: ${holds.toString()}`);
    await sleep(20);
  }
}
