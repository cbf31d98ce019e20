import { useState } from 'preact/hooks';
import { Panel } from '../parts/Panel';
import type { Settings } from './levelChoice';
import { OwnPriceList } from './OwnPriceList';
import { ProductChoice } from './ProductChoice';
import type { Levels } from './useLevels';
import { usePrice } from './usePrice';

/** Prices of one's own, by product: added by writing them, and removed. */
export function OwnPrices({ of: { products }, levels }: { of: Settings; levels: Levels }) {
  const [root, setRoot] = useState(products[0].root);
  const { text, setText, price, onSubmit } = usePrice(root, levels);
  const own = products.filter(({ userPrices }) => userPrices.length > 0);
  return (
    <Panel title="Prices of your own" note="or click into the chart of the market">
      <form class="filters" onSubmit={onSubmit}>
        <ProductChoice of={products} root={root} onChange={setRoot} />
        <label>
          Price
          <input
            type="text"
            inputMode="decimal"
            size={12}
            value={text}
            aria-invalid={text !== '' && price === undefined}
            onInput={({ currentTarget: { value } }) => setText(value)}
          />
        </label>
        <button type="submit" disabled={price === undefined || levels.busy}>
          Add
        </button>
        {text !== '' && price === undefined && (
          <span class="warned">A price is a number, such as 4805.25.</span>
        )}
      </form>
      {own.length === 0 ? (
        <p class="muted">None yet.</p>
      ) : (
        <dl class="facts">
          {own.map((product) => [
            <dt key={product.root}>{product.root}</dt>,
            <dd key={`${product.root} prices`}>
              <OwnPriceList of={product} levels={levels} />
            </dd>,
          ])}
        </dl>
      )}
    </Panel>
  );
}
