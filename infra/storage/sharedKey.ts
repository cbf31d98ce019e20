/**
 * Whether a request is signed with the key of a storage account.
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface SignedRequest {
  readonly method: string;
  /** With its query. */
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
}

const STANDARD = [
  'content-encoding',
  'content-language',
  'content-length',
  'content-md5',
  'content-type',
  'date',
  'if-modified-since',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'range',
];

export function isSigned(request: SignedRequest, account: string, key: string): boolean {
  const { headers } = request;
  const expected = createHmac('sha256', Buffer.from(key, 'base64'))
    .update(textToSign(request, account))
    .digest('base64');
  const given = Buffer.from(headers.authorization ?? '');
  const right = Buffer.from(`SharedKey ${account}:${expected}`);
  return given.length === right.length && timingSafeEqual(given, right);
}

function textToSign({ method, url, headers }: SignedRequest, account: string): string {
  const value = (name: string) => String(headers[name] ?? '');
  const standard = STANDARD.map((name) =>
    name === 'content-length' && value(name) === '0' ? '' : value(name),
  );
  const own = Object.keys(headers)
    .filter((name) => name.startsWith('x-ms-'))
    .sort()
    .map((name) => `${name}:${value(name)}`);
  const asked = new Map<string, string[]>();
  for (const [name, one] of url.searchParams)
    asked.set(name.toLowerCase(), [...(asked.get(name.toLowerCase()) ?? []), one]);
  const query = [...asked.keys()].sort().map((name) => `${name}:${asked.get(name)!.sort().join(',')}`);
  return [method, ...standard, ...own, [`/${account}${url.pathname}`, ...query].join('\n')].join('\n');
}
