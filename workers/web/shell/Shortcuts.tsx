import { useEffect, useRef } from 'preact/hooks';
import { shortcuts } from './keyboard';
import { useObserved } from './useObserved';

/** The list of all keys; the browser keeps the focus in it, and Escape closes it. */
export function Shortcuts({ onClose }: { onClose: () => void }) {
  const all = useObserved(shortcuts);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const groups = [...new Set(all.map(({ group }) => group))];
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="shortcuts">
      <div class="dialog-head">
        <h1 id="shortcuts">Keyboard</h1>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close
        </button>
      </div>
      <div class="shortcuts">
        {groups.map((group) => (
          <section key={group}>
            <h2>{group}</h2>
            <dl>
              {all
                .filter((one) => one.group === group)
                .map(({ keys, does }) => [
                  <dt key={keys}>
                    {pressed(keys).map((key, k) => [k > 0 && ' then ', <kbd key={key}>{shown(key)}</kbd>])}
                  </dt>,
                  <dd key={`${keys} does`}>{does}</dd>,
                ])}
            </dl>
          </section>
        ))}
      </div>
      <p class="muted">
        Price charts: <a href="https://www.tradingview.com/">TradingView</a> Lightweight Charts™, Apache 2.0.
      </p>
    </dialog>
  );
}

const NAMES: Record<string, string> = {
  ' ': 'Space',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
};
/** Space alone is a key too. */
const pressed = (keys: string) => (keys === ' ' ? [keys] : keys.split(' '));
const shown = (key: string) => NAMES[key] ?? key;
