import { connect } from 'node:net';
import { once } from 'node:events';
import { promote } from '../../../activities/models/promotion';
import { localWriter, ModelRegistry } from '../../../activities/models/registry';
import { Scorer } from '../../../activities/models/scorer';
import { TABLES } from '../../../graph/catalog/declaration';
import { FEATURE_TABLE, FEATURES } from '../../../graph/vectors/features';
import { Lake } from '../../../lake/lake';
import { ScoreServer } from '../../../workers/scoring/scoreServer';
import { temporaryFolder } from '../../support/lake';
import { modelVersion, servableOnnx } from '../../support/models';

const ROW = {
  level: 'PM_HIGH',
  direction: 'UP',
  timeOfDay: 'T0_15',
  featureTable: FEATURE_TABLE,
  vector: FEATURES.map((_, k) => (k === 0 ? 1 : null)),
};

interface Running {
  address: string;
  server: ScoreServer;
  scorer: Scorer;
  makeChampion: (onnx: Uint8Array) => Promise<void>;
}
const running: Running[] = [];

async function start(
  onnx: Uint8Array | null,
  more: { rate?: number; bodyLimit?: number } = {},
): Promise<Running> {
  const lake = await Lake.open(temporaryFolder(), TABLES);
  const registry = new ModelRegistry(lake);
  const writer = localWriter('ann');
  const makeChampion = async (file: Uint8Array) => {
    const { version } = await registry.publish(modelVersion({ onnx: file }), writer);
    const request = { product: 'ES', alias: 'champion' as const, by: 'ann', despiteGate: 'a test' };
    await promote(registry, { ...request, reference: `logistic@${version}` }, writer);
  };
  if (onnx) await makeChampion(onnx);
  const scorer = await Scorer.open(lake, 'ES');
  const faults = (error: unknown) => {
    throw error;
  };
  const server = new ScoreServer(scorer, { rate: 1e6, bodyLimit: 1 << 20, onFault: faults, ...more });
  const address = await server.listen('127.0.0.1', 0);
  const one = { address, server, scorer, makeChampion };
  running.push(one);
  return one;
}
afterAll(async () => {
  for (const { server, scorer } of running) {
    await server.drain();
    await scorer.close();
  }
});

/** One with a champion, for tests that change nothing. */
let unchanged: Promise<Running> | undefined;
const champion = () => (unchanged ??= start(servableOnnx()));

const post = async (address: string, body: unknown, headers: Record<string, string> = {}) => {
  const response = await fetch(`${address}/score`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, never>,
  };
};

describe('POST /score', () => {
  it('answers a row with a forecast, and input_data with one for each of its rows', async () => {
    const { address } = await champion();
    const single = await post(address, ROW, { 'x-ms-client-request-id': 'abc' });
    expect(single.status).toBe(200);
    expect(single.headers.get('x-ms-client-request-id')).toBe('abc');
    expect(single.body).toMatchObject({ basis: 'model', versions: { model: 'ES logistic@1' } });
    const batch = await post(address, { input_data: [ROW, { ...ROW, episodeId: 'second' }] });
    expect(batch.body).toMatchObject({
      predictions: [single.body, { ...(single.body as object), episodeId: 'second' }],
    });
  });

  it('answers base rates where there is no champion', async () => {
    const { address } = await start(null);
    const { status, body } = await post(address, { ...ROW, featureTable: 'whatever' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ basis: 'base rate', edge: { words: 'no edge shown: base rates' } });
  });

  test.each<[string, unknown, number, string, string]>([
    ['no JSON', '{', 400, 'BadRequest', ''],
    ['nothing', '', 400, 'BadRequest', ''],
    ['a list', [], 400, 'BadRequest', '(body)'],
    ['no vector', { ...ROW, vector: undefined }, 400, 'BadRequest', 'vector'],
    ['a short vector', { ...ROW, vector: [1, 2] }, 400, 'BadRequest', 'vector'],
    ['a text in it', { ...ROW, vector: [...ROW.vector.slice(1), 'x'] }, 400, 'BadRequest', 'vector.143'],
    ['an unknown level', { ...ROW, level: 'MOON' }, 400, 'BadRequest', 'level'],
    ['an unknown field', { ...ROW, strength: 1 }, 400, 'BadRequest', '(body)'],
    ['another feature table', { ...ROW, featureTable: '1-old' }, 400, 'BadRequest', 'featureTable'],
    ['no rows', { input_data: [] }, 400, 'BadRequest', 'input_data'],
    [
      'a wrong row',
      { input_data: [ROW, { ...ROW, product: 'NQ' }] },
      400,
      'BadRequest',
      'input_data.1.product',
    ],
    ['too much', { input_data: Array.from({ length: 5000 }, () => ROW) }, 413, 'BodyTooLarge', ''],
  ])('refuses %s, and says where it is wrong', async (_, sent, status, code, field) => {
    const { address } = await champion();
    const refused = await post(address, sent);
    expect([refused.status, refused.body.error]).toEqual([
      status,
      expect.objectContaining({ code, message: expect.stringMatching(/./), ...(field && { field }) }),
    ]);
  });

  it('says of a field that is not there that it is missing', async () => {
    const { address } = await champion();
    const { body } = await post(address, { ...ROW, direction: undefined, timeOfDay: undefined });
    expect(body.error).toMatchObject({
      problems: [
        { field: 'direction', message: 'is missing: one of UP, DOWN' },
        { field: 'timeOfDay', message: 'is missing' },
      ],
    });
  });

  it('refuses what is not sent as JSON, other methods and paths', async () => {
    const { address } = await champion();
    expect((await post(address, 'a=b', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      415,
    );
    const wrong = await fetch(`${address}/score`);
    expect([wrong.status, await wrong.json()]).toEqual([
      404,
      { error: { code: 'NotFound', message: expect.stringContaining('POST /score') } },
    ]);
  });

  it('refuses more requests a second than one address may make, and no others', async () => {
    const { address } = await start(null, { rate: 3 });
    // Each second that ends among them lets three more through: so many that they would have to take half a minute.
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(address, ROW)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(4);
    expect(refused[0].body.error).toMatchObject({ code: 'TooManyRequests' });
    expect((await fetch(`${address}/healthz`)).status).toBe(200);
  });

  it('loses no request while the champion is exchanged', async () => {
    const { address, scorer, makeChampion } = await start(servableOnnx(1, 3));
    const models: string[] = [];
    let swapped = false;
    const askUntilSwapped = async () => {
      for (let last = false; !last;) {
        last = swapped;
        const { status, body } = await post(address, ROW);
        expect(status).toBe(200);
        models.push((body.versions as { model: string }).model);
      }
    };
    const asking = Promise.all(Array.from({ length: 4 }, askUntilSwapped));
    await makeChampion(servableOnnx(1, -3));
    await scorer.refresh();
    swapped = true;
    await asking;
    expect(new Set(models)).toEqual(new Set(['ES logistic@1', 'ES logistic@2']));
  });
});

describe('what is asked beside forecasts', () => {
  it('is life, readiness and figures', async () => {
    const { address } = await start(servableOnnx());
    await post(address, ROW);
    await post(address, {});
    expect(await (await fetch(`${address}/`)).text()).toBe('Healthy');
    expect(await (await fetch(`${address}/healthz`)).json()).toEqual({ status: 'alive' });
    expect(await (await fetch(`${address}/readyz`)).json()).toMatchObject({
      status: 'ready',
      model: 'logistic@1',
    });
    const metrics = await fetch(`${address}/metrics`);
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    const text = await metrics.text();
    for (const line of [
      'spymaster_score_requests_total{status="200"} 1',
      'spymaster_score_requests_total{status="400"} 1',
      'spymaster_score_rows_total{basis="model"} 1',
      'spymaster_served_model{product="ES",model="logistic@1",edge="shown"} 1',
      'spymaster_score_seconds_count 2',
    ])
      expect(text).toContain(line);
  });
});

it('answers what was sent before it ends, and takes no more', async () => {
  const { address, server } = await start(servableOnnx());
  // The first half of a request is there when the end begins, the other half comes after.
  const { port, hostname } = new URL(address);
  const body = JSON.stringify(ROW);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => (received += text));
  const head = `POST /score HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  socket.write(head + body.slice(0, 20));
  // An answer on another connection tells that the server has read this one.
  await post(address, ROW);
  const drained = server.drain();
  socket.write(body.slice(20));
  await Promise.all([drained, once(socket, 'close')]);
  expect(received).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*connection: close[^]*"basis":"model"/);
  await expect(fetch(`${address}/healthz`)).rejects.toThrow();
});
