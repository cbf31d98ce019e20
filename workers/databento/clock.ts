/** Time and chance as the clients use them, so that tests can stand in for both. */

export interface Clock {
  /** Wall time, ms since 1970. */
  now(): number;
  /** Runs something after some ms. @returns what calls it off */
  after(ms: number, run: () => void): () => void;
}

export const wallClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after some ms, or at once when the signal is aborted. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

export interface Backoff {
  /** Longest first wait, ms. */
  firstMs: number;
  /** Longest wait of all, ms. */
  mostMs: number;
}

/**
 * How long to wait before try `attempt` (0 the first after a failure), ms: a random part of a limit that doubles ("full jitter"), so that
 * many clients which lost one server do not come back at once.
 * @param random from 0 to 1
 */
export const backoffMs = ({ firstMs, mostMs }: Backoff, attempt: number, random: number): number =>
  random * Math.min(mostMs, firstMs * 2 ** Math.min(attempt, 30));
