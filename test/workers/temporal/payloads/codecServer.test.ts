import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { codecServer } from '../../../../workers/temporal/payloads/codecServer';
import { EncryptionCodec } from '../../../../workers/temporal/payloads/payloadCodec';

const UI = 'http://127.0.0.1:8233';
const TOKEN = 'a-token-of-the-ui';
const codec = new EncryptionCodec([{ id: '01234567', bytes: randomBytes(32) }]);
const Proto = temporal.api.common.v1.Payload;
const faults: unknown[] = [];
const serve = (token?: string) =>
  codecServer({
    codec,
    origins: [UI],
    onFault: (error) => faults.push(error),
    ...(token && { token: () => token }),
  });
/** As Temporal sends payloads: the JSON of protobuf. */
const jsonOf = (payload: object): object => Proto.toObject(Proto.fromObject(payload), { bytes: String });
const PLAIN = jsonOf(defaultPayloadConverter.toPayload({ symbol: 'ES', note: 'grün' })!);
const post = (path: string, payload: unknown, headers: Record<string, string> = {}) => ({
  method: 'POST' as const,
  url: path,
  headers: { 'content-type': 'application/json', ...headers },
  payload: JSON.stringify(payload),
});
afterEach(() => expect(faults).toEqual([]));

test('encodes, and decodes to what it was; what is plain stays', async () => {
  const server = serve();
  const encoded = await server.inject(post('/encode', { payloads: [PLAIN, PLAIN] }));
  const { payloads } = encoded.json<{ payloads: { metadata: Record<string, string> }[] }>();
  expect(payloads.map(({ metadata }) => Buffer.from(metadata.encoding, 'base64').toString())).toEqual([
    'binary/encrypted',
    'binary/encrypted',
  ]);
  const decoded = await server.inject(post('/decode', { payloads: [...payloads, PLAIN] }));
  expect(decoded.json()).toEqual({ payloads: [PLAIN, PLAIN, PLAIN] });
});

test('pages of the UI may ask, and are told so before; pages of others may not', async () => {
  const server = serve(TOKEN);
  const before = await server.inject({
    method: 'OPTIONS',
    url: '/decode',
    headers: {
      origin: UI,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-namespace',
      'access-control-request-private-network': 'true',
    },
  });
  expect(before.statusCode).toBe(204);
  expect(before.headers).toMatchObject({
    'access-control-allow-origin': UI,
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': expect.stringContaining('x-namespace') as string,
    'access-control-allow-private-network': 'true',
    vary: 'origin',
  });
  const authorization = `Bearer ${TOKEN}`;
  const body = { payloads: [PLAIN] };
  const asked = await server.inject(post('/decode', body, { origin: UI, authorization }));
  expect([asked.statusCode, asked.headers['access-control-allow-origin']]).toEqual([200, UI]);
  for (const origin of ['https://elsewhere.example', 'null', `${UI}.elsewhere.example`]) {
    const other = await server.inject(post('/decode', body, { origin, authorization }));
    expect([other.statusCode, other.headers['access-control-allow-origin']]).toEqual([403, undefined]);
  }
});

test('with a token nothing is told to those who do not show it', async () => {
  const server = serve(TOKEN);
  const body = { payloads: [PLAIN] };
  for (const headers of [{}, { authorization: 'Bearer another-token-of-it' }, { authorization: TOKEN }])
    for (const path of ['/decode', '/encode'])
      expect((await server.inject(post(path, body, headers as Record<string, string>))).statusCode).toBe(401);
  const shown = await server.inject(post('/decode', body, { authorization: `Bearer ${TOKEN}` }));
  expect(shown.statusCode).toBe(200);
  expect((await server.inject('/healthz')).json()).toEqual({ status: 'ok' });
});

test('a browser that has opened it with the token may ask with the cookie it got', async () => {
  const server = serve(TOKEN);
  const open = async (query: string, headers = {}) => server.inject({ url: `/${query}`, headers });
  for (const query of ['', '?token=another-token-of-it']) expect((await open(query)).statusCode).toBe(401);
  const opened = await open(`?token=${TOKEN}`);
  const [cookie, ...attributes] = String(opened.headers['set-cookie']).split('; ');
  expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Lax']));
  expect(cookie).not.toContain(TOKEN);
  const body = { payloads: [PLAIN] };
  const asked = await server.inject(post('/decode', body, { origin: UI, cookie }));
  expect(asked.json()).toEqual(body);
  const foreign = await server.inject(post('/decode', body, { origin: 'https://elsewhere.example', cookie }));
  expect(foreign.statusCode).toBe(403);
  // Of a gateway on the same host.
  const other = await server.inject(post('/decode', body, { cookie: cookie.replace(/^[^=]+/, 'spymaster') }));
  expect(other.statusCode).toBe(401);
  // A UI of another site is sent it over TLS alone.
  const overTls = await open(`?token=${TOKEN}`, { 'x-forwarded-proto': 'https' });
  expect(overTls.headers['set-cookie']).toMatch(/; SameSite=None; .*; Secure$/);
});

test('what it cannot read is told as that', async () => {
  const server = serve();
  const [other] = await new EncryptionCodec([{ id: 'fedcba98', bytes: randomBytes(32) }]).encode([
    defaultPayloadConverter.toPayload(1)!,
  ]);
  const unread = await server.inject(post('/decode', { payloads: [jsonOf(other)] }));
  expect(unread.statusCode).toBe(400);
  expect(unread.json()).toMatchObject({ error: { message: expect.stringContaining('fedcba98') as string } });
  for (const body of [{}, { payloads: 'all' }, { payloads: [{ data: '***' }] }, null])
    expect((await server.inject(post('/decode', body))).statusCode).toBe(400);
  expect((await server.inject({ ...post('/decode', {}), payload: '{' })).statusCode).toBe(400);
  expect((await server.inject(post('/other', {}))).statusCode).toBe(404);
});
