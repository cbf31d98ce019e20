/** Ctrl-C, and the end of a service, as an AbortSignal. */

/** What Ctrl-C, a service manager and a terminal that is closed send. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs something that the first such signal asks to stop, in an orderly way; a second one ends the process at once.
 * @param work is given a signal that is aborted by the first
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stopListening = () => SIGNALS.forEach((name) => process.off(name, interrupt));
  const interrupt = () => {
    stopListening();
    controller.abort();
  };
  SIGNALS.forEach((name) => process.on(name, interrupt));
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
  }
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
