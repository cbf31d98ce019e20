import type { TargetedKeyboardEvent } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count } from '../figures/numbers';
import { clockTime } from '../figures/time';
import type { Levels } from '../levels/useLevels';
import { useShortcuts, type Shortcut } from '../shell/keyboard';
import { zone } from '../shell/preferences';
import { useObserved } from '../shell/useObserved';
import type { Bar } from './bars';
import { ChartLevels } from './ChartLevels';
import { drawnLots } from './drawnLots';
import { LotsChoice } from './LotsChoice';
import type { Pointed } from './pointed';
import { PriceChart } from './priceChart';
import type { ShownSession } from './session';
import { useFrames } from './useFrames';

/** Bars and ticks of a key. */
const MOVES: Record<string, [bars: number, ticks: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Of those who came to the chart by keys: for the others arrow keys move the chart. */
function moveCrosshair(chart: PriceChart, event: TargetedKeyboardEvent<HTMLDivElement>): void {
  const { key, shiftKey, ctrlKey, altKey, metaKey, currentTarget } = event;
  if (!currentTarget.matches(':focus-visible') || ctrlKey || altKey || metaKey) return;
  const move = MOVES[key];
  if (!move && key !== 'Escape' && key !== 'Enter') return;
  event.preventDefault();
  const [bars, ticks] = move ?? [];
  if (move) chart.crosshair.move(bars * (shiftKey ? 10 : 1), ticks * (shiftKey ? 10 : 1));
  else if (key === 'Enter') chart.pickCrossed();
  else currentTarget.blur();
}

/** What the crosshair is on; of the bar only a screen reader is told, since others see it. */
function Reading({ session, of }: { session: ShownSession; of: Pointed }) {
  const shownZone = useObserved(zone);
  const { t, price, lots, orders, bar } = of;
  const told = [
    clockTime(session.msOf(t), shownZone),
    session.priceText(price),
    lots === undefined
      ? 'depth not known'
      : `${count(lots)} ${lots === 1 ? 'lot' : 'lots'} in ${count(orders)} ${orders === 1 ? 'order' : 'orders'}`,
  ];
  return (
    <>
      {told.join('  ')}
      {bar && <span class="unseen">, {barText(session, bar)}</span>}
    </>
  );
}

function barText(session: ShownSession, { low, high, close }: Bar): string {
  if (low === null || high === null || close === null) return 'no trade in this bar';
  const [from, to, last] = [low, high, close].map((price) => session.priceText(price));
  return `bar from ${from} to ${to}, closed at ${last}`;
}

/** Why there is nothing to draw; undefined where there is. */
function whyEmpty({ hello, market: { frame } }: ShownSession): string | undefined {
  if (!frame) return hello.get()?.mode === 'replay' ? 'The session is being read.' : 'Nothing has come yet.';
  return Number.isNaN(frame.lastPrice) ? 'No trade yet: the chart begins with the first.' : undefined;
}

/** The price chart, and what is chosen of how it is drawn. */
export function ChartPanel({ session, levels }: { session: ShownSession; levels: Levels }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<PriceChart | undefined>(undefined);
  const [pointed, setPointed] = useState<Pointed>();
  const [follows, setFollows] = useState(true);
  const lots = useObserved(drawnLots);
  useFrames(session, 1000);
  useEffect(() => {
    const made = (chart.current = new PriceChart(place.current!, session, setPointed, setFollows));
    return () => made.end();
  }, [session]);
  useEffect(() => {
    chart.current!.fullLots = lots.brightest;
    chart.current!.leastLots = lots.least ?? 1;
  }, [session, lots]);
  const keys = useMemo<Shortcut[]>(() => {
    const group = 'Chart';
    return [
      { keys: 'f', does: 'follow the market', group, run: () => chart.current?.follow() },
      { keys: '+', does: 'less time', group, run: () => chart.current?.zoom(0.7) },
      { keys: '-', does: 'more time', group, run: () => chart.current?.zoom(1.4) },
      { keys: 'ArrowLeft', does: 'earlier', group, run: () => chart.current?.pan(-0.25) },
      { keys: 'ArrowRight', does: 'later', group, run: () => chart.current?.pan(0.25) },
      {
        keys: 'c',
        does: 'crosshair: arrows move it, with Shift by ten, Enter chooses its price, Escape leaves it',
        group,
        run: () => place.current?.focus(),
      },
    ];
  }, []);
  useShortcuts(keys);
  const why = whyEmpty(session);
  return (
    <section class="panel chart-panel" aria-label="Price, depth and prints">
      <header>
        <LotsChoice label="brightest at" of="brightest" otherwise={chart.current?.brightest} />
        <LotsChoice label="prints from" of="least" otherwise={1} />
        <button type="button" aria-pressed={follows} onClick={() => chart.current?.follow()}>
          Follow
        </button>
        <ChartLevels session={session} chart={() => chart.current} levels={levels} />
        <output class="number pointed">{pointed && <Reading session={session} of={pointed} />}</output>
      </header>
      <div
        class="chart-place"
        ref={place}
        role="application"
        aria-roledescription="chart"
        aria-label="Price: arrow keys move the crosshair, Escape leaves it"
        // What has the focus gets the keys.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        onFocus={() => place.current!.matches(':focus-visible') && chart.current?.crosshair.enter()}
        onBlur={() => chart.current?.crosshair.leave()}
        onKeyDown={(event) => chart.current && moveCrosshair(chart.current, event)}
      />
      {why !== undefined && <p class="untraded muted">{why}</p>}
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
