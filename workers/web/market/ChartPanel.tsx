import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { count } from '../figures/numbers';
import { clockTime } from '../figures/time';
import type { Levels } from '../levels/useLevels';
import { useShortcuts, type Shortcut } from '../shell/keyboard';
import { zone } from '../shell/preferences';
import { useObserved } from '../shell/useObserved';
import { ChartLevels } from './ChartLevels';
import { drawnLots } from './drawnLots';
import { LotsChoice } from './LotsChoice';
import { PriceChart, type Pointed } from './priceChart';
import type { ShownSession } from './session';
import { useFrames } from './useFrames';

/** The price chart, and what is chosen of how it is drawn. */
export function ChartPanel({ session, levels }: { session: ShownSession; levels: Levels }) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<PriceChart | undefined>(undefined);
  const [pointed, setPointed] = useState<Pointed>();
  const lots = useObserved(drawnLots);
  const shownZone = useObserved(zone);
  useFrames(session, 1000);
  useEffect(() => {
    const made = (chart.current = new PriceChart(place.current!, session, setPointed));
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
    ];
  }, []);
  useShortcuts(keys);
  return (
    <section class="panel chart-panel" aria-label="Price, depth and prints">
      <header>
        <LotsChoice label="brightest at" of="brightest" otherwise={chart.current?.brightest} />
        <LotsChoice label="prints from" of="least" otherwise={1} />
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
