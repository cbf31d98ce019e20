import type { ComponentChildren } from 'preact';
import { count, percent, signed } from '../figures/numbers';
import { clockTime, duration } from '../figures/time';
import { zone } from '../shell/preferences';
import { useNow } from '../shell/useNow';
import { useObserved } from '../shell/useObserved';
import { freshnessOf, type Freshness } from './freshness';
import { ReplayControls } from './ReplayControls';
import type { ShownSession } from './session';
import { useFrames } from './useFrames';

/** What is shown, of when, and whether it is fresh. @param children what does not change with every frame */
export function MarketHead({ session, children }: { session: ShownSession; children: ComponentChildren }) {
  useFrames(session, 250);
  const hello = useObserved(session.hello);
  const status = useObserved(session.status);
  const shownZone = useObserved(zone);
  const { frame } = session.market;
  return (
    <div class="view-head">
      {children}
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
      <Fresh session={session} />
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
  const { is } = useFreshness(session);
  const failure = useObserved(session.failure);
  if (!status) return failure === undefined ? <span class="muted">connecting</span> : null;
  const { state, progress, lagMs } = status;
  if (state === 'live' && is === 'closed') return <span class="state">market closed</span>;
  return (
    <span class={state === 'live' && is === 'fresh' ? 'state good' : 'state'}>
      {state === 'preparing' && progress !== null
        ? `reading the session, ${percent(progress)}`
        : STATES[state]}
      {state === 'live' && lagMs !== null && lagMs >= TOLD_LAG_MS && (
        <span class="muted number"> {duration(lagMs)} behind the feed</span>
      )}
    </span>
  );
}

/** Less than this is not worth a word. */
const TOLD_LAG_MS = 1000;

/** What is not as it should be: what is shown is old, or not all there is. */
function Fresh({ session }: { session: ShownSession }) {
  const fresh = useFreshness(session);
  const { frame } = session.market;
  return (
    <>
      {fresh.is === 'lost' && (
        <span class="warned" role="status">
          connection lost {duration(fresh.forMs)} ago, connecting again{' '}
          <button type="button" onClick={() => session.again()}>
            now
          </button>
        </span>
      )}
      {fresh.is === 'quiet' && <span class="warned">nothing new for {duration(fresh.forMs)}</span>}
      {frame && frame.state !== 'live' && <span class="warned">{BOOKS[frame.state]}</span>}
    </>
  );
}

const BOOKS = {
  empty: 'the book is empty so far',
  warming: 'the book is warming: until a snapshot comes orders may be missing',
  snapshot: 'a snapshot of the book is being read',
} as const;

/** Of a live market; a replay is as of then. */
function useFreshness(session: ShownSession): Freshness {
  const lostAt = useObserved(session.lostAt);
  const hello = useObserved(session.hello);
  const now = useNow(1000);
  const newsAt = hello?.mode === 'live' ? session.newsAt : undefined;
  const endsAt = hello ? session.msOf(hello.hours.windowEnd) : NaN;
  return freshnessOf({ lostAt, newsAt, endsAt, behindMs: session.behindMs }, now);
}
