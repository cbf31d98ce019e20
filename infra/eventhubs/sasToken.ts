/**
 * Shared access signatures: `SharedAccessSignature sr=RESOURCE&sig=SIGNATURE&se=EXPIRY&skn=KEY NAME`, signed with HMAC-SHA256 over
 * the resource as it stands there, a newline and the expiry (s since 1970). Source: "Authenticate access to Event Hubs resources using
 * shared access signatures", Azure documentation.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { unauthorized } from './amqpError';

/** A shared key, with the name it has. */
export interface SharedKey {
  name: string;
  key: string;
}

/**
 * The resource a token opens, as a URI without scheme, port and trailing slash, in lower case.
 * @param nowMs ms since 1970
 * @throws AmqpRefusal when the token is no such signature, is not signed with the key, or has expired
 */
export function openedBy(token: string, shared: SharedKey, nowMs: number): string {
  const [scheme, parameters] = token.split(/ (.*)/s);
  if (scheme !== 'SharedAccessSignature' || parameters === undefined)
    throw unauthorized(
      'InvalidSignature: only shared access signatures are known here, and this token is none.',
    );
  const fields = new Map(parameters.split('&').map((field) => field.split(/=(.*)/s) as [string, string]));
  const resource = fields.get('sr') ?? '';
  const expiry = fields.get('se') ?? '';
  const wanted = createHmac('sha256', shared.key).update(`${resource}\n${expiry}`).digest();
  const found = Buffer.from(decodeURIComponent(fields.get('sig') ?? ''), 'base64');
  const signed = found.length === wanted.length && timingSafeEqual(found, wanted);
  if (decodeURIComponent(fields.get('skn') ?? '') !== shared.name || !signed)
    throw unauthorized('InvalidSignature: The token has an invalid signature.');
  if (!(Number(expiry) * 1000 > nowMs)) throw unauthorized('ExpiredToken: The token is expired.');
  return resourceOf(decodeURIComponent(resource));
}

/** A token for a resource, good for a while. */
export function signed(resource: string, { name, key }: SharedKey, nowMs: number, seconds = 60): string {
  const [sr, se] = [encodeURIComponent(resource), String(Math.floor(nowMs / 1000) + seconds)];
  const sig = createHmac('sha256', key).update(`${sr}\n${se}`).digest('base64');
  return `SharedAccessSignature sr=${sr}&sig=${encodeURIComponent(sig)}&se=${se}&skn=${encodeURIComponent(name)}`;
}

/** `sb://host:port/hub/...` as `hub/...`: a peer is one namespace, by whatever name it is reached. */
export const resourceOf = (uri: string): string =>
  uri
    .replace(/^[a-z]+:\/\/[^/]*/i, '')
    .replace(/^\/|\/$/g, '')
    .toLowerCase();

/** Whether a token for one resource opens another: the same, or one below it. */
export const opens = (resource: string, wanted: string): boolean =>
  resource === '' || wanted === resource || wanted.startsWith(`${resource}/`);
