/** Which view is shown. */
import { linkTo, parseRoute } from './addresses';
import { observable } from './observable';

export const route = observable(parseRoute(''));

/** Follows the address of the page from now on. */
export function followAddress(): void {
  const follow = () => route.set(parseRoute(location.hash));
  follow();
  addEventListener('hashchange', follow);
}

/** Shows another view. @param link as `linkTo` makes it */
export function goTo(link: string): void {
  location.hash = link;
}

/** Changes what is asked in the present view, without a step in the browser's history. */
export function changeQuery(change: Readonly<Record<string, string | undefined>>): void {
  const { view, parts, query } = route.get();
  history.replaceState(null, '', linkTo(view, parts, { ...Object.fromEntries(query), ...change }));
  route.set(parseRoute(location.hash));
}

/** Has the address name another moment of the session that is shown, which goes on as it is. @param link as `replayLink` makes it */
export function standAt(link: string): void {
  const [here, there] = [location.hash, link].map((hash) =>
    JSON.stringify(parseRoute(hash).parts.slice(0, 2)),
  );
  // The page may be on its way to another view.
  if (here === there && parseRoute(location.hash).view === parseRoute(link).view)
    history.replaceState(null, '', link);
}
