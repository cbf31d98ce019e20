/** Ctrl-C, and the end of a service, as an AbortSignal. */

/** What Ctrl-C, a service manager and a terminal that is closed send. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs something that the first such signal asks to stop, in an orderly way; a second one ends the process at once.
 * @param work is given a signal that is aborted by the first
 */
export async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stopListening = () => {
    SIGNALS.forEach((name) => process.off(name, interrupt));
    clearInterval(watching);
  };
  const interrupt = () => {
    stopListening();
    controller.abort();
  };
  SIGNALS.forEach((name) => process.on(name, interrupt));
  const watching = watchLauncher(interrupt);
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
  }
}

const LOOK_EVERY_MS = 250;

/**
 * Told when npm has been ended, which started this process: npm passes a signal on to its shell, and the shell to nobody. Without npm
 * there is nothing to watch: a process may outlive the shell it was typed in.
 */
function watchLauncher(ended: () => void): NodeJS.Timeout | undefined {
  if (process.env.npm_command === undefined) return undefined;
  const launcher = process.ppid;
  return setInterval(() => {
    if (process.ppid !== launcher) ended();
  }, LOOK_EVERY_MS).unref();
}

/** Resolves when the signal is aborted. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
