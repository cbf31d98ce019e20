import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { ASK, BID, type BookSide } from '../../../graph/book/side';
import type { ShownLevel } from '../../../graph/screen/shownMarket';
import { count } from '../figures/numbers';
import { Panel } from '../parts/Panel';
import { useObserved } from '../shell/useObserved';
import { heldMiddle } from './heldMiddle';
import { levelName, type ShownSession } from './session';
import { useFrames } from './useFrames';

/** Prices above and below the market. */
const REACH = 14;
/** Less than between two frames of the gateway, so that each is drawn when it comes. */
const DRAWN_EVERY_MS = 25;

interface Row {
  readonly price: number;
  readonly text: string;
  readonly bid: ShownLevel | undefined;
  readonly ask: ShownLevel | undefined;
  readonly most: number;
  readonly level: string | undefined;
  readonly last: boolean;
}

interface Drawn {
  readonly of: Row;
  readonly row: JSX.Element;
}

/** The book price by price: lots, orders and the largest of them on either side, and what of each price was filled and what pulled. */
export function Ladder({ session }: { session: ShownSession }) {
  useFrames(session, DRAWN_EVERY_MS);
  const levels = useObserved(session.levels);
  const middle = useRef<number | undefined>(undefined);
  const drawn = useRef(new Map<number, Drawn>());
  const { frame } = session.market;
  const market = frame && Math.round(Number.isNaN(frame.bestBid) ? frame.bestAsk : frame.bestBid);
  if (!frame || market === undefined || Number.isNaN(market)) return null;
  middle.current = heldMiddle(middle.current, market, REACH);
  const prices = Array.from({ length: 2 * REACH }, (_, k) => middle.current! + REACH - k);
  const most = Math.max(
    1,
    ...prices.flatMap((price) =>
      ([BID, ASK] as const).map((side) => session.market.level(side, price)?.size ?? 0),
    ),
  );
  const named = new Map(levels.map(({ id, price }) => [Math.round(price), id]));
  const rows = prices.map((price): Drawn => {
    const of: Row = {
      price,
      text: session.priceText(price),
      bid: session.market.level(BID, price),
      ask: session.market.level(ASK, price),
      most,
      level: named.get(price),
      last: price === frame.lastPrice,
    };
    const before = drawn.current.get(price);
    return before && isSame(before.of, of) ? before : { of, row: <PriceRow key={price} of={of} /> };
  });
  drawn.current = new Map(rows.map((one) => [one.of.price, one]));
  return (
    <Panel
      title="Ladder"
      note={frame.state === 'live' ? 'lots, orders, the largest order' : `book ${frame.state}`}
    >
      <table class="ladder">
        <thead>
          <tr>
            <Head title="lots pulled or moved by their owners since the session began">pulled</Head>
            <Head of="largest" title="lots of the largest order on the bid">
              max
            </Head>
            <Head of="orders" title="orders on the bid">
              orders
            </Head>
            <Head of="lots">bid</Head>
            <Head of="at">price</Head>
            <Head of="lots">ask</Head>
            <Head of="orders" title="orders on the ask">
              orders
            </Head>
            <Head of="largest" title="lots of the largest order on the ask">
              max
            </Head>
            <Head title="lots executed since the session began">filled</Head>
          </tr>
        </thead>
        <tbody>{rows.map(({ row }) => row)}</tbody>
      </table>
    </Panel>
  );
}

const Head = (props: { of?: string; title?: string; children: string }) => (
  <th scope="col" class={`number ${props.of ?? ''}`} title={props.title}>
    {props.children}
  </th>
);

/** A row that is as it was is not drawn anew: what a price holds is told as another object whenever it changes. */
const isSame = (a: Row, b: Row): boolean =>
  (Object.keys(b) as (keyof Row)[]).every((name) => Object.is(a[name], b[name]));

function PriceRow({ of: { text, bid, ask, most, level, last } }: { of: Row }) {
  const marks = `${level === undefined ? '' : 'at-level'}${last ? ' last' : ''}`;
  return (
    <tr class={marks} title={level && levelName(level)}>
      <td class="number muted">{quiet((bid?.pulled ?? 0) + (ask?.pulled ?? 0))}</td>
      <Orders of={bid} what="largest" />
      <Orders of={bid} what="orders" />
      <Lots of={bid} side={BID} most={most} />
      <th scope="row" class="number">
        {text}
      </th>
      <Lots of={ask} side={ASK} most={most} />
      <Orders of={ask} what="orders" />
      <Orders of={ask} what="largest" />
      <td class="number muted">{quiet((bid?.filled ?? 0) + (ask?.filled ?? 0))}</td>
    </tr>
  );
}

const Orders = ({ of, what }: { of: ShownLevel | undefined; what: 'orders' | 'largest' }) => (
  <td class={`number muted ${what}`}>{quiet(of && of.size > 0 ? of[what] : 0)}</td>
);

function Lots({ of, side, most }: { of: ShownLevel | undefined; side: BookSide; most: number }) {
  const size = of?.size ?? 0;
  return (
    <td
      class={`number lots ${side === BID ? 'bid' : 'ask'}`}
      style={{ backgroundSize: `${Math.round((100 * size) / most)}% calc(100% - 2px)` }}
    >
      {quiet(size)}
    </td>
  );
}

const quiet = (lots: number) => (lots > 0 ? count(lots) : '');
