/** Values that several parts of the page look at. */

export interface Observable<Value> {
  get(): Value;
  set(value: Value): void;
  /** @returns ends it */
  subscribe(listener: (value: Value) => void): () => void;
}

export function observable<Value>(initial: Value): Observable<Value> {
  let current = initial;
  const listeners = new Set<(value: Value) => void>();
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of listeners) listener(value);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
