import { firstWords, splitStatements } from '../../../lake/query/statements';

describe('the statements of a script', () => {
  it('end at semicolons, and begin where their first word stands', () => {
    expect(splitStatements('SELECT 1;\n\n-- the second;\n  SELECT 2 ;; /* ; */ ;\nFROM x')).toEqual([
      { text: 'SELECT 1', line: 1, ended: true },
      { text: 'SELECT 2', line: 4, ended: true },
      { text: 'FROM x', line: 5, ended: false },
    ]);
    expect(splitStatements(' ;\n-- nothing\n/* at all')).toEqual([]);
  });

  it.each([
    "SELECT ';', 'it''s;'",
    String.raw`SELECT E'it\'s; one', e'\\' ';'`,
    'SELECT ";", """;" FROM ";"',
    'SELECT $$;$$, $tag$ $$;$$ $tag$',
    'SELECT /* ; /* nested; */ ; */ 1',
    'SELECT 1 -- ;',
    "SELECT name';' FROM x",
  ])('are not parted within literals, names and comments: %s', (sql) => {
    expect(splitStatements(`${sql}\n;SELECT 2`).map(({ text }) => text)).toEqual([sql, 'SELECT 2']);
  });

  it.each(["SELECT 'a;", 'SELECT "a;', 'SELECT $$a;', 'SELECT 1 /* ;'])(
    'go on where a literal or a comment does: %s',
    (sql) => {
      expect(splitStatements(`${sql}\n;`)).toMatchObject([{ ended: false }]);
    },
  );
});

test.each([
  ['select 1', ['SELECT']],
  ['-- why\n(/* ( */ (from x))', ['FROM', 'X']],
  ['Create or Replace View "v" AS', ['CREATE', 'OR', 'REPLACE', 'VIEW']],
  ['EXPLAIN ANALYZE COPY (SELECT 1)', ['COPY']],
  ['EXPLAIN (ANALYZE, FORMAT json) COPY x', ['COPY', 'X']],
  ['EXPLAIN (SELECT 1)', ['SELECT']],
  ['', []],
])('the first words of %j are %j', (sql, words) => {
  expect(firstWords(sql)).toEqual(words);
});
