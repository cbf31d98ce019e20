import { useCallback, useEffect, useState } from 'preact/hooks';
import type { z } from 'zod';
import { useObserved } from '../shell/useObserved';
import { addressOf, ApiError, ask, type Query } from './client';
import { gateway } from './gateway';

/** What a view knows of what it has asked. */
export interface Asked<Answer> {
  /** The last answer, which may be older than the last question. */
  readonly answer: Answer | undefined;
  /** Why there is no newer one. */
  readonly error: ApiError | undefined;
  readonly loading: boolean;
  /** Asks again. */
  readonly again: () => void;
}

interface Held<Answer> {
  readonly address: string;
  readonly answer?: Answer;
  readonly error?: ApiError;
}

/**
 * Asks when it is first drawn, when the question changes, and when the gateway is back.
 * @param path null: nothing is asked yet
 * @param every asks again after as many ms
 */
export function useApi<Schema extends z.ZodType>(
  schema: Schema,
  path: string | null,
  query: Query = {},
  every?: number,
): Asked<z.infer<Schema>> {
  const address = path === null ? '' : addressOf(path, query);
  const { returns } = useObserved(gateway);
  const [round, setRound] = useState(0);
  const [held, setHeld] = useState<Held<z.infer<Schema>>>({ address: '' });
  const [loading, setLoading] = useState(path !== null);
  useEffect(() => {
    if (path === null) return undefined;
    const stop = new AbortController();
    setLoading(true);
    ask(schema, path, query, stop.signal)
      .then((answer) => setHeld({ address, answer }))
      .catch((error: unknown) => {
        if (stop.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        // What answered another question is no answer to one that is refused.
        setHeld((before) =>
          error.kind === 'away' || before.address === address ? { ...before, error } : { address, error },
        );
      })
      .finally(() => !stop.signal.aborted && setLoading(false));
    return () => stop.abort();
    // The address is the whole question.
  }, [schema, address, returns, round]);
  useEffect(() => {
    if (every === undefined) return undefined;
    const timer = setInterval(() => setRound((before) => before + 1), every);
    return () => clearInterval(timer);
  }, [every]);
  const again = useCallback(() => setRound((before) => before + 1), []);
  return { answer: held.answer, error: held.error, loading, again };
}
