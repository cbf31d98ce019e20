import { DATASET_GRAPH, TABLES } from '../../../graph/catalog/declaration';
import { silverBars } from '../../../graph/bars/barsTable';
import { Lake } from '../../../lake/lake';
import { Registration, type CatalogedTable } from '../../../workers/catalog/registration';
import { UnityCatalog } from '../../../workers/catalog/unityCatalog';
import { builtLake } from '../../support/builtLake';
import { spymaster } from '../../support/spymaster';
import {
  describeWithCatalogClient,
  readByCatalogClient,
  startCatalog,
  type CatalogPeer,
} from '../../support/unityCatalog';

let folder: string;
let lake: Lake;
let peer: CatalogPeer;

beforeAll(async () => {
  folder = await builtLake();
  lake = await Lake.open(folder, TABLES);
});
beforeEach(async () => {
  peer = await startCatalog('secret');
});
afterEach(() => peer.close());

const open = (token = 'secret', catalog = 'desk') =>
  Registration.open(lake, DATASET_GRAPH, new UnityCatalog({ url: peer.url, token }), catalog);

async function register(): Promise<string[]> {
  const registration = await open();
  const done: string[] = [];
  await registration.apply(await registration.look(), new AbortController().signal, ({ table }) =>
    done.push(table),
  );
  return done;
}

const statesOf = (tables: readonly CatalogedTable[]) =>
  Object.fromEntries(tables.map(({ table, state }) => [table, state]));

test('every written table is registered with its columns, their meaning, its partitions and where it comes from', async () => {
  const written: string[] = [];
  for (const contract of TABLES)
    if ((await lake.table(contract).snapshot()).exists) written.push(contract.name);
  expect(written).toContain('gold.outcomes');
  expect(written.length).toBeLessThan(TABLES.length);

  expect(await register()).toEqual(written);
  expect([...peer.tables.keys()].sort()).toEqual(written.map((name) => `desk.${name}`).sort());
  const bars = peer.tables.get('desk.silver.bars')!;
  expect(bars).toMatchObject({
    table_type: 'EXTERNAL',
    data_source_format: 'DELTA',
    storage_location: `file://${folder}/silver/bars`,
    comment: silverBars.description,
    properties: {
      'spymaster.layer': 'silver',
      'spymaster.unit': 'contract-date',
      'spymaster.key': silverBars.key.join(', '),
      'spymaster.upstream': 'bronze.mbo, bronze.opening_books',
    },
  });
  const columns = bars.columns as {
    name: string;
    comment: string;
    position: number;
    partition_index?: number;
  }[];
  expect(columns.map(({ name }) => name)).toEqual(silverBars.columns.map(({ name }) => name));
  expect(columns.map(({ position }) => position)).toEqual(columns.map((_, k) => k));
  expect(columns.filter((one) => one.partition_index !== undefined).map(({ name }) => name)).toEqual(
    silverBars.partitionBy,
  );
  for (const { name, meaning, unit } of silverBars.columns)
    expect(columns.find((one) => one.name === name)!.comment).toBe(unit ? `${meaning} [${unit}]` : meaning);

  const states = statesOf(await (await open()).look());
  for (const { name } of TABLES)
    expect([name, states[name]]).toEqual([name, written.includes(name) ? 'registered' : 'not written']);
});

test('registered again, nothing is done; what was changed there is found, named and put right', async () => {
  await register();
  const made = peer.made.length;
  expect(await register()).toEqual([]);
  expect(peer.made).toHaveLength(made);

  const name = 'desk.gold.episodes';
  const table = peer.tables.get(name)!;
  // As others see to their own: it stays as it is.
  peer.tables.set(name, { ...table, properties: { ...(table.properties as object), owner: 'desk' } });
  expect(await register()).toEqual([]);

  const [first, ...rest] = table.columns as object[];
  peer.tables.set(name, { ...table, comment: 'mine', columns: [{ ...first, type_text: 'bigint' }, ...rest] });
  peer.tables.delete('desk.silver.levels');
  const found = await (await open()).look();
  expect(found.find(({ fullName }) => fullName === name)).toMatchObject({
    state: 'different',
    differs: ['columns', 'comment'],
  });
  expect(found.find(({ table: one }) => one === 'silver.levels')!.state).toBe('missing');
  expect(await register()).toEqual(['silver.levels', 'gold.episodes']);
  expect(peer.deleted).toEqual([name]);
  expect(peer.tables.get(name)!.comment).toBe(table.comment);
});

test('a busy server is asked again; one that refuses, is none, or knows no such caller is named with its reason', async () => {
  peer.answers.push({ status: 503, body: '' }, { status: 429, body: '{}' });
  expect(statesOf(await (await open()).look())['silver.bars']).toBe('missing');

  await expect((await open('wrong')).look()).rejects.toMatchObject({
    code: 'AccessDenied',
    message: `${peer.url}/api/2.1/unity-catalog answered 401: UNAUTHENTICATED: who are you?`,
  });
  peer.answers.push({ status: 200, body: '<html>hello</html>' });
  await expect((await open()).look()).rejects.toMatchObject({
    message: expect.stringContaining('answers no JSON'),
  });
  await expect(open('secret', 'a.b')).rejects.toMatchObject({ code: 'BadArgument' });
  expect(() => new UnityCatalog({ url: 'localhost:8080' })).toThrow('is no catalog');

  // One that another has made meanwhile is there all the same.
  const registration = await open();
  const tables = await registration.look();
  const taken = { error_code: 'CATALOG_ALREADY_EXISTS', message: 'desk is there already' };
  peer.answers.push({ status: 404, body: '{}' }, { status: 400, body: JSON.stringify(taken) });
  await expect(registration.apply(tables, new AbortController().signal, () => {})).rejects.toMatchObject({
    message: expect.stringContaining('answered 404: NOT_FOUND: desk'),
  });
});

test('the command tells what is due, registers it, and says so by its exit code', async () => {
  const run = (...args: string[]) =>
    spymaster(
      { SPYMASTER_LAKE: folder, UNITY_CATALOG_URL: peer.url, UNITY_CATALOG_TOKEN: 'secret' },
      'catalog',
      ...args,
    );
  expect((await run('status', '--catalog', 'desk')).code).toBe(3);
  const { code, stdout, stderr } = await run('register', '--catalog', 'desk');
  expect([code, stderr]).toEqual([0, expect.stringMatching(/\d+ tables registered in desk\./)]);
  expect(stdout).toMatch(/desk\.silver\.bars +registered/);
  const told = await run('status', '--catalog', 'desk', '--json');
  expect(told.code).toBe(0);
  expect(JSON.parse(told.stdout)).toMatchObject({ catalog: 'desk' });
  const unnamed = await spymaster({ SPYMASTER_LAKE: folder }, 'catalog', 'status');
  expect([unnamed.code, unnamed.stderr]).toEqual([2, expect.stringContaining('UNITY_CATALOG_URL')]);
});

describeWithCatalogClient('by its published description', () => {
  test("Unity Catalog's own client takes every request as well-formed, and reads back what the lake has", async () => {
    const open = await startCatalog();
    const registration = await Registration.open(
      lake,
      DATASET_GRAPH,
      new UnityCatalog({ url: open.url }),
      'desk',
    );
    await registration.apply(await registration.look(), new AbortController().signal, () => {});
    const tables = await readByCatalogClient(open);
    await open.close();
    expect(tables.map(({ schema_name, name }) => `${String(schema_name)}.${String(name)}`).sort()).toEqual(
      [...open.tables.keys()].map((name) => name.replace('desk.', '')).sort(),
    );
    for (const { schema_name, name, columns, comment } of tables) {
      const contract = DATASET_GRAPH.table(`${String(schema_name)}.${String(name)}`);
      expect(comment).toBe(contract.description);
      expect((columns as { name: string }[]).map((one) => one.name)).toEqual(
        contract.columns.map((one) => one.name),
      );
      for (const { name: column, type_json } of columns as { name: string; type_json: string }[])
        expect(JSON.parse(type_json)).toMatchObject({ name: column, metadata: expect.anything() });
    }
  });
});
