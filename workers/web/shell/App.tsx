import type { ComponentType } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { AlertBanner } from '../alerts/AlertBanner';
import { alertEverywhere } from '../alerts/alerts';
import { Notice } from '../parts/Notice';
import { GatewayAway } from './GatewayAway';
import { Header } from './Header';
import { listenToKeys, useShortcuts, type Shortcut } from './keyboard';
import { useObserved } from './useObserved';
import { nextTheme, nextZone } from './preferences';
import { linkTo } from './addresses';
import { followAddress, goTo, route } from './router';
import { Shortcuts } from './Shortcuts';
import { viewAt, VIEWS, type View } from './views';

followAddress();
listenToKeys();
alertEverywhere();

/** The page: header, notices, and the view that the address names. */
export function App() {
  const { view: path } = useObserved(route);
  const [listed, setListed] = useState(false);
  const view = viewAt(path);
  const main = useRef<HTMLElement>(null);
  const shell = useMemo<Shortcut[]>(
    () => [
      ...VIEWS.map(({ key, name, path: to }) => ({
        keys: `g ${key}`,
        does: name,
        group: 'Go to',
        run: () => goTo(linkTo(to)),
      })),
      { keys: '?', does: 'this list', group: 'Page', run: () => setListed(true) },
      { keys: 't', does: 'light or dark', group: 'Page', run: nextTheme },
      { keys: 'z', does: 'times of the exchange, local, UTC', group: 'Page', run: nextZone },
    ],
    [],
  );
  useShortcuts(shell);
  useEffect(() => {
    document.title = view ? `${view.name} · Spymaster` : 'Spymaster';
  }, [view]);
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The address names the view, and not a place in the page.
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to content
      </a>
      <Header view={view} onShortcuts={() => setListed(true)} />
      <GatewayAway />
      <AlertBanner />
      <main id="main" tabIndex={-1} ref={main}>
        {view ? <Loaded key={view.path} view={view} /> : <Unknown />}
      </main>
      {listed && <Shortcuts onClose={() => setListed(false)} />}
    </>
  );
}

function Loaded({ view }: { view: View }) {
  const [Shown, setShown] = useState<ComponentType>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let left = false;
    const show = (component: ComponentType) => !left && setShown(() => component);
    const load = async () => show(await view.load());
    load().catch(() => setFailed(true));
    return () => {
      left = true;
    };
  }, [view]);
  if (Shown) return <Shown />;
  if (!failed)
    return (
      <p class="notice muted" aria-busy="true">
        Loading …
      </p>
    );
  return (
    <Notice bad title={`${view.name} could not be loaded`}>
      <p>The gateway does not answer, or serves another version of this page by now.</p>
      <button type="button" onClick={() => location.reload()}>
        Load the page again
      </button>
    </Notice>
  );
}

function Unknown() {
  return (
    <Notice title="There is no such view">
      <p>
        The address names nothing of this page. <a href={linkTo('')}>Go to the market</a>
      </p>
    </Notice>
  );
}
