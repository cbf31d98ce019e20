/** Keys that do something wherever the focus is, except in a field. */
import { useEffect } from 'preact/hooks';
import { observable } from './observable';

export interface Shortcut {
  /** As `KeyboardEvent.key` says it; two with a space between: one after the other. */
  readonly keys: string;
  /** What it does, for the list of shortcuts. */
  readonly does: string;
  /** Heading in that list. */
  readonly group: string;
  readonly run: () => void;
}

/** All there are at present, for the list of shortcuts. */
export const shortcuts = observable<readonly Shortcut[]>([]);

/** Shortcuts of a view, as long as it is shown. @param made must stay the same between drawings (`useMemo`) */
export function useShortcuts(made: readonly Shortcut[]): void {
  useEffect(() => {
    shortcuts.set([...shortcuts.get(), ...made]);
    return () => shortcuts.set(shortcuts.get().filter((one) => !made.includes(one)));
  }, [made]);
}

/** How long the first of two keys is remembered, ms. */
const SEQUENCE_MS = 1200;

let first = { key: '', at: -Infinity };

/** Listens from now on. */
export function listenToKeys(): void {
  addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isField(event.target))
      return;
    const { key, timeStamp } = event;
    const both = timeStamp - first.at < SEQUENCE_MS ? `${first.key} ${key}` : key;
    const all = shortcuts.get();
    // The one that was added last: a view's own goes before that of the shell.
    const found = all.findLast(({ keys }) => keys === both) ?? all.findLast(({ keys }) => keys === key);
    first = found ? { key: '', at: -Infinity } : { key, at: timeStamp };
    if (!found) return;
    event.preventDefault();
    found.run();
  });
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName) ||
    target.closest('dialog') !== null
  );
}
