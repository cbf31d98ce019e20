import { priceText } from '../figures/prices';
import { withoutPrice, type Settings } from './levelChoice';
import type { Levels } from './useLevels';

/** A product's prices of one's own, each of which can be removed. */
export const OwnPriceList = ({ of, levels }: { of: Settings['products'][number]; levels: Levels }) => (
  <span class="own-prices">
    {of.userPrices.map((price) => {
      const text = priceText(price, of.tickNanos);
      return (
        <button
          key={price}
          type="button"
          class="number"
          aria-label={`Remove ${text}`}
          disabled={levels.busy}
          onClick={() => void levels.choose((now) => withoutPrice(now, of.root, price))}
        >
          {text} ×
        </button>
      );
    })}
  </span>
);
