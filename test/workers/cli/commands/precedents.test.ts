/** `spymaster precedents` and `spymaster index` on a lake of two simulated dates: too few for evidence, enough for base rates. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventHubProducerClient } from '@azure/event-hubs';
import Ajv from 'ajv/dist/2020';
import { tableFromIPC } from 'apache-arrow';
import type { FastifyInstance } from 'fastify';
import { Scorer } from '../../../../activities/models/scorer';
import type { IndexStatus } from '../../../../activities/precedents/indexStatus';
import { ANSWER_METADATA } from '../../../../activities/precedents/paths';
import { PrecedentsThread } from '../../../../activities/precedents/precedentsThread';
import { precedentsAnswer, type PrecedentsAnswer } from '../../../../graph/precedents/answer';
import { TABLES } from '../../../../graph/catalog/declaration';
import { goldEpisodes } from '../../../../graph/episodes/episodeTables';
import { featuresMessage, type FeaturesMessage } from '../../../../graph/scoring/featuresMessage';
import { GROUPS } from '../../../../graph/vectors/features';
import { goldVectors } from '../../../../graph/vectors/vectorsTable';
import { HUBS } from '../../../../infra/eventhubs/hubs';
import { Lake } from '../../../../lake/lake';
import { startPeer } from '../../../support/eventHubs';
import { builtLake } from '../../../support/builtLake';
import { temporaryFolder } from '../../../support/lake';
import { documentOf, MAIN, spymasterHere as run } from '../../../support/spymaster';
import { loadConfig } from '../../../../workers/config';
import { openLake } from '../../../../workers/cli/openLake';
import { addApi } from '../../../../workers/gateway/api/addApi';
import { openContext } from '../../../../workers/gateway/api/context';
import { Gateway } from '../../../../workers/gateway/server';
import { ARROW_STREAM } from '../../../../workers/scoring/precedentsRoute';
import { ScoreServer } from '../../../../workers/scoring/scoreServer';
import { PRECEDENTS_THREAD } from '../../../../workers/stageThread';

const [FIRST, SECOND] = ['2024-03-05', '2024-03-06'];

interface OpenApi {
  paths: Record<string, unknown>;
  components: { schemas: Record<string, object> };
}
interface Listed {
  episodes: { id: string; level: string; direction: string; outcome: string | null; touchAt: string }[];
}
const lists = new Map<string, Promise<Listed['episodes']>>();
const listed = (date: string) => {
  const list =
    lists.get(date) ??
    run('episodes', 'list', '--start', date, '--end', date, '--json').then(
      (finished) => documentOf<Listed>(finished).episodes,
    );
  lists.set(date, list);
  return list;
};
const ask = async (...args: string[]) =>
  documentOf<PrecedentsAnswer>(await run('precedents', ...args, '--json'));

beforeAll(async () => {
  process.env.SPYMASTER_CONFIG = join(temporaryFolder(), 'config.yaml');
  writeFileSync(process.env.SPYMASTER_CONFIG, 'features: { episodes: { sessionWindow: all-hours } }\n');
  process.env.SPYMASTER_LAKE = await builtLake({ dates: [FIRST, SECOND], events: 20_000 });
});

test('a touch is answered from the episodes of earlier sessions alone', async () => {
  const [earlier, [touch]] = [await listed(FIRST), await listed(SECOND)];
  const answer = await ask(touch.id);
  expect(precedentsAnswer.parse(answer)).toEqual(answer);
  const known = earlier.filter(({ outcome }) => outcome !== null);
  expect(answer.searched).toMatchObject({ rung: 'all', candidates: known.length, sessions: 1 });
  expect(answer.status).toBe('insufficient_evidence');
  expect(answer.precedents.length).toBeGreaterThan(0);
  expect(answer.precedents.every(({ session }) => session === FIRST)).toBe(true);
  for (const { id, outcome } of answer.precedents)
    expect(known.find((one) => one.id === id)?.outcome).toBe(outcome);
  const { stdout } = await run('precedents', touch.id);
  expect(stdout).toContain('Not enough evidence: sessions known before: 1;');
});

test('a touch is found by time and level, and filters narrow down what may be a precedent', async () => {
  const [earlier, touches] = [await listed(FIRST), await listed(SECOND)];
  const touch = touches.at(-1)!;
  const answer = await ask('--at', touch.touchAt, '--level', touch.level, '--direction', 'UP');
  expect(answer.touch).toMatchObject({ session: SECOND, level: touch.level, at: touch.touchAt });
  const up = earlier.filter(({ direction, outcome }) => direction === 'UP' && outcome !== null);
  expect(answer.searched.candidates).toBe(up.length);
  const some = await ask(touch.id, '--where', `episode_id = '${up[0].id}'`, '--paths');
  expect(some.precedents.map(({ id }) => id)).toEqual([up[0].id]);
  expect(some.precedents[0]).toHaveProperty('path.0.seconds');
  for (const args of [
    ['--contract', 'ESZ9'],
    ['--start', '2025-01-02'],
    ['--end', '2024-01-02'],
  ]) {
    const { code, stderr } = await run('precedents', touch.id, ...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining('no contract-date as asked for is built')]);
  }
});

test('a path has the mid price of each moment: that at the end of the bar which ends then, and none from after it', async () => {
  const [touch] = await listed(SECOND);
  const [nearest] = (await ask(touch.id, '--limit', '1', '--paths')).precedents;
  const lake = await openLake(loadConfig());
  const [{ sign, level, length }] = await lake.query(
    `SELECT CASE direction WHEN 'UP' THEN 1 ELSE -1 END AS sign, level_price AS level,
       (SELECT min(next - start) FROM (
         SELECT bar_start_utc AS start, lead(bar_start_utc) OVER (ORDER BY bar_start_utc) AS next
         FROM silver.bars WHERE trade_date = DATE '${FIRST}')) AS length
     FROM gold.episodes WHERE episode_id = '${nearest.id}'`,
  );
  const ended = new Map(
    (
      await lake.query(
        `SELECT bar_start_utc + ${Number(length)} AS bar_end, mid FROM silver.bars WHERE trade_date = DATE '${FIRST}'`,
      )
    ).map(({ bar_end, mid }) => [String(bar_end as bigint | number), mid as number | null]),
  );
  const at = (seconds: number) => String(BigInt(nearest.at) + BigInt(Math.round(seconds * 1e9)));
  const path = nearest.path!;
  expect(path.length).toBeGreaterThan(100);
  expect(path.map(({ points }) => points)).toEqual(
    path.map(({ seconds }) => (sign as number) * (ended.get(at(seconds))! - (level as number))),
  );
  expect(path[0].seconds).toBeGreaterThanOrEqual(-1200);
  expect(path.at(-1)!.seconds).toBeLessThanOrEqual(1800);
});

test('of the first session it is said that there is none before it, and what helps', async () => {
  const [touch] = await listed(FIRST);
  const { code, stderr } = await run('precedents', touch.id);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(
      /Not enough evidence: no session of ES before 2024-03-05 .*--start DATE --end 2024-03-05/s,
    ),
  ]);
});

test('what a live worker has told last is answered as Gold has it afterwards', async () => {
  const hubs = await startPeer({ hubs: [...HUBS] });
  process.env.EVENTHUB_CONNECTION_STRING = hubs.peer.connectionString;
  const producer = new EventHubProducerClient(hubs.peer.connectionString, 'features_gold');
  try {
    expect(await run('precedents', '--live')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No live worker has told anything') as string,
    });
    const [touch, other] = (await toldOf(SECOND)).reverse();
    for (const body of [other, { no: 'such message' }, touch])
      await producer.sendBatch([{ body }], { partitionKey: 'ESH4' });
    const live = async (...args: string[]) =>
      documentOf<LiveAnswer>(await run('precedents', '--live', '--once', '--json', ...args));
    const newest = await live();
    expect(newest.told).toMatchObject({ id: touch.id, trigger: 'touch', provisional: null });
    expect(newest.answer).toEqual(await ask(touch.episode.id));
    // Partitions are read backwards, and what is not asked about is passed over.
    const level = await live('--level', other.episode.level);
    expect([touch.id, other.id]).toContain(level.told.id);
    expect(level.told.episode.level).toBe(other.episode.level);
    const approach = {
      ...other,
      trigger: 'approach',
      provisional: 'as if',
      id: `${other.episode.id}/approach/1`,
    };
    await producer.sendBatch([{ body: approach }], { partitionKey: 'another' });
    const { stdout } = await run('precedents', '--live', '--once');
    expect(stdout).toContain(`${other.episode.level} approached from`);
    expect(stdout).toContain('Provisional: as if.');
  } finally {
    await producer.close();
    await hubs.peer.stop();
    hubs.remove();
    delete process.env.EVENTHUB_CONNECTION_STRING;
  }
});

interface LiveAnswer {
  told: Pick<FeaturesMessage, 'id' | 'trigger' | 'provisional' | 'episode'>;
  answer: PrecedentsAnswer;
}

/** What a live worker tells of the touches of a date, out of Gold. */
async function toldOf(tradeDate: string): Promise<FeaturesMessage[]> {
  const lake = await Lake.open(process.env.SPYMASTER_LAKE!, TABLES);
  const partition = { contract: 'ESH4', trade_date: tradeDate };
  const vectors = await lake.table(goldVectors).readRows({ partition });
  const episodes = await lake.table(goldEpisodes).readRows({ partition });
  return episodes.map((row) => {
    const vector = vectors.find(({ episode_id }) => episode_id === row.episode_id)!;
    const id = row.episode_id as string;
    const at = String(row.touch_ts);
    return featuresMessage.parse({
      schema: 'spymaster.features/1',
      id: `${id}/touch`,
      trigger: 'touch',
      provisional: null,
      episode: {
        id,
        approach: null,
        contract: 'ESH4',
        tradeDate,
        level: row.level_id,
        levelKind: row.level_kind,
        levelPrice: row.level_price,
        direction: row.direction,
        attempt: row.attempt,
        timeOfDay: row.time_of_day,
        at,
        price: row.touch_price,
        distance: row.touch_distance,
        minutesSinceOpen: row.minutes_since_open,
      },
      featureTable: vector.feature_table,
      raw: Array.from(vector.raw as Float32Array, (value) => (Number.isNaN(value) ? null : value)),
      masked: Object.fromEntries(GROUPS.map((group) => [group, !vector[`has_${group}`]])),
      latency: { captured: at, received: at },
    });
  });
}

describe('over HTTP', () => {
  let thread: PrecedentsThread;
  let server: ScoreServer;
  let scorer: Scorer;
  let address = '';
  beforeAll(async () => {
    const config = loadConfig();
    thread = new PrecedentsThread(config, PRECEDENTS_THREAD);
    scorer = await Scorer.open(await openLake(config), 'ES', config.features);
    const onFault = (error: unknown) => {
      throw error;
    };
    server = new ScoreServer(scorer, { rate: 1e6, bodyLimit: 1 << 20, onFault, precedents: thread });
    address = await server.listen('127.0.0.1', 0);
  });
  afterAll(async () => {
    await server.drain();
    await Promise.all([thread.close(), scorer.close()]);
  });
  const post = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${address}/precedents`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const refusalOf = async (body: unknown, headers?: Record<string, string>) => {
    const response = await post(body, headers);
    const { error } = (await response.json()) as { error: { code: string; field?: string; message: string } };
    return { status: response.status, ...error };
  };

  it('answers the document that the command prints, whatever is asked of it', async () => {
    const touch = (await listed(SECOND)).at(-1)!;
    const where = `approach_seconds < 600 AND touch_ts > 1 -- 64 bits: ${touch.touchAt}`;
    const asked: [string[], object][] = [
      [[touch.id], { episode: touch.id }],
      [
        ['--at', touch.touchAt, '--level', touch.level, '--direction', 'UP', '--where', where],
        { at: touch.touchAt, level: touch.level, filter: { direction: 'UP', where } },
      ],
      [
        [touch.id, '--limit', '2', '--paths', '--end', FIRST],
        { episode: touch.id, limit: 2, paths: true, filter: { end: FIRST } },
      ],
    ];
    for (const [args, body] of asked) {
      const response = await post(body);
      const answer = (await response.json()) as PrecedentsAnswer;
      expect(precedentsAnswer.parse(answer)).toEqual(await ask(...args));
      expect(answer.precedents.length).toBeGreaterThan(0);
    }
  });

  it('and the command give the paths as an Arrow stream, with the answer in its metadata', async () => {
    const touch = (await listed(SECOND)).at(-1)!;
    const answer = await ask(touch.id, '--limit', '3', '--paths');
    const response = await post({ episode: touch.id, limit: 3 }, { accept: ARROW_STREAM });
    expect(response.headers.get('content-type')).toBe(ARROW_STREAM);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const table = tableFromIPC(bytes);
    const rows = table.toArray().map((row) => (row as { toJSON(): Record<string, unknown> }).toJSON());
    expect(rows).toEqual(
      answer.precedents.flatMap(({ id, distance, outcome, path }, k) =>
        path!.map((point) => ({ rank: k + 1, episode_id: id, distance, outcome, ...point })),
      ),
    );
    const told = JSON.parse(table.schema.metadata.get(ANSWER_METADATA)!) as unknown;
    expect(told).toEqual(await ask(touch.id, '--limit', '3'));
    const args = ['precedents', touch.id, '--limit', '3', '--format', 'arrow'];
    const { stdout } = spawnSync(process.execPath, [MAIN, ...args], { env: process.env });
    expect(stdout.equals(bytes)).toBe(true);
  });

  it('serves an OpenAPI document that requests and answers are as', async () => {
    const document = (await (await fetch(`${address}/openapi.json`)).json()) as OpenApi;
    const ajv = new Ajv({ strict: false, validateFormats: false }).addSchema(document, 'openapi');
    const valid = (name: string, value: unknown) => {
      const check = ajv.getSchema(`openapi#/components/schemas/${name}`)!;
      return check(value) ? [] : check.errors;
    };
    const [touch] = await listed(SECOND);
    const body = { episode: touch.id, filter: { where: 'true' }, paths: true };
    expect(valid('PrecedentsQuestion', body)).toEqual([]);
    expect(valid('PrecedentsQuestion', { at: '1' })).not.toEqual([]);
    expect(valid('PrecedentsAnswer', await (await post(body)).json())).toEqual([]);
    expect(valid('Refusal', await (await post({})).json())).toEqual([]);
    const row = { level: 'PM_LOW', direction: 'DOWN', timeOfDay: 'T0_15', featureTable: 'x' };
    const scored = { ...row, vector: Array<null>(144).fill(null) };
    expect(valid('ScoreRequest', scored)).toEqual([]);
    expect(valid('ScoreRequest', row)).not.toEqual([]);
    const [forecast] = await scorer.score([scored as never]);
    expect(valid('ScoreAnswer', forecast)).toEqual([]);
    const [{ name, version }] = documentOf<{ indexes: IndexStatus[] }>(await run('index', 'status', '--json'))
      .indexes[0].versions;
    expect(forecast.versions.index).toBe(`${name} ${version.slice(0, 8)}`);
    expect(Object.keys(document.paths)).toEqual(['/score', '/precedents']);
  });

  test.each<[string, object, number, string | undefined, RegExp]>([
    ['no touch', {}, 400, '(body)', /`episode`, or `at`/],
    ['two of them', { episode: 'E', at: '1', level: 'PM_LOW' }, 400, '(body)', /`episode`, or `at`/],
    ['no level', { at: '1' }, 400, 'level', /./],
    ['no time', { at: 'noon', level: 'PM_LOW' }, 400, 'at', /ISO 8601/],
    ['an early time', { at: '2024-03-01', level: 'EMA_20' }, 400, 'at', /was not touched up to then/],
    ['an unknown episode', { episode: 'nothing like it' }, 400, 'episode', /no episode nothing like it/],
    ['an unknown field', { episode: 'E', strength: 1 }, 400, '(body)', /strength/],
    ['too many', { episode: 'E', limit: 51 }, 400, 'limit', /50/],
    [
      'an end before the start',
      { episode: 'E', filter: { start: FIRST, end: '2024-01-02' } },
      400,
      'filter.end',
      /before/,
    ],
    ['an unknown part of the day', { episode: 'ES', filter: { timeOfDay: 'TEA' } }, 400, 'timeOfDay', /TEA/],
    ['a subquery', { episode: 'ES', filter: { where: '(SELECT true)' } }, 400, 'where', /subquery/],
    ['an unknown column', { episode: 'ES', filter: { where: 'moon = 1' } }, 400, 'where', /moon/],
    [
      'a long condition',
      { episode: 'ES', filter: { where: 'x'.repeat(20_000) } },
      413,
      undefined,
      /16384 bytes/,
    ],
  ])('refuses %s, and says where it is wrong', async (_, body, status, field, words) => {
    const [{ id }] = await listed(SECOND);
    const asked = 'episode' in body && body.episode === 'ES' ? { ...body, episode: id } : body;
    expect(await refusalOf(asked)).toMatchObject({
      status,
      ...(field && { field }),
      message: expect.stringMatching(words),
    });
  });

  it('refuses to answer in a form it does not have', async () => {
    expect(await refusalOf({ episode: 'E' }, { accept: 'text/html' })).toMatchObject({ status: 406 });
  });
});

test('the gateway answers what the command prints, with paths and filters, and as an Arrow stream', async () => {
  const context = await openContext(loadConfig());
  const onFault = (error: unknown) => {
    throw error;
  };
  const parts = [(app: FastifyInstance) => addApi(app, context)];
  const gateway = new Gateway({ rate: 1e6, application: temporaryFolder(), onFault, parts });
  try {
    const address = await gateway.listen('127.0.0.1', 0);
    const touch = (await listed(SECOND)).at(-1)!;
    const path = `${address}/api/episodes/${touch.id}/precedents`;
    const asked: [string[], string][] = [
      [[], ''],
      [['--limit', '2', '--paths', '--direction', 'UP'], '?limit=2&paths=true&direction=UP'],
      [['--where', 'approach_seconds < 600'], `?where=${encodeURIComponent('approach_seconds < 600')}`],
    ];
    for (const [args, query] of asked)
      expect(await (await fetch(path + query)).json()).toEqual(await ask(touch.id, ...args));
    const arrow = await fetch(`${path}?format=arrow&limit=3`);
    const { schema } = tableFromIPC(new Uint8Array(await arrow.arrayBuffer()));
    expect(JSON.parse(schema.metadata.get(ANSWER_METADATA)!)).toEqual(await ask(touch.id, '--limit', '3'));
    const refused = await fetch(`${path}?where=${encodeURIComponent('(SELECT true)')}`);
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: { field: 'where' } }]);
  } finally {
    await gateway.close();
    await context.close();
  }
});

test.each([
  [['precedents'], /one touch is to be named/],
  [['precedents', 'E', '--at', '2024-03-06'], /one touch is to be named/],
  [['precedents', '--at', '2024-03-06'], /needs the level/],
  [['precedents', 'E', '--json', '--format', 'arrow'], /two forms/],
  [['precedents', '--at', '2024-03-01', '--level', 'EMA_20'], /was not touched up to then/],
  [['index', 'rollback', 'ES/2024-01-02'], /there is no index ES\/2024-01-02/],
  [['index', 'rollback', 'ES'], /names no partition/],
])('%j is refused in words', async (args, words) => {
  const { code, stderr } = await run(...args);
  expect(code).toBe(2);
  expect(stderr).toMatch(words);
});

test('an index tells its versions and what it covers, and is rolled back and forward by name', async () => {
  const status = async () =>
    documentOf<{ indexes: IndexStatus[] }>(await run('index', 'status', '--json')).indexes[0];
  const before = await status();
  expect(before).toMatchObject({ product: 'ES', pinned: null, sessions: 2, recall: 1, leftOut: 0 });
  expect(before.versions.map(({ name }) => name)).toEqual(['ES/2024-03-07', 'ES/2024-03-06']);
  expect((await run('index', 'rollback', `ES/${SECOND}`)).code).toBe(0);
  expect(await status()).toMatchObject({ pinned: `ES/${SECOND}`, sessions: 1 });
  expect((await run('index', 'latest', 'ES')).code).toBe(0);
  const none = await run('index', 'latest', 'NQ');
  expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('there is no index of NQ')]);
  expect(await status()).toMatchObject({ pinned: null, sessions: 2 });
  expect((await run('index', 'build', '--symbol', 'ES')).stderr).toContain('Everything is up to date');
});
