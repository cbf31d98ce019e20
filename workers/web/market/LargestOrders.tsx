import { BID } from '../../../graph/book/side';
import { DEPTH_ROWS } from '../../../graph/screen/depthHistory';
import { count } from '../figures/numbers';
import { Panel } from '../parts/Panel';
import { largestOrders } from './largestOrders';
import type { ShownSession } from './session';
import { useFrames } from './useFrames';

const SHOWN = 6;

/** The largest orders as far from the market as depth is drawn. */
export function LargestOrders({ session }: { session: ShownSession }) {
  useFrames(session, 500);
  const orders = largestOrders(session.market, DEPTH_ROWS / 2, SHOWN);
  if (orders.length === 0) return null;
  return (
    <Panel title="Largest orders" note="the largest of a price, lots">
      <table class="tape">
        <thead class="unseen">
          <tr>
            <th scope="col">Side</th>
            <th scope="col">Price</th>
            <th scope="col">Lots</th>
          </tr>
        </thead>
        <tbody>
          {orders.map(({ side, price, lots }) => (
            <tr key={`${side} ${price}`} class={side === BID ? 'buy' : 'sell'}>
              <td>{side === BID ? 'bid' : 'ask'}</td>
              <td class="number">{session.priceText(price)}</td>
              <td class="number">{count(lots)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
