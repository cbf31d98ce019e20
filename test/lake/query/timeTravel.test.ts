import { extractPast } from '../../../lake/query/timeTravel';

describe('tables of the past in SQL', () => {
  it.each([
    ['FROM silver.bars AT VERSION 3', 'FROM silver."bars@3"'],
    ['FROM silver.bars AT (VERSION 3) b', 'FROM silver."bars@3" b'],
    ['from silver.bars at (version => 3)', 'from silver."bars@3"'],
    ['FROM "silver"."bars"  AT VERSION 12, x', 'FROM "silver"."bars@12", x'],
    ['SELECT 1 FROM gold.episodes AT\nVERSION 0 WHERE 1=1', 'SELECT 1 FROM gold."episodes@0" WHERE 1=1'],
  ])('%s', (sql, expected) => {
    expect(extractPast(sql).sql).toBe(expected);
  });

  it.each([
    'FROM silver.bars at',
    "SELECT 'silver.bars AT VERSION 3'",
    "SELECT 'it''s silver.bars AT VERSION 3'",
    'SELECT 1 -- silver.bars AT VERSION 3',
    'SELECT /* silver.bars AT VERSION 3 */ 1',
    'SELECT $$silver.bars AT VERSION 3$$, $tag$ silver.bars AT VERSION 3 $tag$',
    'SELECT "silver.bars AT VERSION 3" FROM x',
    "SELECT ts AT TIME ZONE 'UTC' FROM silver.bars",
    'SELECT version FROM silver.bars at WHERE at.version > 3',
  ])('leaves alone: %s', (sql) => {
    expect(extractPast(sql)).toEqual({ sql, past: [] });
  });

  it('names each table with its version or time', () => {
    const { past } = extractPast(
      `FROM silver.bars AT VERSION 3 JOIN gold.episodes AT TIMESTAMP '2023-12-26 18:00:00' ON true
       JOIN a.b AT (TIMESTAMP => '2023-12-26T18:00:00-05:00') ON true JOIN c.d AT TIMESTAMP '2023-12-26' ON true`,
    );
    expect(past.map(({ table, version, timestamp }) => ({ table, version, timestamp }))).toEqual([
      { table: 'silver.bars', version: 3 },
      { table: 'gold.episodes', timestamp: Date.UTC(2023, 11, 26, 18) },
      { table: 'a.b', timestamp: Date.UTC(2023, 11, 26, 23) },
      { table: 'c.d', timestamp: Date.UTC(2023, 11, 26) },
    ]);
  });

  it.each(["FROM a.b AT VERSION '3'", "FROM a.b AT TIMESTAMP 'yesterday'", 'FROM a.b AT TIMESTAMP 5'])(
    'refuses %s',
    (sql) => {
      expect(() => extractPast(sql)).toThrow(expect.objectContaining({ code: 'BadArgument' }));
    },
  );
});
