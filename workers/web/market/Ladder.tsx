import { ASK, BID, type BookSide } from '../../../graph/book/side';
import type { ShownLevel } from '../../../graph/screen/shownMarket';
import { count } from '../figures/numbers';
import { Panel } from '../parts/Panel';
import type { ShownSession } from './session';
import { useFrames } from './useFrames';
import { useObserved } from '../shell/useObserved';

/** Prices above and below the market. */
const REACH = 14;

/** The book price by price: lots, orders and the largest of them on either side, and what of each price was filled and what pulled. */
export function Ladder({ session }: { session: ShownSession }) {
  useFrames(session);
  const levels = useObserved(session.levels);
  const { frame } = session.market;
  const middle = frame && Math.round(Number.isNaN(frame.bestBid) ? frame.bestAsk : frame.bestBid);
  if (!frame || middle === undefined || Number.isNaN(middle)) return null;
  const prices = Array.from({ length: 2 * REACH }, (_, k) => middle + REACH - k);
  const most = Math.max(
    1,
    ...prices.flatMap((price) =>
      ([BID, ASK] as const).map((side) => session.market.level(side, price)?.size ?? 0),
    ),
  );
  const named = new Map(levels.map(({ id, price }) => [Math.round(price), id]));
  return (
    <Panel title="Ladder" note={frame.state === 'live' ? 'lots (orders, largest)' : `book ${frame.state}`}>
      <table class="ladder">
        <thead>
          <tr>
            <th
              scope="col"
              class="number"
              title="lots pulled or moved by their owners since the session began"
            >
              pulled
            </th>
            <th scope="col" class="number">
              bid
            </th>
            <th scope="col" class="number">
              price
            </th>
            <th scope="col" class="number">
              ask
            </th>
            <th scope="col" class="number" title="lots executed since the session began">
              filled
            </th>
          </tr>
        </thead>
        <tbody>
          {prices.map((price) => {
            const [bid, ask] = [session.market.level(BID, price), session.market.level(ASK, price)];
            const at = price === frame.lastPrice ? ' last' : '';
            return (
              <tr key={price} class={`${named.has(price) ? 'at-level' : ''}${at}`} title={named.get(price)}>
                <td class="number muted">{quiet((bid?.pulled ?? 0) + (ask?.pulled ?? 0))}</td>
                <Lots level={bid} side={BID} most={most} />
                <th scope="row" class="number">
                  {session.priceText(price)}
                </th>
                <Lots level={ask} side={ASK} most={most} />
                <td class="number muted">{quiet((bid?.filled ?? 0) + (ask?.filled ?? 0))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Panel>
  );
}

function Lots({ level, side, most }: { level: ShownLevel | undefined; side: BookSide; most: number }) {
  const size = level?.size ?? 0;
  return (
    <td class={`number lots ${side === BID ? 'bid' : 'ask'}`}>
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect x={side === BID ? 100 - (100 * size) / most : 0} width={(100 * size) / most} height="1" />
      </svg>
      {level && size > 0 && (
        <span>
          {count(size)}{' '}
          <small>
            {count(level.orders)}, {count(level.largest)}
          </small>
        </span>
      )}
    </td>
  );
}

const quiet = (lots: number) => (lots > 0 ? count(lots) : '');
