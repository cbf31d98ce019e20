/** Webhooks against a server of this machine: what it gets, what it is sent again after, and what is told of it. */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { alertsConfig, shownAlerts } from '../../../../workers/gateway/alerts/alertsConfig';
import { AlertDesk } from '../../../../workers/gateway/alerts/alertDesk';
import { minuteIn } from '../../../../workers/gateway/alerts/times';
import { Webhooks, type WebhooksOptions } from '../../../../workers/gateway/alerts/webhooks';
import { alertOfTest } from '../../../support/alerts';
import { MemoryStore } from '../../../support/memoryStore';
import { until } from '../../../support/until';

/** 10:02 in New York. */
const AT = 1_709_737_323_120;
const SECRET = '0123456789abcdef';

interface Got {
  headers: IncomingHttpHeaders;
  body: string;
}

let server: Server;
let url: string;
let got: Got[];
/** What is answered next, in order; then 204. Nothing at all is answered to 0. */
let answers: number[];
let opened: Webhooks[];
let faults: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      const status = answers.shift() ?? 204;
      if (status !== 0) response.writeHead(status, { location: '/elsewhere' }).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0KEN`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});
beforeEach(() => {
  [got, answers, opened, faults] = [[], [], [], []];
});
afterEach(async () => {
  for (const one of opened) await one.close();
});

function webhooksOf(config: object = {}, more: Partial<WebhooksOptions> = {}): Webhooks {
  const webhooks = new Webhooks({
    config: alertsConfig.parse({ webhooks: [{ name: 'desk', url, ...config }] }),
    store: new MemoryStore(),
    onFault: (error) => faults.push(String(error)),
    now: () => AT,
    patience: { firstWaitMs: 1 },
    ...more,
  });
  opened.push(webhooks);
  return webhooks;
}

const ended = (webhooks: Webhooks, count = 1) =>
  until(() => webhooks.states.reduce((sum, { delivered, failed }) => sum + delivered + failed, 0) === count);

test('a receiver gets the alert once, in words and as data, with a signature it can check', async () => {
  const webhooks = webhooksOf({ secret: SECRET });
  const desk = new AlertDesk(webhooks);
  desk.take(alertOfTest());
  // As it is told again when its answer comes late.
  desk.take(alertOfTest());
  await ended(webhooks);
  expect(got).toHaveLength(1);
  const [{ headers, body }] = got;
  expect(JSON.parse(body)).toMatchObject({
    schema: 'spymaster.alert/1',
    text: expect.stringMatching(
      /^ESH4 touches PM_HIGH 5142.25 from below. 2024-03-06 15:02:03.120 UTC/,
    ) as string,
    trigger: 'touch',
    level: 'PM_HIGH',
    distance: 0.5,
  });
  expect(headers['idempotency-key']).toBe(alertOfTest().id);
  const [, seconds, given] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(headers['spymaster-signature'] as string)!;
  expect(given).toBe(createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex'));
  expect(webhooks.states).toMatchObject([
    { name: 'desk', signed: true, delivered: 1, failed: 0, underWay: 0 },
  ]);
  expect(webhooks.deliveries).toMatchObject([{ state: 'delivered', attempts: 1, result: 'answered 204' }]);
});

test('without a secret nothing is signed', async () => {
  const webhooks = webhooksOf();
  webhooks.send(alertOfTest());
  await ended(webhooks);
  expect(got[0].headers['spymaster-signature']).toBeUndefined();
});

test('what may pass is tried again', async () => {
  answers = [503, 429];
  const webhooks = webhooksOf();
  webhooks.send(alertOfTest());
  await ended(webhooks);
  expect(got).toHaveLength(3);
  expect(new Set(got.map(({ body }) => body)).size).toBe(1);
  expect(webhooks.deliveries).toMatchObject([{ state: 'delivered', attempts: 3 }]);
});

test.each([
  [[404], 1, 'answered 404'],
  // Where it leads to nobody has configured.
  [[302], 1, 'answered 302'],
  [[500, 500, 500, 500, 502], 5, 'answered 502'],
])('%j is given up after %d attempts, and told of without the address', async (given, attempts, result) => {
  answers = given;
  const webhooks = webhooksOf();
  webhooks.send(alertOfTest());
  await ended(webhooks);
  expect(got).toHaveLength(attempts);
  expect(webhooks.deliveries).toMatchObject([{ state: 'failed', attempts, result }]);
  expect(faults).toEqual([expect.stringContaining(result)]);
  expect(JSON.stringify([faults, webhooks.states, webhooks.deliveries])).not.toContain('T0KEN');
});

test('a receiver that does not answer in time has failed, and so has one that is not there', async () => {
  answers = [0, 0, 0, 0, 0];
  const slow = webhooksOf({}, { patience: { firstWaitMs: 1, timeoutMs: 20 } });
  slow.send(alertOfTest());
  const nobody = webhooksOf({ url: 'http://127.0.0.1:1/T0KEN' });
  nobody.send(alertOfTest());
  await ended(slow);
  await ended(nobody);
  expect(slow.deliveries[0]).toMatchObject({
    state: 'failed',
    attempts: 5,
    result: 'did not answer within 0.02 s',
  });
  expect(nobody.deliveries[0]).toMatchObject({ state: 'failed', attempts: 5 });
  expect(nobody.deliveries[0].result).toMatch(/^could not be reached/);
  expect(faults.join()).not.toContain('T0KEN');
});

test('another gateway of the lake, or this one started again, sends none of it again', async () => {
  const store = new MemoryStore();
  const first = webhooksOf({}, { store });
  first.send(alertOfTest());
  await ended(first);
  const second = webhooksOf({}, { store });
  second.send(alertOfTest());
  second.send(alertOfTest({ id: 'another/touch' }));
  await ended(second);
  expect(second.deliveries.map(({ alert }) => alert)).toEqual(['another/touch']);
  expect(got).toHaveLength(2);
});

test('what is not wanted, is of the past or comes in quiet hours is not sent', async () => {
  const config = (more: object) => alertsConfig.parse({ webhooks: [{ name: 'desk', url }], ...more });
  const quiet = webhooksOf({}, { config: config({ quietHours: { from: '10:00', to: '11:00' } }) });
  const berlin = { quietHours: { from: '10:00', to: '11:00' }, timeZone: 'Europe/Berlin' };
  const elsewhere = webhooksOf({}, { config: config(berlin) });
  const late = webhooksOf({}, { now: () => AT + 600_000 });
  const past = webhooksOf({}, { config: config({ past: true }), now: () => AT + 600_000 });
  const approaches = webhooksOf({ triggers: ['approach'] });
  const all = [quiet, elsewhere, late, past, approaches];
  for (const webhooks of all) webhooks.send(alertOfTest());
  await Promise.all([ended(elsewhere), ended(past)]);
  await Promise.all(all.map((one) => one.close()));
  expect(all.map(({ deliveries }) => deliveries.length)).toEqual([0, 1, 0, 1, 0]);
  expect([quiet.quiet, elsewhere.quiet]).toEqual([true, false]);
});

test('a gateway that ends gives up what waits to be tried again', async () => {
  answers = [503];
  const webhooks = webhooksOf({}, { patience: { firstWaitMs: 100_000 } });
  webhooks.send(alertOfTest());
  await until(() => webhooks.deliveries[0]?.result === 'answered 503');
  await webhooks.close();
  expect(webhooks.deliveries).toMatchObject([
    { state: 'failed', result: expect.stringContaining('stopped') as string },
  ]);
});

test.each([
  ['a time zone there is none of', { timeZone: 'Atlantis/Poseidonis' }, /time zone/],
  ['an address that is none of the web', { webhooks: [{ name: 'a', url: 'file:///etc/passwd' }] }, /url/i],
  ['a password in the address', { webhooks: [{ name: 'a', url: 'https://me:pass@there' }] }, /no user name/],
  ['a secret that can be guessed', { webhooks: [{ name: 'a', url: 'https://there', secret: 'x' }] }, /16/],
  [
    'two of one name',
    {
      webhooks: [
        { name: 'a', url: 'https://there' },
        { name: 'a', url: 'https://here' },
      ],
    },
    /different names/,
  ],
])('%s is refused', (_, config, expected) => {
  expect(JSON.stringify(alertsConfig.safeParse(config).error?.issues)).toMatch(expected);
});

test('what is shown of the configuration has neither secrets nor addresses', () => {
  const shown = shownAlerts(alertsConfig.parse({ webhooks: [{ name: 'desk', url, secret: SECRET }] }));
  expect(JSON.stringify(shown)).not.toMatch(/T0KEN|0123456789abcdef/);
  expect(shown.webhooks).toMatchObject([{ name: 'desk', secret: 'set' }]);
});

test('the minute of the day is that of the zone', () => {
  expect(minuteIn('America/New_York', AT)).toBe(10 * 60 + 2);
  expect(minuteIn('Asia/Kolkata', AT)).toBe(20 * 60 + 32);
});
