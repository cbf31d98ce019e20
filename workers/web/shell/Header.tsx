import { useEffect, useRef } from 'preact/hooks';
import { clockTime, ZONES } from '../figures/time';
import { useObserved } from './useObserved';
import { nextTheme, nextZone, theme, zone } from './preferences';
import { linkTo } from './addresses';
import { useNow } from './useNow';
import { VIEWS, type View } from './views';

const ZONE_WORDS = { ET: 'exchange time', local: 'local time', UTC: 'UTC' } as const satisfies Record<
  (typeof ZONES)[number],
  string
>;

export function Header({ view, onShortcuts }: { view: View | undefined; onShortcuts: () => void }) {
  const shownTheme = useObserved(theme);
  const views = useRef<HTMLElement>(null);
  // Where there is little room the views are scrolled: the one that is shown is seen.
  useEffect(() => {
    views.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [view]);
  return (
    <header class="header">
      <span class="brand">Spymaster</span>
      <nav class="views" aria-label="Views" ref={views}>
        {VIEWS.map(({ path, name }) => (
          <a key={path} href={linkTo(path)} aria-current={view?.name === name ? 'page' : undefined}>
            {name}
          </a>
        ))}
      </nav>
      <div class="tools">
        <Clock />
        <button type="button" onClick={nextTheme}>
          {shownTheme === 'dark' ? 'Light' : 'Dark'}
          <span class="unseen"> colours</span>
        </button>
        <button type="button" onClick={onShortcuts}>
          ?<span class="unseen"> Keyboard shortcuts</span>
        </button>
      </div>
    </header>
  );
}

function Clock() {
  const now = useNow(1000);
  const shownZone = useObserved(zone);
  return (
    <>
      <span class="clock figure">{clockTime(now, shownZone)}</span>
      <button type="button" onClick={nextZone} title={`Times are ${ZONE_WORDS[shownZone]}: change`}>
        {shownZone}
        <span class="unseen">: times are {ZONE_WORDS[shownZone]}, change</span>
      </button>
    </>
  );
}
