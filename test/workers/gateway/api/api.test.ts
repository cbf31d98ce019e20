/** Questions over HTTP on a small built lake, compared with SQL of their own. */
import { writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { once } from 'node:events';
import Ajv from 'ajv/dist/2020';
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { localWriter, ModelRegistry } from '../../../../activities/models/registry';
import { promote } from '../../../../activities/models/promotion';
import { BAR_COLUMNS } from '../../../../graph/bars/barsTable';
import { bronzeDeadLetters } from '../../../../graph/records/deadLettersTable';
import type { Lake } from '../../../../lake/lake';
import { loadConfig } from '../../../../workers/config';
import { addApi } from '../../../../workers/gateway/api/addApi';
import { openContext } from '../../../../workers/gateway/api/context';
import type { ApiRoute } from '../../../../workers/gateway/api/route';
import { ROUTES } from '../../../../workers/gateway/api/routes';
import { Gateway } from '../../../../workers/gateway/server';
import { SavedProgress } from '../../../../workers/live/savedProgress';
import { anyRow } from '../../../support/anyRow';
import { BUILT_DATE, builtLake } from '../../../support/builtLake';
import { commitOptions, temporaryFolder } from '../../../support/lake';
import { modelVersion, servableOnnx } from '../../../support/models';
import { TableBuilder } from '../../../support/tables';
import { until } from '../../../support/until';

const LETTERS = 5;
const SESSION = `/sessions/ESH4/${BUILT_DATE}`;
type Document = Record<string, never> & { next: string | null };

let address = '';
let lake: Lake;
let close: () => Promise<void>;
const faults: unknown[] = [];

beforeAll(async () => {
  process.env.SPYMASTER_CONFIG = join(temporaryFolder(), 'config.yaml');
  writeFileSync(process.env.SPYMASTER_CONFIG, 'features: { episodes: { sessionWindow: all-hours } }\n');
  process.env.SPYMASTER_LAKE = await builtLake();
  // Where nothing listens.
  process.env.TEMPORAL_ADDRESS = '127.0.0.1:1';
  const context = await openContext(loadConfig());
  lake = context.lake;
  await addLetters();
  await addModels();
  const gateway = new Gateway({
    rate: 1e6,
    application: temporaryFolder(),
    onFault: (error) => faults.push(error),
    parts: [(app) => addApi(app, context)],
  });
  address = await gateway.listen('127.0.0.1', 0);
  close = async () => {
    await gateway.close();
    await context.close();
  };
});
afterAll(() => close());
afterEach(() => expect(faults).toEqual([]));

async function addLetters(): Promise<void> {
  const rows = new TableBuilder(bronzeDeadLetters);
  for (let i = 0; i < LETTERS; i++) rows.push(anyRow(bronzeDeadLetters, i));
  const partition = { contract: 'ESH4', trade_date: BUILT_DATE };
  await lake.table(bronzeDeadLetters).append(partition, [rows.build()], commitOptions());
}

async function addModels(): Promise<void> {
  const registry = new ModelRegistry(lake);
  const writer = localWriter('ann');
  for (const weight of [1, 2]) await registry.publish(modelVersion({ onnx: servableOnnx(weight) }), writer);
  const request = { product: 'ES', alias: 'champion' as const, by: 'ann', despiteGate: 'a test' };
  await promote(registry, { ...request, reference: 'logistic@1' }, writer);
}

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${address}/api${path}`, { headers });
async function ask(path: string): Promise<Document> {
  const response = await get(path);
  const document = (await response.json()) as Document;
  if (response.status !== 200) throw new Error(`${path}: ${response.status} ${JSON.stringify(document)}`);
  return document;
}
async function refused(path: string, headers?: Record<string, string>) {
  const response = await get(path, headers);
  const { error } = (await response.json()) as {
    error: { code: string; field?: string; message: string; expected?: string };
  };
  // Options are of commands, and not of what was asked here.
  const told = `${error.field} ${error.message} ${error.expected}`.replace(/\.\/spymaster[^`;]*/g, '');
  expect(told).not.toMatch(/--[a-z]/);
  return { status: response.status, ...error };
}

/** Every page of a list, by the cursors of the answers. */
async function pages(path: string, name: string): Promise<never[]> {
  const all: never[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Document = await ask(`${path}${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    all.push(...(page[name] as never[]));
    cursor = page.next;
  }
  return all;
}

const episodeIds = async (condition = 'true') =>
  (
    await lake.query(`SELECT episode_id FROM gold.episodes JOIN gold.outcomes USING (contract, trade_date, episode_id)
      WHERE is_primary AND ${condition} ORDER BY gold.episodes.touch_ts DESC, episode_id DESC`)
  ).map(({ episode_id }) => episode_id as string);

/** A question for each route, which is answered. */
const examples = async (): Promise<Record<string, string>> => {
  const [episode] = await episodeIds();
  return {
    sessions: '/sessions',
    session: SESSION,
    levels: `${SESSION}/levels`,
    bars: `${SESSION}/bars?columns=*&limit=200`,
    quality: `${SESSION}/quality`,
    episodes: '/episodes',
    episode: `/episodes/${episode}`,
    outcomes: '/outcomes?by=level,direction,timeOfDay',
    models: '/models',
    model: '/models/champion',
    comparison: '/models/logistic@2/comparison',
    partitions: '/partitions',
    lineage: `/lineage?table=gold.outcomes&key=ESH4/${BUILT_DATE}`,
    deadLetters: '/dead-letters',
    settings: '/settings',
    answers: '/answers',
    backfillPlan: `/backfills/plan?symbol=ES&start=${BUILT_DATE}&end=${BUILT_DATE}`,
    alerts: '/alerts',
    processes: '/processes',
  };
};

test('every answer is as its schema says, and as the OpenAPI document says', async () => {
  const document = (await ask('/openapi.json')) as unknown as {
    paths: Record<string, Record<string, { operationId: string }>>;
    components: { schemas: Record<string, object> };
  };
  const asked = await examples();
  for (const { method, path, operationId, answer } of ROUTES) {
    const described = document.paths[`/api${path.replace(/:(\w+)/g, '{$1}')}`];
    expect(described[method.toLowerCase()].operationId).toBe(operationId);
    // Those of precedents need sessions before; see test/workers/cli/commands/precedents.test.ts. Backfills need Temporal: backfillRoutes.test.ts.
    if (
      operationId === 'chooseLevels' ||
      operationId === 'precedents' ||
      (path.startsWith('/backfills') && !(operationId in asked))
    )
      continue;
    const given = await ask(asked[operationId]);
    const parsed = answer.safeParse(given);
    expect([operationId, parsed.error?.issues.slice(0, 3)]).toEqual([operationId, undefined]);
    const schema = document.components.schemas[operationId[0].toUpperCase() + operationId.slice(1)];
    const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
    expect([operationId, validate(given), validate.errors?.slice(0, 3)]).toEqual([
      operationId,
      true,
      undefined,
    ]);
  }
  expect(Object.values(document.paths).flatMap((path) => Object.keys(path))).toHaveLength(ROUTES.length);
});

const choose = async (body: object) => {
  const response = await fetch(`${address}/api/levels`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, answer: (await response.json()) as object };
};

test('levels are chosen on the ticks of their product, each from what was chosen before, and a backfill brings history after', async () => {
  const staleness = async () =>
    (
      (await ask('/partitions')) as unknown as { partitions: { layer: string; because: string[] }[] }
    ).partitions.flatMap(({ layer, because }) => (because.length > 0 ? [[layer, because.join()]] : []));
  const plan = async () =>
    (await ask(
      `/backfills/plan?symbol=ES&start=${BUILT_DATE}&end=${BUILT_DATE}&reprocess=stale&layers=silver,gold`,
    )) as unknown as { items: { layers: string[] }[] };
  const levels = { kinds: ['PM_HIGH', 'EMA_20'], userPrices: { ES: [4900.25], NQ: [17000] } };
  for (const [wrong, field] of [
    [{ ES: [4900.1] }, 'levels.userPrices.ES.0'],
    [{ ESX: [4900] }, 'levels.userPrices.ESX'],
  ] as const)
    expect(await choose({ after: 0, levels: { ...levels, userPrices: wrong } })).toMatchObject({
      status: 400,
      answer: { error: { field } },
    });
  expect((await choose({ after: 0, levels: { kinds: ['USER'], userPrices: {} } })).status).toBe(400);
  expect(await staleness()).toEqual([]);
  expect(await choose({ after: 0, levels })).toMatchObject({ status: 200, answer: { version: 1 } });
  expect(await choose({ after: 0, levels })).toMatchObject({
    status: 409,
    answer: { error: { message: expect.stringContaining('somebody else') as string } },
  });
  const settings = (await ask('/settings')) as unknown as {
    chosen: object;
    levelKinds: { kind: string; watched: boolean }[];
    products: { root: string; userPrices: number[] }[];
  };
  expect(settings.chosen).toMatchObject({ version: 1, configured: false });
  expect(settings.levelKinds.filter(({ watched }) => watched).map(({ kind }) => kind)).toEqual([
    'PM_HIGH',
    'EMA_20',
    'USER',
  ]);
  expect(settings.products.find(({ root }) => root === 'ES')!.userPrices).toEqual([4900.25]);
  // Of another product's prices nothing is said.
  const told = await staleness();
  expect(told.map(([layer]) => layer)).toEqual(expect.arrayContaining(['silver', 'gold']));
  expect(told[0][1]).toMatch(/levels.kinds: .*, now .*4900.25/);
  expect(told[0][1]).not.toContain('17000');
  expect((await plan()).items).toMatchObject([{ layers: ['silver', 'gold'] }]);
  expect(await choose({ after: 1, levels: null })).toMatchObject({ status: 200, answer: { version: 2 } });
  expect(await staleness()).toEqual([]);
  expect((await plan()).items).toEqual([]);
});

test('the stream is described for programs', async () => {
  const { server, client } = (await ask('/stream-schema.json')) as unknown as Record<string, object>;
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(client);
  expect([validate({ do: 'seek', at: 5 }), validate({ do: 'dance' })]).toEqual([true, false]);
  expect(JSON.stringify(server)).toContain('"hello"');
});

test('a session tells its layers, records and span', async () => {
  const [sql] = await lake.query(
    `SELECT count(*) AS records, (SELECT count(*) FROM gold.episodes) AS episodes,
      (SELECT min(bar_start_utc) FROM silver.bars WHERE last_events > 0) AS first FROM bronze.mbo`,
  );
  const session = await ask(SESSION);
  expect(session).toMatchObject({
    product: 'ES',
    data: 'simulated',
    records: Number(sql.records),
    episodes: Number(sql.episodes),
    span: { first: sql.first },
  });
  expect(
    (session.layers as { layer: string; status: string }[]).map(({ layer, status }) => [layer, status]),
  ).toEqual(['bronze', 'silver', 'gold'].map((layer) => [layer, 'published']));
  expect((await ask('/sessions?limit=1')).sessions).toEqual([session]);
});

describe('bars', () => {
  const COLUMNS = 'bar_start_utc,session,close,volume';
  /** Columns of silver.bars without those of its partition. */
  const COUNT = BAR_COLUMNS.length;
  const inSql = (condition: string) =>
    lake.query(`SELECT ${COLUMNS} FROM silver.bars WHERE ${condition} ORDER BY bar_start_utc`);

  test('are the same as JSON, CSV and Arrow, and as SQL has them', async () => {
    const from = '2024-03-05T14:30:00Z';
    const range = `from=${from}&to=2024-03-05T09:40-05:00`;
    const expected = await inSql(`bar_start_utc >= epoch_ns('2024-03-05 14:30:00'::TIMESTAMP)
      AND bar_start_utc < epoch_ns('2024-03-05 14:40:00'::TIMESTAMP)`);
    expect(expected).toHaveLength(120);
    const path = `${SESSION}/bars?${range}&columns=${COLUMNS}`;
    expect((await ask(path)).bars).toEqual(expected);
    for (const csv of [await get(path, { accept: 'text/csv' }), await get(`${path}&format=csv`)]) {
      expect(csv.headers.get('content-type')).toMatch(/^text\/csv/);
      const lines = (await csv.text()).trimEnd().split('\n');
      expect(lines).toEqual([
        COLUMNS,
        ...expected.map((bar) =>
          Object.values(bar)
            .map((value) => (value === null ? '' : String(value as string | number)))
            .join(','),
        ),
      ]);
    }
    const arrow = await get(path, { accept: 'application/vnd.apache.arrow.stream' });
    const table = tableFromIPC(new Uint8Array(await arrow.arrayBuffer()));
    expect(table.numRows).toBe(120);
    expect([...table.getChild('close')!]).toEqual(expected.map(({ close }) => close));
    expect([...table.getChild('bar_start_utc')!].map(String)).toEqual(
      expected.map((bar) => bar.bar_start_utc),
    );
  });

  test('come page by page, in the form of each too', async () => {
    const expected = await inSql(`session = 'rth'`);
    const [first, last] = [expected[0], expected.at(-1)!].map(({ bar_start_utc }) =>
      BigInt(bar_start_utc as string),
    );
    const path = `${SESSION}/bars?from=${first}&to=${last + 1n}&columns=${COLUMNS}&limit=1000`;
    expect(await pages(path, 'bars')).toEqual(expected);
    expect((await ask(`${SESSION}/bars?columns=*`)).bars).toHaveLength(Math.floor(200_000 / COUNT));
    const link = (await get(`${path}&format=csv`)).headers.get('link')!;
    expect(link).toMatch(/^<\/api\/sessions\/.*cursor=\d+.*>; rel="next"$/);
  });

  test('of a range without any are missing, not none', async () => {
    expect(await refused(`${SESSION}/bars?from=2030-01-01`)).toMatchObject({
      status: 404,
      code: 'NoInput',
      field: 'from',
    });
  });
});

test('levels are those that stood in the range', async () => {
  const noon = '1709658000000000000';
  const expected = await lake.query(
    `SELECT level_id AS id, price FROM silver.levels WHERE valid_from <= ${noon} AND valid_to > ${noon} ORDER BY valid_from, level_id`,
  );
  const { levels } = await ask(`${SESSION}/levels?from=${noon}&to=${BigInt(noon) + 1n}`);
  expect((levels as { id: string; price: number }[]).map(({ id, price }) => ({ id, price }))).toEqual(
    expected,
  );
  expect(expected.length).toBeGreaterThan(2);
});

describe('episodes', () => {
  test.each([
    ['', 'true'],
    ['level=EMA_20', `level_kind = 'EMA_20'`],
    ['direction=UP&outcome=BREAK', `direction = 'UP' AND outcome = 'BREAK'`],
    ['outcome=unknown', 'outcome IS NULL'],
    ['timeOfDay=OVERNIGHT', `time_of_day = 'OVERNIGHT'`],
    [`contract=ESH4&start=${BUILT_DATE}&end=${BUILT_DATE}`, 'true'],
  ])('narrowed down by %p are those of SQL, page by page', async (query, condition) => {
    const expected = await episodeIds(condition);
    const listed = await pages(`/episodes?${query}&limit=7`, 'episodes');
    expect(listed.map(({ id }) => id)).toEqual(expected);
    expect((await ask(`/episodes?${query}`)).count).toBe(expected.length);
  });

  test('one tells its level, its outcomes and what was unusual, by the beginning of its name too', async () => {
    const [id] = await episodeIds();
    const [row] = await lake.query(`SELECT touch_ts, level_id FROM gold.episodes WHERE episode_id = '${id}'`);
    const record = await ask(`/episodes/${id}`);
    expect(record).toMatchObject({ episode: { episode_id: id, ...row }, outcomes: [{}, {}, {}] });
    expect((record.vector as { features: unknown[] }).features).toHaveLength(144);
  });

  test('that are named in SQL are no SQL', async () => {
    const all = encodeURIComponent(`' OR 1=1 --`);
    expect(await refused(`/episodes?level=${all}`)).toMatchObject({ status: 400, field: 'level' });
    expect(await refused(`/episodes?timeOfDay=${all}`)).toMatchObject({ status: 400, field: 'timeOfDay' });
    expect(await refused(`/episodes/${all}`)).toMatchObject({ status: 404, field: 'episode' });
  });
});

test('outcomes are counted as SQL counts them, with intervals around their shares', async () => {
  const { groups, all, sessions } = (await ask('/outcomes?by=direction,level')) as unknown as Record<
    string,
    never
  >;
  const expected = await lake.query(
    `SELECT direction, level_kind AS level, count(*)::INTEGER AS episodes, count(outcome)::INTEGER AS n,
      (count(*) FILTER (outcome = 'BREAK'))::INTEGER AS breaks
     FROM gold.episodes JOIN gold.outcomes USING (contract, trade_date, episode_id) WHERE is_primary GROUP BY ALL`,
  );
  const key = ({ direction, level }: { direction: string; level: string }) => `${direction} ${level}`;
  const found = new Map((groups as { direction: string; level: string }[]).map((one) => [key(one), one]));
  expect(found.size).toBe(expected.length);
  for (const { breaks, ...row } of expected)
    expect(found.get(key(row as never))).toMatchObject({ ...row, shares: { BREAK: { successes: breaks } } });
  const { shares, n } = all as {
    n: number;
    shares: Record<string, { share: number; interval: { low: number; high: number } }>;
  };
  expect(n).toBe((await episodeIds('outcome IS NOT NULL')).length);
  expect(Object.values(shares).reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  for (const { share, interval } of Object.values(shares)) {
    expect(interval.low).toBeLessThanOrEqual(share);
    expect(interval.high).toBeGreaterThanOrEqual(share);
  }
  expect(sessions).toEqual({ real: 0, simulated: 1 });
});

test('models tell who is champion, and two of them are compared', async () => {
  const { champion, models } = await ask('/models');
  expect(champion).toBe('logistic@1');
  expect(
    (models as { version: string; aliases: string[] }[]).map(({ version, aliases }) => [version, aliases]),
  ).toEqual([
    ['logistic@1', ['champion']],
    ['logistic@2', []],
  ]);
  expect(await ask('/models/champion')).toMatchObject({
    version: 1,
    alias: 'champion',
    history: [{ by: 'ann' }],
  });
  expect(await ask('/models/logistic/comparison')).toMatchObject({
    model: 'logistic@2',
    other: 'logistic@1',
    comparison: { gain: 0 },
  });
});

test('partitions, lineage, quality and dead letters are those of the lake', async () => {
  const { count, partitions } = await ask('/partitions?layer=gold');
  expect([count, partitions]).toEqual([
    1,
    [expect.objectContaining({ key: `ESH4/${BUILT_DATE}`, status: 'published', because: [] })],
  ]);
  expect((await pages('/partitions?limit=1', 'partitions')).length).toBe((await ask('/partitions')).count);
  const { root, nodes } = (await ask(`/lineage?table=gold.outcomes&key=ESH4/${BUILT_DATE}`)) as unknown as {
    root: string;
    nodes: { id: string; dataset: string; upstream: string[] }[];
  };
  const ids = new Set(nodes.map(({ id }) => id));
  expect(root).toBe(`gold.outcomes ESH4/${BUILT_DATE}`);
  expect(nodes.flatMap(({ upstream }) => upstream).every((id) => ids.has(id))).toBe(true);
  expect(nodes.some(({ dataset }) => dataset === 'raw.dbn')).toBe(true);
  const quality = await ask(`${SESSION}/quality`);
  expect(quality).toMatchObject({ data: 'simulated', inspection: { records: (await ask(SESSION)).records } });
  const letters = await pages('/dead-letters?limit=2', 'letters');
  expect(letters.map(({ byte_offset }) => byte_offset)).toEqual(
    (await lake.query('SELECT byte_offset FROM bronze.dead_letters')).map(({ byte_offset }) => byte_offset),
  );
});

test('what runs is told: no server, and a session whose state was kept just now without one', async () => {
  const before = Date.now();
  const progress = new SavedProgress(lake.store, 'ESH4', '2024-03-11');
  await progress.claim();
  await progress.keep(Uint8Array.of(1));
  const told = { phase: 'following', behind: 3, lagMs: 12, market: '1710163800000000000', results: 2 };
  const position = { ...told, at: '2024-03-11T13:30:00.000Z' };
  await lake.store.put('_live/ESH4/2024-03-11/position.json', Buffer.from(JSON.stringify(position)));
  // An answer is held for a moment, and one may have been given before.
  await until(async () => (await ask('/processes')).sessions[0] !== undefined);
  const { server, workers, sessions, answers, frames } = await ask('/processes');
  expect({ server, workers, answers, frames }).toEqual({
    server: {
      address: '127.0.0.1:1',
      up: false,
      problem: expect.stringContaining('No Temporal server answers') as string,
    },
    workers: [],
    answers: { latency: null, latestAt: null, model: null, missing: null },
    frames: null,
  });
  expect(sessions).toEqual([
    expect.objectContaining({ contract: 'ESH4', tradeDate: '2024-03-11', ...told, toldAt: position.at }),
  ]);
  // Files' times may be coarser than the clock.
  expect(Date.parse((sessions[0] as { checkpointAt: string }).checkpointAt)).toBeGreaterThan(before - 5000);
  await progress.forget();
  await lake.store.remove('_live/ESH4/2024-03-11/position.json');
});

test('a plan says what a backfill would build, and why; nothing is stale and left that is asked for', async () => {
  const range = `symbol=ES&contract=ESH4&start=${BUILT_DATE}&end=${BUILT_DATE}`;
  const layers = ['bronze', 'silver', 'gold'];
  expect(await ask(`/backfills/plan?${range}&layers=silver,bronze`)).toMatchObject({
    items: [],
    upToDate: 1,
  });
  const all = await ask(`/backfills/plan?${range}&reprocess=all&layers=${layers.join(',')}`);
  expect(all).toMatchObject({
    items: [{ partition: `ESH4 ${BUILT_DATE}`, layers, reason: 'all' }],
    upToDate: 0,
    stale: [],
    missing: [],
    closed: null,
  });
  expect(all.workflowId).toMatch(new RegExp(`^backfill-.+-ES-${BUILT_DATE}-${BUILT_DATE}$`));
  const weekend = await ask('/backfills/plan?symbol=ES&start=2024-03-09&end=2024-03-10');
  expect(weekend.closed).toContain('weekend');
});

test('an answer that a client holds is not given again while its tables are the same', async () => {
  const first = await get('/dead-letters');
  const tag = first.headers.get('etag')!;
  expect(first.headers.get('cache-control')).toBe('private, no-cache');
  const again = await get('/dead-letters', { 'if-none-match': `"other", ${tag}` });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect((await get('/dead-letters?limit=1', { 'if-none-match': tag })).status).toBe(200);
  const episodes = (await get('/episodes')).headers.get('etag')!;
  await addLetters();
  expect((await get('/dead-letters', { 'if-none-match': tag })).status).toBe(200);
  expect((await get('/episodes', { 'if-none-match': episodes })).status).toBe(304);
});

test.each<[string, number, string, string | undefined]>([
  ['/nothing', 404, 'NotFound', undefined],
  ['/sessions/ESH4/2024-03-04', 404, 'NoInput', undefined],
  ['/sessions/ESH4/2024-03-09', 404, 'NoInput', undefined],
  ['/sessions/XYZ/2024-03-05', 404, 'NoInput', undefined],
  ['/sessions/ESH4/someday', 400, 'BadRequest', 'date'],
  ['/sessions/ESH4/2024-03-04/bars', 404, 'NoInput', undefined],
  ['/sessions/ESH4/2024-03-04/quality', 404, 'NoInput', undefined],
  ['/sessions?contract=ESM4', 404, 'NoInput', undefined],
  ['/sessions?contract=MOON', 400, 'BadRequest', 'contract'],
  ['/sessions?product=XX', 400, 'BadRequest', 'product'],
  ['/sessions?start=2024-03-06&end=2024-03-05', 400, 'BadRequest', 'end'],
  [`${SESSION}/bars?limit=0`, 400, 'BadRequest', 'limit'],
  [`${SESSION}/bars?columns=close,*`, 400, 'BadRequest', 'columns'],
  [`${SESSION}/bars?from=then`, 400, 'BadRequest', 'from'],
  [`${SESSION}/bars?from=9223372036854775808`, 400, 'BadRequest', 'from'],
  [`${SESSION}/bars?to=2262-04-12`, 400, 'BadRequest', 'to'],
  [`${SESSION}/bars?cursor=9223372036854775808`, 400, 'BadRequest', 'cursor'],
  [`${SESSION}/bars?format=xml`, 400, 'BadRequest', 'format'],
  [`${SESSION}/bars?from=2024-03-06T15:00Z&to=2024-03-06T14:00Z`, 400, 'BadRequest', 'to'],
  [`${SESSION}/levels?to=9999-12-31`, 400, 'BadRequest', 'to'],
  [`${SESSION}/levels?from=2024-03-06&to=2024-03-06`, 400, 'BadRequest', 'to'],
  ['/episodes?format=csv', 400, 'BadRequest', 'format'],
  ['/episodes?page=2', 400, 'BadRequest', '(query)'],
  ['/episodes?level=A&level=B', 400, 'BadRequest', 'level'],
  ['/episodes?level=MOON', 400, 'BadRequest', 'level'],
  ['/episodes?horizon=5', 400, 'BadRequest', 'horizon'],
  ['/episodes?start=2025-01-01', 404, 'NoInput', undefined],
  ['/episodes?cursor=x', 400, 'BadRequest', 'cursor'],
  ['/episodes?cursor=9223372036854775808/x', 400, 'BadRequest', 'cursor'],
  ['/outcomes?by=moon', 400, 'BadRequest', 'by'],
  ['/answers?trigger=moon', 400, 'BadRequest', 'trigger'],
  ['/models/logistic@9', 404, 'NoInput', undefined],
  ['/models/logistic@1/comparison', 400, 'BadRequest', 'with'],
  ['/lineage?table=gold.outcomes', 400, 'BadRequest', 'key'],
  ['/lineage?table=gold.moon&key=ESH4/2024-03-05', 400, 'BadRequest', 'table'],
  ['/lineage?table=gold.outcomes&key=ESH4/2024-03-04', 404, 'NoInput', undefined],
  ['/dead-letters?reason=moon', 400, 'BadRequest', 'reason'],
  ['/backfills/plan?symbol=ES&start=2024-03-05', 400, 'BadRequest', 'end'],
  ['/backfills/plan?symbol=ES&start=2024-03-05&end=2024-03-04', 400, 'BadRequest', 'end'],
  ['/backfills/plan?symbol=MOON&start=2024-03-05&end=2024-03-05', 400, 'BadRequest', 'symbol'],
  ['/backfills/plan?symbol=ES&contract=NQH4&start=2024-03-05&end=2024-03-05', 400, 'BadRequest', 'contract'],
  ['/backfills/plan?symbol=ES&start=2024-03-05&end=2024-03-05&layers=tin', 400, 'BadRequest', 'layers'],
  ['/backfills', 503, 'StoreUnavailable', undefined],
])('%s is refused with %i %s', async (path, status, code, field) => {
  const answer = await refused(path);
  expect(answer).toMatchObject({
    status,
    code,
    message: expect.stringMatching(/./),
    ...(field && { field }),
  });
});

test('a form that there is not is refused', async () => {
  expect(await refused('/episodes', { accept: 'text/csv' })).toMatchObject({ status: 406, field: 'accept' });
  expect(await refused(`${SESSION}/bars`, { accept: 'image/png' })).toMatchObject({ status: 406 });
});

test('a body that is too large is refused, as the OpenAPI document says', async () => {
  const { paths } = (await ask('/openapi.json')) as unknown as {
    paths: Record<string, Record<string, { responses: object }>>;
  };
  const body = JSON.stringify({ after: 0, levels: 'x'.repeat(70_000) });
  const answer = await fetch(`${address}/api/levels`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  expect(answer.status).toBe(413);
  const describing = Object.values(paths).flatMap(Object.entries);
  for (const [method, { responses }] of describing) expect('413' in responses).toBe(method === 'post');
});

test('whatever is asked, the answer is one or a refusal', async () => {
  const parameters = (route: ApiRoute) => [...Object.keys(route.query.shape), 'format', 'token'];
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom(
      '',
      '0',
      '-1',
      '1e99',
      'NaN',
      '2024-03-05',
      'ESH4',
      '*',
      "';--",
      '%00',
      '../..',
      '9'.repeat(30),
      'true',
    ),
  );
  const question = fc
    .constantFrom(...ROUTES.filter(({ operationId }) => !/quality|precedents|backfills/i.test(operationId)))
    .chain((route) =>
      fc.record({
        path: fc.array(text, { minLength: 2, maxLength: 2 }).map((parts) => {
          let k = 0;
          return `/api${route.path.replace(/:\w+/g, () => encodeURIComponent(parts[k++]))}`;
        }),
        query: fc.array(fc.tuple(fc.constantFrom(...parameters(route)), text), { maxLength: 3 }),
        headers: fc.record(
          {
            accept: fc.constantFrom('text/csv', '*/*;q=x', ',,', 'application/json;q=0', 'a/b;c=d'),
            'if-none-match': fc.constantFrom('*', '""', 'W/', '","'),
            range: fc.constant('bytes=1-'),
          },
          { requiredKeys: [] },
        ),
        tail: fc.constantFrom('', '', '%', '%zz', '?', '&&=', '#x', '/..'),
      }),
    );
  await fc.assert(
    fc.asyncProperty(question, async ({ path, query, headers, tail }) => {
      const parts = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
      const { status, text: body } = await raw(`${path}?${parts.join('&')}${tail}`, headers);
      expect(status).toBeLessThan(500);
      if (status >= 400)
        expect(JSON.parse(body)).toMatchObject({
          error: { code: expect.stringMatching(/./), message: expect.stringMatching(/./) },
        });
    }),
    { numRuns: 150, seed: 20240305 },
  );
});

/** As `fetch`, with paths that it would put right. */
async function raw(path: string, headers: Record<string, string>) {
  const sent = request(address, { path, headers });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part as string;
  return { status: response.statusCode!, text };
}
