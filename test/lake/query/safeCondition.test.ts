import { engine } from '../../../lake/parquet/engine';
import { safeCondition } from '../../../lake/query/safeCondition';

const ROWS = `(SELECT i AS n, 'L' || (i % 3) AS level, 1709000000000000000 + i AS ts, CASE WHEN i % 4 = 0 THEN NULL ELSE i / 2 END AS half,
  TIMESTAMP '2024-03-08 14:30:00' + to_seconds(i) AS clock FROM range(200) r(i))`;
const rowsOf = async (condition: string) =>
  (await (await engine()).rows(`SELECT n FROM ${ROWS} WHERE (${condition}\n) ORDER BY n`)).map(([n]) =>
    Number(n),
  );

test.each([
  'n < 20',
  "level = 'L1' AND NOT (half IS NULL OR half > 3.5)",
  'ts > 1709000000000000007 AND ts <= 1709000000000000011',
  "level IN ('L0', 'L2') AND n BETWEEN 3 AND 9",
  "lower(level) LIKE 'l_' AND round(n / 7) = 3 -- of a week",
  "CASE WHEN level = 'L0' THEN n ELSE -n END > 5 AND coalesce(half, 0)::INTEGER % 2 = 0",
  "date_part('minute', clock) = 31 AND clock < TIMESTAMP '2024-03-08 14:31:20'",
  "regexp_matches(level, '^L[12]$') OR n = 0",
])('%s is the same condition when it is written anew', async (condition) => {
  const wanted = await rowsOf(condition);
  expect(wanted.length).toBeGreaterThan(0);
  expect(wanted.length).toBeLessThan(200);
  expect(await rowsOf(await safeCondition(condition))).toEqual(wanted);
});

test.each([
  ['n > (SELECT 1)', /subquery/],
  ['n IN (SELECT 1)', /subquery/],
  ['EXISTS (FROM gold.episodes)', /subquery/],
  ["n = 1 OR level = getenv('HOME')", /calls getenv/],
  ["read_text('/etc/passwd') IS NULL", /calls read_text/],
  ["repeat('x', 1000000000) = level", /calls repeat/],
  ['range(1000000000) IS NULL', /calls range/],
  ['row_number() OVER () = 1', /window/],
  ['COLUMNS(*) = 1', /star/],
  ['list_filter([1], x -> x > 0) IS NULL', /calls list_/],
  ['n = $1', /one expression/],
  ['1), (2', /one expression/],
  ['1); DROP TABLE t; SELECT (2', /one expression|not understood/],
  ['true) ORDER BY (1', /one expression/],
  ['true) FROM gold.bars WHERE (true', /one expression/],
  ['1) UNION SELECT (2', /one expression/],
  ['true) AS x, (SELECT 1', /one expression/],
  ['n =', /not understood/],
  ['', /not understood/],
])('%s is refused', async (condition, words) => {
  await expect(safeCondition(condition)).rejects.toThrow(words);
});

test('what closes a parenthesis and opens another is one condition again, which cannot get out of that it is put into', async () => {
  expect(await rowsOf(`n < 5 AND (${await safeCondition('n < 3) OR (n > 100')})`)).toEqual([0, 1, 2]);
});
