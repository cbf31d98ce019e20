import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count, signed } from '../figures/numbers';
import { clockTime, duration } from '../figures/time';
import { Notice } from '../parts/Notice';
import { useShortcuts, type Shortcut } from '../shell/keyboard';
import { zone } from '../shell/preferences';
import { linkTo } from '../shell/addresses';
import { route } from '../shell/router';
import { useNow } from '../shell/useNow';
import '../design/market.css';
import '../design/parts.css';
import { useLevels, type Levels } from '../levels/useLevels';
import { ChartLevels } from './ChartLevels';
import { Ladder } from './Ladder';
import { LargestOrders } from './LargestOrders';
import { NowCards } from './NowCards';
import { PriceChart, type Pointed } from './priceChart';
import { ReplayControls } from './ReplayControls';
import { ShownSession } from './session';
import { TimeAndSales } from './TimeAndSales';
import { useFrames } from './useFrames';
import { useObserved } from '../shell/useObserved';

/** The market as it is now, or as it was: price, depth, levels, and what happened the last times. */
export function MarketPage() {
  const { view, parts } = useObserved(route);
  const [contract, date, at] = parts;
  const session = useMemo(
    () =>
      new ShownSession(() =>
        view === 'replay' && contract && date
          ? { do: 'replay', contract, date, ...(at && { at }) }
          : { do: 'live', ...(contract && { contract }) },
      ),
    [view, contract, date, at],
  );
  useEffect(() => () => session.end(), [session]);
  const hello = useObserved(session.hello);
  const failure = useObserved(session.failure);
  const levels = useLevels();
  const { answer: settings } = levels.settings;
  useEffect(() => {
    const product = settings?.products.find(({ root }) => root === hello?.product.root);
    session.own(product?.userPrices ?? []);
  }, [session, settings, hello]);
  return (
    <div class="view market">
      <h1 class="unseen">Market</h1>
      <MarketHead session={session} />
      {failure !== undefined && (
        <section class="panel">
          <Notice bad title={hello ? 'That could not be done' : 'No market'}>
            <p>{failure}</p>
            {view !== 'replay' && (
              <p>
                Sessions of the past are in the <a href={linkTo('history')}>history</a>.
              </p>
            )}
            <button type="button" onClick={() => location.reload()}>
              Try again
            </button>
          </Notice>
        </section>
      )}
      {hello && (
        <div class="market-body">
          <Chart session={session} levels={levels} />
          <aside class="market-side">
            <NowCards session={session} />
            <Ladder session={session} />
            <LargestOrders session={session} />
            <TimeAndSales session={session} />
          </aside>
        </div>
      )}
    </div>
  );
}

/** What is shown, of when, and whether it is fresh. */
function MarketHead({ session }: { session: ShownSession }) {
  useFrames(session, 250);
  const hello = useObserved(session.hello);
  const status = useObserved(session.status);
  const lostAt = useObserved(session.lostAt);
  const shownZone = useObserved(zone);
  const now = useNow(1000);
  const { frame } = session.market;
  return (
    <div class="view-head">
      {hello && (
        <strong>
          {hello.contract} <span class="muted">{hello.tradeDate}</span>
        </strong>
      )}
      <State session={session} />
      {frame && (
        <>
          <span class="number price">{session.priceText(frame.lastPrice)}</span>
          <span class="number muted">
            {session.priceText(frame.bestBid)} / {session.priceText(frame.bestAsk)}
          </span>
          <span class="muted">
            volume <span class="number">{count(frame.volume)}</span>, delta{' '}
            <span class="number">{signed(frame.delta, 0)}</span>, OFI{' '}
            <span class="number">{signed(frame.imbalance, 0)}</span> lots
          </span>
          <span class="muted">{clockTime(session.msOf(frame.eventAt), shownZone)}</span>
        </>
      )}
      {lostAt !== undefined && (
        <span class="warned" role="status">
          connection lost {duration(now - lostAt)} ago, connecting again{' '}
          <button type="button" onClick={() => session.again()}>
            now
          </button>
        </span>
      )}
      {status?.detail && <span class="muted">{status.detail}</span>}
      {hello?.mode === 'replay' && <ReplayControls session={session} />}
    </div>
  );
}

const STATES = {
  waiting: 'waiting for the market',
  live: 'live',
  preparing: 'catching up',
  playing: 'replay',
  paused: 'replay, paused',
  ended: 'replay, at its end',
} as const;

function State({ session }: { session: ShownSession }) {
  const status = useObserved(session.status);
  if (!status) return <span class="muted">connecting</span>;
  return (
    <span class={status.state === 'live' ? 'state good' : 'state'}>
      {STATES[status.state]}
      {status.state === 'live' && status.lagMs !== null && (
        <span class="muted number"> {duration(status.lagMs)} behind the feed</span>
      )}
    </span>
  );
}

function Chart({ session, levels }: { session: ShownSession; levels: Levels }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<PriceChart | undefined>(undefined);
  const [pointed, setPointed] = useState<Pointed>();
  const [fullLots, setFullLots] = useState(400);
  const [leastLots, setLeastLots] = useState(1);
  const shownZone = useObserved(zone);
  useEffect(() => {
    const made = (chart.current = new PriceChart(place.current!, session, setPointed));
    return () => made.end();
  }, [session]);
  useEffect(() => {
    chart.current!.fullLots = fullLots;
    chart.current!.leastLots = leastLots;
  }, [session, fullLots, leastLots]);
  const keys = useMemo<Shortcut[]>(() => {
    const group = 'Chart';
    return [
      { keys: 'f', does: 'follow the market', group, run: () => chart.current?.follow() },
      { keys: '+', does: 'less time', group, run: () => chart.current?.zoom(0.7) },
      { keys: '-', does: 'more time', group, run: () => chart.current?.zoom(1.4) },
      { keys: 'ArrowLeft', does: 'earlier', group, run: () => chart.current?.pan(-0.25) },
      { keys: 'ArrowRight', does: 'later', group, run: () => chart.current?.pan(0.25) },
    ];
  }, []);
  useShortcuts(keys);
  return (
    <section class="panel chart-panel" aria-label="Price, depth and prints">
      <header>
        <label>
          brightest at{' '}
          <input
            type="number"
            min={10}
            max={20_000}
            step={10}
            value={fullLots}
            onChange={({ currentTarget }) => setFullLots(Math.max(10, Number(currentTarget.value) || 400))}
          />{' '}
          lots
        </label>
        <label>
          prints from{' '}
          <input
            type="number"
            min={1}
            max={10_000}
            value={leastLots}
            onChange={({ currentTarget }) => setLeastLots(Math.max(1, Number(currentTarget.value) || 1))}
          />{' '}
          lots
        </label>
        <button type="button" onClick={() => chart.current?.follow()}>
          Follow
        </button>
        <ChartLevels session={session} chart={() => chart.current} levels={levels} />
        <output class="number pointed">
          {pointed &&
            `${clockTime(session.msOf(pointed.t), shownZone)}  ${session.priceText(pointed.price)}  ` +
              (pointed.lots === undefined
                ? 'depth not known'
                : `${count(pointed.lots)} lots in ${count(pointed.orders)} orders`)}
        </output>
      </header>
      <div class="chart-place" ref={place} />
      <p class="credit muted">
        Circles: trades by aggressor; diamonds: sweeps; ringed: stops; squares: icebergs. Charts by{' '}
        <a href="https://www.tradingview.com/" rel="noreferrer">
          TradingView
        </a>{' '}
        Lightweight Charts.
      </p>
    </section>
  );
}
