/** Of a lake elsewhere, a query fetches the files it reads, and gives what it gives of a folder. */
import { join } from 'node:path';
import fc from 'fast-check';
import { Catalog } from '../../../lake/catalog';
import { runQuery, withSession, type QuerySink } from '../../../lake/query/query';
import { commitOptions, numbers, numbersBatch, temporaryFolder } from '../../support/lake';
import { CopyingFileSpace, MemoryStore } from '../../support/memoryStore';

/** Tells what was asked for. */
class AskedFiles extends CopyingFileSpace {
  asked: string[] = [];
  override pathOf(key: string): Promise<string> {
    if (!key.includes('_delta_log')) this.asked.push(/contract=([^/]+)/.exec(key)![1]);
    return super.pathOf(key);
  }
}

const other = { ...numbers, name: 'test.others' };
const store = new MemoryStore();
const space = new AskedFiles(store, join(temporaryFolder(), 'files'));
const catalog = new Catalog(store, space, [numbers, other]);
const CONTRACTS = ['ESH4', 'ESM4', "O'X (1)", 'ESZ4'];

beforeAll(async () => {
  for (const [k, contract] of CONTRACTS.entries()) {
    await catalog.table(numbers).overwritePartition({ contract }, [numbersBatch(k, k + 10)], commitOptions());
    await catalog
      .table(other)
      .overwritePartition({ contract }, [{ ...numbersBatch(k), contract: other }], commitOptions());
  }
});

async function run(sql: string, values?: Record<string, string>) {
  space.asked = [];
  const found: unknown[] = [];
  const sink: QuerySink = { columns: () => undefined, rows: (rows) => void found.push(...rows) };
  await runQuery(catalog, sql, sink, { values });
  return { found, asked: [...new Set(space.asked)].map(decodeURIComponent).sort() };
}

it.each([
  ["SELECT sum(n) FROM test.numbers WHERE contract = 'ESM4'", [['12']], ['ESM4']],
  [
    "SELECT count(*) FROM test.numbers WHERE contract LIKE 'ES%' AND contract <> 'ESZ4'",
    [['4']],
    ['ESH4', 'ESM4'],
  ],
  ["SELECT count(*) FROM test.numbers WHERE contract = 'O''X (1)'", [['2']], ["O'X (1)"]],
  ["SELECT count(*) FROM test.numbers WHERE contract = 'ESH4' OR n = 13", [['3']], [...CONTRACTS].sort()],
  [
    "SELECT n FROM test.numbers WHERE contract IN ('ESH4', 'ESM4') ORDER BY n LIMIT 1",
    [['0']],
    ['ESH4', 'ESM4'],
  ],
  ["SELECT count(*) FROM test.numbers WHERE contract = 'NQH4'", [['0']], []],
  ['SELECT count(*) FROM test.numbers', [['8']], [...CONTRACTS].sort()],
  ['SELECT max(contract) FROM test.numbers', [["O'X (1)"]], [...CONTRACTS].sort()],
  ['SELECT 1', [[1]], []],
  [
    "SELECT a.n, b.n FROM test.numbers a JOIN test.numbers b ON b.n = a.n + 1 WHERE a.contract = 'ESH4' AND b.contract = 'ESM4' ORDER BY 1",
    [
      ['0', '1'],
      ['10', '11'],
    ],
    ['ESH4', 'ESM4'],
  ],
  [
    "SELECT count(*) FROM test.numbers WHERE contract = 'ESZ4' AND n IN (SELECT n + 0 FROM test.others WHERE contract = 'ESZ4')",
    [['1']],
    ['ESZ4'],
  ],
  [
    "WITH one AS (SELECT * FROM test.numbers WHERE contract = 'ESH4') SELECT count(*) FROM one UNION ALL SELECT count(*) FROM test.others WHERE contract = 'ESM4'",
    [['2'], ['1']],
    ['ESH4', 'ESM4'],
  ],
  [
    "SELECT (SELECT count(*) FROM test.numbers) + count(*) FROM test.numbers WHERE contract = 'ESH4'",
    [['10']],
    [...CONTRACTS].sort(),
  ],
])('%s', async (sql, rows, asked) => {
  expect(await run(sql)).toEqual({ found: rows, asked });
});

/** Conditions on partitions, on rows and on both, of any shape. */
const { condition } = fc.letrec<{ condition: string; one: string }>((tie) => ({
  one: fc.oneof(
    fc
      .tuple(fc.constantFrom('=', '<>', '<', '>='), fc.constantFrom('ESH4', 'ESM4', "O''X (1)", 'ESZ4', 'ES'))
      .map(([operator, contract]) => `contract ${operator} '${contract}'`),
    fc.constantFrom(
      "contract IN ('ESH4', 'ESZ4')",
      "contract LIKE '%4'",
      "starts_with(contract, 'ESM')",
      'length(contract) > 4',
      'contract IS NULL',
      'contract = (SELECT max(contract) FROM test.others)',
      "n IN (SELECT n FROM test.others WHERE contract = 'ESM4')",
      'n > 2',
      'n = 13 - length(contract)',
    ),
  ),
  condition: fc.oneof(
    { maxDepth: 3 },
    tie('one'),
    fc
      .tuple(tie('condition'), fc.constantFrom('AND', 'OR'), tie('condition'))
      .map(([a, operator, b]) => `(${a} ${operator} ${b})`),
    tie('condition').map((a) => `NOT ${a}`),
  ),
}));

it('leaves out no file that a query reads, whatever it asks for', async () => {
  const all = Object.assign(new CopyingFileSpace(store, join(temporaryFolder(), 'all')), { fetches: false });
  const whole = new Catalog(store, all, [numbers, other]);
  await fc.assert(
    fc.asyncProperty(condition, async (where) => {
      const sql = `SELECT a.contract, a.n, b.n FROM (FROM test.numbers WHERE ${where}) a LEFT JOIN test.others b USING (contract) ORDER BY ALL`;
      const found: unknown[] = [];
      await runQuery(whole, sql, { columns: () => undefined, rows: (rows) => void found.push(...rows) });
      expect((await run(sql)).found).toEqual(found);
    }),
    { numRuns: 60, seed: 1 },
  );
});

it('knows the values of parameters', async () => {
  expect(
    await run('SELECT count(*) FROM test.numbers WHERE contract = $contract', { contract: 'ESM4' }),
  ).toEqual({
    found: [['2']],
    asked: ['ESM4'],
  });
});

it('needs no file to describe a table', async () => {
  const { found, asked } = await run('DESCRIBE test.numbers');
  expect(found).toHaveLength(2);
  expect(asked).toEqual([]);
});

it('reads versions of the past, and of them what is asked for', async () => {
  expect(await run('SELECT count(*) FROM test.numbers AT VERSION 1')).toEqual({
    found: [['4']],
    asked: ['ESH4', 'ESM4'],
  });
  expect(await run("SELECT sum(n) FROM test.numbers AT VERSION 2 WHERE contract = 'ESM4'")).toEqual({
    found: [['12']],
    asked: ['ESM4'],
  });
  expect(await run("SELECT count(*) FROM test.numbers AT VERSION 1 WHERE contract = 'ESZ4'")).toEqual({
    found: [['0']],
    asked: [],
  });
  // Of two versions of one table each has its own.
  const both =
    "SELECT sum(n) FROM test.numbers AT VERSION 1 WHERE contract = 'ESM4' UNION ALL SELECT sum(n) FROM test.numbers AT VERSION 0 UNION ALL SELECT sum(n) FROM test.numbers WHERE contract = 'ESZ4'";
  expect(await run(both)).toEqual({ found: [['12'], ['10'], ['16']], asked: ['ESH4', 'ESM4', 'ESZ4'] });
});

it('fetches as much in a session, where nothing but files of the lake may be read', async () => {
  space.asked = [];
  const found: unknown[] = [];
  await withSession(catalog, {}, async (session) => {
    await session.run("SELECT sum(n) FROM test.numbers WHERE contract = 'ESM4'", {
      columns: () => undefined,
      rows: (rows) => void found.push(...rows),
    });
  });
  expect([found, space.asked]).toEqual([[['12']], ['ESM4']]);
});
