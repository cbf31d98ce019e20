/** Whether a request comes from a page of the gateway's own, as far as the browser that sent it tells. */
import { isIP } from 'node:net';
import type { IncomingHttpHeaders } from 'node:http';

/** Where a request says it goes to: `Host`, understood; undefined where it is none. */
export function authorityOf(host: string | undefined): { host: string; name: string } | undefined {
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host)) return undefined;
  const url = URL.parse(`http://${host}`);
  return url ? { host: url.host, name: url.hostname.replace(/^\[|\]$/g, '') } : undefined;
}

/**
 * Whether a request may be meant for this gateway. A page of another site can have its own name point to this machine (DNS rebinding), and
 * is then of the same origin as what it asks; its name is still in `Host`.
 * @param names by which the gateway is known, beside localhost and every address
 */
export function isAddressed(host: string | undefined, names: ReadonlySet<string>): boolean {
  const authority = authorityOf(host);
  if (!authority) return false;
  return isIP(authority.name) !== 0 || authority.name === 'localhost' || names.has(authority.name);
}

/** Whether a request was made by no page, by one of the gateway itself, or by a user who follows a link to one. */
export function isOwn({ host, origin, ...headers }: IncomingHttpHeaders): boolean {
  if (origin !== undefined && URL.parse(origin)?.host !== authorityOf(host)?.host) return false;
  const site = headers['sec-fetch-site'];
  const followsLink =
    headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document' && !origin;
  return site === undefined || site === 'same-origin' || site === 'none' || followsLink;
}

/** Whether what listens at an address is reached from this machine alone. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
