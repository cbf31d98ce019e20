/** Waiting for what other threads and processes do, however long a busy machine takes. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Far beyond what anything takes; below the limit of a test, which could not say what was waited for. */
export const HANGS_MS = 300_000;

/**
 * Waits until something holds.
 * @param otherwise what is to be said if it never does
 * @throws Error with that, or with the condition's text
 */
export async function until(
  holds: () => boolean | Promise<boolean>,
  otherwise = () => `Still not so: ${holds.toString()}`,
): Promise<void> {
  const hangs = Date.now() + HANGS_MS;
  while (!(await holds())) {
    if (Date.now() > hangs) throw new Error(otherwise());
    await sleep(20);
  }
}
