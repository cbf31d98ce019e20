/** What an address within the page names: the part behind `#`, so that the page is one file wherever it is served from. */

/** Such as `/replay/ESZ5/2025-11-03/1762180023000000000?level=PM_HIGH`, taken apart. */
export interface Route {
  /** The first part, '' for the market. */
  readonly view: string;
  /** The parts behind it. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

/** @param hash with or without `#` */
export function parseRoute(hash: string): Route {
  const [path, query = ''] = hash.replace(/^#?\/?/, '').split('?', 2);
  const [view, ...parts] = path.split('/').map(decoded);
  return { view, parts: parts.filter((part) => part !== ''), query: new URLSearchParams(query) };
}

/** An address within the page, for `href`. */
export function linkTo(
  view: string,
  parts: readonly string[] = [],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const path = [view, ...parts].map(encodeURIComponent).join('/');
  return `#/${path}${given.length > 0 ? `?${new URLSearchParams(given)}` : ''}`;
}

/** The market of a session of the lake, at a moment. @param at ns UTC */
export const replayLink = (contract: string, tradeDate: string, at: string): string =>
  linkTo('replay', [contract, tradeDate, at]);

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
