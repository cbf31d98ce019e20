import { inspect } from 'node:util';
import { ApiKey, HistoricalClient, type DataRequest } from '../../../../workers/databento';
import { fail, HistoricalServer, json } from '../../../support/historicalServer';
import { ManualClock, TEST_KEY } from '../../../support/scriptedGateway';
import { until } from '../../../support/until';

let server: HistoricalServer;
const warnings: string[] = [];
const clock = new ManualClock();
beforeEach(async () => {
  server = await HistoricalServer.start();
  warnings.splice(0);
});
afterEach(() => server.stop());

const clientWith = (key = TEST_KEY) =>
  new HistoricalClient({
    key: new ApiKey(key),
    baseUrl: server.url,
    clock,
    random: () => 0.5,
    onWarning: (text) => warnings.push(text),
  });

const REQUEST: DataRequest = {
  dataset: 'GLBX.MDP3',
  schema: 'mbo',
  symbols: ['ESH4', 'NQH4'],
  stypeIn: 'raw_symbol',
  start: '2024-03-04',
  end: '2024-03-06',
};

test('an estimate is record count, size and cost, asked as a form', async () => {
  expect(await clientWith().estimate(REQUEST)).toEqual({ records: 100, bytes: 5600, cost: 1 });
  expect(server.asked.map(({ method }) => method).sort()).toEqual([
    'metadata.get_billable_size',
    'metadata.get_cost',
    'metadata.get_record_count',
  ]);
  for (const { form } of server.asked)
    expect(form).toEqual({
      dataset: 'GLBX.MDP3',
      schema: 'mbo',
      symbols: 'ESH4,NQH4',
      stype_in: 'raw_symbol',
      start: '2024-03-04',
      end: '2024-03-06',
    });
});

test('the service may ask to come back later', async () => {
  server.intervene = (_, response) => {
    if (server.asked.length > 2) return false;
    const later = server.asked.length === 1 ? '7' : new Date(clock.now() + 9000).toUTCString();
    fail(response, 429, 'Too many requests', { 'retry-after': later });
    return true;
  };
  const answer = clientWith().condition('GLBX.MDP3', '2024-03-04', '2024-03-04');
  await until(() => clock.waits.includes(7000));
  clock.advance(7000);
  await until(() => server.asked.length === 2 && clock.waits.some((ms) => ms > 0 && ms <= 9000));
  clock.advance(9000);
  expect(await answer).toHaveLength(1);
});

test('a broken service is tried again, later and later, and given up in the end', async () => {
  server.intervene = (_, response) => {
    fail(response, 503, 'Down');
    return true;
  };
  const answer = clientWith()
    .range('GLBX.MDP3')
    .catch((error: unknown) => error);
  for (const ms of [500, 1000, 2000, 4000, 8000]) {
    await until(() => clock.waits.includes(ms));
    clock.advance(ms);
  }
  expect(await answer).toMatchObject({
    code: 'StoreUnavailable',
    message: 'metadata.get_dataset_range: Down',
    details: { status: 503, requestId: 'R1' },
  });
  expect(server.asked).toHaveLength(6);
});

test('an order is not made twice when nobody knows whether it was carried out', async () => {
  server.intervene = (_, response) => {
    response.destroy();
    return true;
  };
  await expect(clientWith().submitJob(REQUEST)).rejects.toMatchObject({ code: 'StoreUnavailable' });
  expect(server.count('batch.submit_job')).toBe(1);
});

test.each([
  [
    422,
    { case: 'x', message: 'start is too early', docs: 'https://d/x' },
    'BadArgument',
    'start is too early',
  ],
  [400, 'no such schema', 'BadArgument', 'no such schema'],
  [403, 'not yours', 'AccessDenied', 'not yours'],
])('%i says what was wrong, and is not tried again', async (status, detail, code, message) => {
  server.intervene = (_, response) => {
    fail(response, status, detail);
    return true;
  };
  await expect(clientWith().range('GLBX.MDP3')).rejects.toMatchObject({
    code,
    message: `metadata.get_dataset_range: ${message}`,
  });
  expect(server.asked).toHaveLength(1);
});

test('neither errors nor warnings have the key', async () => {
  server.intervene = ({ headers }, response) => {
    if (server.asked.length === 1)
      json(response, {}, { 'x-warning': JSON.stringify([`Deprecated: key ${TEST_KEY} is old`]) });
    else fail(response, 400, `bad ${TEST_KEY} ${String(headers.authorization).slice(0, 5)}`);
    return true;
  };
  const client = clientWith();
  await client.range('GLBX.MDP3');
  expect(warnings).toEqual(['Deprecated: key [key] is old']);
  const failure = await client.range('GLBX.MDP3').catch((error: unknown) => error);
  expect(inspect([failure, client], { depth: 9, showHidden: true })).not.toContain('unittest');
});

test('four requests at most are under way at once', async () => {
  const held: (() => void)[] = [];
  server.intervene = async () => {
    await new Promise<void>((resolve) => held.push(resolve));
    return false;
  };
  const client = clientWith();
  const all = Promise.all(
    Array.from({ length: 10 }, () => client.condition('GLBX.MDP3', '2024-03-04', '2024-03-04')),
  );
  for (let answered = 0; answered < 10; answered++) {
    await until(() => held.length > 0);
    if (answered === 0) await until(() => held.length === 4);
    held.shift()!();
  }
  await all;
  expect(server.mostUnderWay).toBe(4);
});

test('the key is sent to nobody else, whatever address the service names', async () => {
  const elsewhere = clientWith().http.json({ method: 'http://example.invalid/file' });
  await expect(elsewhere).rejects.toMatchObject({ code: 'AccessDenied' });
});

test("unless another is named, the service is Databento's", async () => {
  const asked = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('[]'));
  try {
    const client = new HistoricalClient({ key: new ApiKey(TEST_KEY), baseUrl: undefined });
    await client.condition('GLBX.MDP3', '2024-03-04', '2024-03-04');
    expect((asked.mock.calls[0][0] as URL).href).toBe(
      'https://hist.databento.com/v0/metadata.get_dataset_condition?dataset=GLBX.MDP3&start_date=2024-03-04&end_date=2024-03-04',
    );
  } finally {
    asked.mockRestore();
  }
});

test('a request is called off', async () => {
  const stop = new AbortController();
  server.intervene = () => {
    stop.abort();
    return true;
  };
  await expect(clientWith().range('GLBX.MDP3', stop.signal)).rejects.toMatchObject({ code: 'Cancelled' });
});
