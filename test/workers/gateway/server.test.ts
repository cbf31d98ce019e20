import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { join } from 'node:path';
import WebSocket from 'ws';
import { Gateway, type GatewayOptions } from '../../../workers/gateway/server';
import { temporaryFolder } from '../../support/lake';

const TOKEN = '0123456789abcdef';
const running: Gateway[] = [];
afterAll(() => Promise.all(running.map((gateway) => gateway.close())));

/** One that answers `GET /api/asked`, and echoes what comes to `/stream`. */
async function start(options: Partial<GatewayOptions> = {}, host = '127.0.0.1'): Promise<string> {
  const gateway = new Gateway({
    rate: 1e6,
    application: join(temporaryFolder(), 'web'),
    onFault: (error) => {
      throw error;
    },
    parts: [
      (app) => {
        app.get('/api/asked', (_, reply) => reply.send({ answered: true }));
        app.get('/stream', { websocket: true }, (socket) => {
          socket.on('message', (data: Buffer) => socket.send(data));
        });
      },
    ],
    ...options,
  });
  running.push(gateway);
  return gateway.listen(host, 0);
}

/** As `fetch`, with headers that it does not let through. */
async function ask(
  address: string,
  path: string,
  options: { method?: string; headers?: OutgoingHttpHeaders } = {},
  body = '',
) {
  const sent = request(`${address}${path}`, {
    ...options,
    headers: { connection: 'close', ...options.headers },
  });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part as string;
  return { status: response.statusCode, headers: response.headers, text };
}

const codeOf = ({ text }: { text: string }) => (JSON.parse(text) as { error: { code: string } }).error.code;

/** What an upgrade to the stream is answered with: 101, or the status of its refusal. */
async function upgrade(address: string, headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`${address.replace('http', 'ws')}/stream`, { headers });
  return new Promise((resolve, reject) => {
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode!);
      socket.terminate();
    });
    socket.on('open', () => socket.send('hello'));
    socket.on('message', (data: Buffer) => {
      if (data.toString() === 'hello') resolve(101);
      socket.close();
    });
    socket.on('error', reject);
  });
}

describe('without a token', () => {
  let address: string;
  beforeAll(async () => {
    address = await start({ names: ['desk.example'] });
  });

  test('only an address of this machine is listened at', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.1', 'desk.example'])
      await expect(start({}, host)).rejects.toMatchObject({
        code: 'BadArgument',
        details: { field: '--host' },
      });
  });

  test.each([
    [undefined, 200],
    ['localhost:1', 200],
    ['[::1]:7070', 200],
    ['127.0.0.1', 200],
    ['desk.example', 200],
    ['evil.example', 421],
    ['localhost.evil.example:7070', 421],
    ['127.0.0.1.evil.example', 421],
    ['a b', 421],
  ])('asked for as host %p the answer is %i', async (host, status) => {
    const answer = await ask(address, '/api/asked', { headers: host === undefined ? {} : { host } });
    expect(answer.status).toBe(status);
    if (status !== 200) expect(codeOf(answer)).toBe('MisdirectedRequest');
  });

  const here = { host: 'localhost:7070' };
  test.each<[string, Record<string, string>, boolean]>([
    ['a program', {}, true],
    ['a page of the gateway', { origin: 'http://localhost:7070', 'sec-fetch-site': 'same-origin' }, true],
    ['a user who types the address', { 'sec-fetch-site': 'none' }, true],
    [
      'a user who follows a link',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
      true,
    ],
    ['a page of another site', { origin: 'https://evil.example' }, false],
    ['a page of another port', { origin: 'http://localhost:8080' }, false],
    ['a page without an origin', { origin: 'null' }, false],
    ['a script of another site', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' }, false],
    [
      'a frame in another site',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' },
      false,
    ],
  ])('%s is answered, or not: the stream too', async (_, headers, answered) => {
    const answer = await ask(address, '/api/asked', { headers: { ...here, ...headers } });
    expect(answer.status).toBe(answered ? 200 : 403);
    if (!answered) expect(codeOf(answer)).toBe('ForeignOrigin');
    expect(await upgrade(address, { ...here, ...headers })).toBe(answered ? 101 : 403);
  });

  test('every answer forbids scripts of others and frames around it, refusals too', async () => {
    for (const [path, headers] of [
      ['/', here],
      ['/api/asked', here],
      ['/api/nothing', here],
      ['/', { host: 'evil.example' }],
    ] as const) {
      const answer = await ask(address, path, { headers });
      const policy = String(answer.headers['content-security-policy']);
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self';");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
    }
    const { headers } = await ask(address, '/', { headers: here });
    expect(headers['content-security-policy']).toContain("connect-src 'self' ws://localhost:7070");
  });

  test('what is too much is refused', async () => {
    const large = await ask(address, '/api/asked', { method: 'POST', headers: here }, 'x'.repeat(100_000));
    expect([404, 413]).toContain(large.status);
    const hurried = await start({ rate: 3 });
    // Each second that ends among them lets three more through: so many that they would have to take half a minute.
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(hurried, '/api/asked')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(4);
    expect(codeOf(refused[0])).toBe('TooManyRequests');
  });
});

describe('with a token', () => {
  let address: string;
  beforeAll(async () => {
    address = await start({ token: () => TOKEN });
  });
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const cookieOf = ({ headers }: { headers: IncomingMessage['headers'] }) =>
    headers['set-cookie']![0].split(';')[0];

  test('whoever does not show it is refused, the stream too', async () => {
    for (const headers of [
      {},
      bearer('0123456789abcdeg'),
      bearer(TOKEN.slice(1)),
      { cookie: `spymaster=${TOKEN}` },
    ]) {
      const answer = await ask(address, '/api/asked', { headers });
      expect([answer.status, codeOf(answer), answer.headers['www-authenticate']]).toEqual([
        401,
        'Unauthorized',
        'Bearer',
      ]);
      expect(await upgrade(address, headers as Record<string, string>)).toBe(401);
    }
    expect((await ask(address, '/api/asked', { headers: bearer(TOKEN) })).status).toBe(200);
    expect(await upgrade(address, bearer(TOKEN))).toBe(101);
    expect((await ask(address, '/api/health')).status).toBe(200);
  });

  test('code of the application is open, and nothing that only begins like it', async () => {
    expect((await ask(address, '/assets/index-DiwrgTda.js')).status).toBe(404);
    for (const path of ['/assets/../api/asked', '/assets/%2e%2e/api/asked', '/assets/', '/index.html'])
      expect((await ask(address, path)).status).toBe(401);
  });

  test('the token does not make other sites welcome', async () => {
    const foreign = { ...bearer(TOKEN), origin: 'https://evil.example' };
    expect((await ask(address, '/api/asked', { headers: foreign })).status).toBe(403);
    expect(await upgrade(address, foreign)).toBe(403);
  });

  test('a browser is asked for it, and goes on with a cookie', async () => {
    const headers = { accept: 'text/html' };
    const asked = await ask(address, '/', { headers });
    expect([asked.status, asked.text]).toEqual([
      401,
      expect.stringContaining('<form method="post" action="/login">'),
    ]);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const login = (token: string) =>
      ask(address, '/login', { method: 'POST', headers: form }, `token=${encodeURIComponent(token)}`);
    const wrong = await login('something else');
    expect([wrong.status, wrong.headers['set-cookie']]).toEqual([401, undefined]);
    const signed = await login(TOKEN);
    expect([signed.status, signed.headers.location]).toEqual([303, '/']);
    expect(signed.headers['set-cookie']![0]).toMatch(/; HttpOnly; SameSite=Lax/);
    const cookie = cookieOf(signed);
    expect(cookie).not.toContain(TOKEN);
    expect((await ask(address, '/api/asked', { headers: { cookie } })).status).toBe(200);
    expect(await upgrade(address, { cookie })).toBe(101);
  });

  test('an address with the token signs in and forgets it', async () => {
    const opened = await ask(address, `/replay/ESH4?at=3&token=${TOKEN}`);
    expect([opened.status, opened.headers.location]).toEqual([303, '/replay/ESH4?at=3']);
    expect((await ask(address, '/api/asked', { headers: { cookie: cookieOf(opened) } })).status).toBe(200);
    const elsewhere = await ask(address, `//evil.example/?token=${TOKEN}`);
    expect(elsewhere.headers.location).toBe('/evil.example/');
    expect((await ask(address, '/?token=wrong')).status).toBe(401);
  });
});

describe('the application', () => {
  const html = { headers: { accept: 'text/html' } };
  test('is what is built: hashed files stay with browsers for good, its document does not', async () => {
    const application = temporaryFolder();
    mkdirSync(join(application, 'assets'));
    writeFileSync(join(application, 'index.html'), '<h1>Spymaster</h1>');
    writeFileSync(join(application, 'assets', 'index-DiwrgTda.js'), 'export {};');
    writeFileSync(join(application, '.secret'), 'secret');
    const address = await start({ application });
    for (const path of ['/', '/replay/ESH4/2024-03-05', '/history?level=PM_HIGH']) {
      const document = await ask(address, path, html);
      expect([document.status, document.text]).toEqual([200, '<h1>Spymaster</h1>']);
      expect(document.headers['cache-control']).toBe('no-cache');
    }
    const script = await ask(address, '/assets/index-DiwrgTda.js');
    expect(script.headers).toMatchObject({
      'content-type': expect.stringContaining('javascript'),
      'cache-control': expect.stringContaining('immutable'),
    });
    for (const path of [
      '/assets/index-Gone0000.js',
      '/api/nothing',
      '/.secret',
      '/../package.json',
      '/%2e%2e/server.ts',
      '/%00',
    ])
      expect([path, String((await ask(address, path, html)).status)]).toEqual([
        path,
        expect.stringMatching(/^40[034]$/),
      ]);
  });

  test('where it is not built, the page says how it is, until it is there', async () => {
    const application = join(temporaryFolder(), 'web');
    const address = await start({ application });
    const missing = await ask(address, '/', html);
    expect([missing.status, missing.text]).toEqual([503, expect.stringContaining('npm run build')]);
    mkdirSync(application);
    writeFileSync(join(application, 'index.html'), 'built');
    expect((await ask(address, '/', html)).text).toBe('built');
  });
});

test('what was asked is answered before the end, and streams are closed', async () => {
  let answer = () => {};
  let asked = () => {};
  const waiting = new Promise<void>((resolve) => (asked = resolve));
  const gateway = new Gateway({
    rate: 1e6,
    application: temporaryFolder(),
    onFault: () => {},
    parts: [
      (app) => {
        app.get('/slow', async () => {
          asked();
          await new Promise<void>((resolve) => (answer = resolve));
          return { done: true };
        });
        app.get('/stream', { websocket: true }, (socket) => socket.send('hello'));
      },
    ],
  });
  const address = await gateway.listen('127.0.0.1', 0);
  const socket = new WebSocket(`${address.replace('http', 'ws')}/stream`);
  await once(socket, 'message');
  const slow = ask(address, '/slow');
  await waiting;
  const closed = once(socket, 'close');
  const end = gateway.close();
  await closed;
  answer();
  expect((await slow).text).toBe('{"done":true}');
  await end;
});
