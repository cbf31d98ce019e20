import { useEffect, useMemo } from 'preact/hooks';
import { useLevels } from '../levels/useLevels';
import { duration } from '../figures/time';
import { Notice } from '../parts/Notice';
import { Worded } from '../parts/Worded';
import { linkTo, replayLink } from '../shell/addresses';
import { route, standAt } from '../shell/router';
import { useObserved } from '../shell/useObserved';
import { ChartPanel } from './ChartPanel';
import { Ladder } from './Ladder';
import { LargestOrders } from './LargestOrders';
import { MarketHead } from './MarketHead';
import { NowCards } from './NowCards';
import { AGAIN_MS, ShownSession } from './session';
import { SessionChoice } from './SessionChoice';
import { TimeAndSales } from './TimeAndSales';
import '../design/market.css';
import '../design/parts.css';

const NAMED_EVERY_MS = 1000;

/** The market as it is now, or as it was: price, depth, levels, and what happened the last times. */
export function MarketPage() {
  const shown = useObserved(route);
  const { view, parts } = shown;
  const [contract, date, at] = parts;
  const session = useMemo(
    () =>
      new ShownSession(() =>
        view === 'replay' && contract && date
          ? { do: 'replay', contract, date, ...(at && { at }) }
          : { do: 'live', ...(contract && { contract }) },
      ),
    // Led to the same session anew, somebody wants it as it was led to, and not where it is meanwhile.
    [shown],
  );
  useEffect(() => () => session.end(), [session]);
  // The address names the moment, so that the page, loaded again or come back to, shows it.
  useEffect(() => {
    let named = 0;
    return session.status.subscribe(() => {
      const { moment } = session;
      // Browsers refuse an address that changes a hundred times in half a minute, as while a slider is dragged.
      if (moment === undefined || !contract || !date || performance.now() - named < NAMED_EVERY_MS) return;
      named = performance.now();
      standAt(replayLink(contract, date, moment));
    });
  }, [session]);
  const hello = useObserved(session.hello);
  const failure = useObserved(session.failure);
  const lost = useObserved(session.lostAt) !== undefined;
  const awaited = !hello && view !== 'replay';
  const levels = useLevels();
  const { answer: settings } = levels.settings;
  useEffect(() => {
    const product = settings?.products.find(({ root }) => root === hello?.product.root);
    session.own(product?.userPrices ?? []);
  }, [session, settings, hello]);
  return (
    <div class="view market">
      <h1 class="unseen">Market</h1>
      <MarketHead session={session}>
        <SessionChoice />
      </MarketHead>
      {failure !== undefined && (
        <section class="panel">
          <Notice bad={!awaited} title={hello ? 'That could not be done' : 'No market'}>
            <p>
              <Worded text={failure} />
            </p>
            {awaited && (
              <p>
                It is asked for again every {duration(AGAIN_MS)}. Sessions of the past are in the{' '}
                <a href={linkTo('history')}>history</a>.
              </p>
            )}
            <button type="button" onClick={() => location.reload()}>
              Try again
            </button>
          </Notice>
        </section>
      )}
      {hello && (
        <div class={lost ? 'market-body old' : 'market-body'}>
          <ChartPanel session={session} levels={levels} />
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
