import { useEffect, useMemo, useState } from 'preact/hooks';
import { pointsText } from '../../../graph/market/points';
import { KindChoice } from '../levels/KindChoice';
import { OwnPriceList } from '../levels/OwnPriceList';
import type { Levels } from '../levels/useLevels';
import { usePrice } from '../levels/usePrice';
import { linkTo } from '../shell/addresses';
import { useShortcuts, type Shortcut } from '../shell/keyboard';
import { useObserved } from '../shell/useObserved';
import type { PriceChart } from './priceChart';
import type { ShownSession } from './session';

interface Shown {
  readonly session: ShownSession;
  readonly chart: () => PriceChart | undefined;
  readonly levels: Levels;
}

/** Levels beside the chart: a price of one's own, clicked on it or written; kinds, switched on and off. */
export function ChartLevels(shown: Shown) {
  const [open, setOpen] = useState(false);
  const keys = useMemo<Shortcut[]>(
    () => [
      {
        keys: 'a',
        does: 'levels: add a price, choose kinds',
        group: 'Chart',
        run: () => setOpen((before) => !before),
      },
    ],
    [],
  );
  useShortcuts(keys);
  return (
    <>
      <button type="button" aria-pressed={open} onClick={() => setOpen(!open)}>
        Levels
      </button>
      {open && <Choices {...shown} />}
    </>
  );
}

function Choices({ session, chart, levels }: Shown) {
  const hello = useObserved(session.hello);
  const root = hello?.product.root;
  const tickNanos = hello?.product.tickNanos;
  const { text, setText, price, onSubmit } = usePrice(root, levels);
  useEffect(() => {
    const shown = chart();
    if (!shown || tickNanos === undefined) return undefined;
    shown.onPicked = (ticks) => setText(pointsText(ticks, tickNanos));
    return () => (shown.onPicked = undefined);
  }, [tickNanos]);
  const { answer: settings } = levels.settings;
  const product = settings?.products.find((one) => one.root === root);
  return (
    <div class="chart-levels" role="group" aria-label="Levels">
      <form class="filters" onSubmit={onSubmit}>
        <label>
          Price
          <input
            type="text"
            inputMode="decimal"
            size={10}
            value={text}
            onInput={({ currentTarget: { value } }) => setText(value)}
          />
        </label>
        <button type="submit" disabled={price === undefined || levels.busy}>
          Add
        </button>
        {text === '' && <span class="muted">click on the chart, or write it</span>}
        {product && <OwnPriceList of={product} levels={levels} />}
      </form>
      {levels.refused && (
        <p class="warned" role="alert">
          {levels.refused.message}
        </p>
      )}
      <div class="filters">
        {settings?.levelKinds
          .filter(({ kind }) => kind !== 'USER')
          .map((kind) => (
            <KindChoice key={kind.kind} of={kind} levels={levels} label={kind.kind} />
          ))}
      </div>
      <p class="hint">
        Prices of your own are drawn at once in the live market. Approaches, touches, answers and alerts come
        from the next session on; of history after a backfill, which <a href={linkTo('levels')}>Levels</a>{' '}
        starts.
      </p>
    </div>
  );
}
