/** The statements of an SQL text, as far as one can be told from the next without understanding it. */

/** One statement of a script. */
export interface Statement {
  /** From its first word on, without the semicolon that ends it. */
  readonly text: string;
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** Whether a semicolon ends it: at a prompt, more may follow until then. */
  readonly ended: boolean;
}

/** What a semicolon may be part of without ending a statement, and whole words; an unfinished one goes on to the end. */
const TOKEN = new RegExp(
  [
    String.raw`[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)`,
    String.raw`[A-Za-z_]\w*`,
    `'(?:[^']|'')*(?:'|$)`,
    `"(?:[^"]|"")*(?:"|$)`,
    String.raw`\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)`,
    String.raw`--[^\n]*`,
    String.raw`\s+`,
  ].join('|'),
  'y',
);

/** The tokens of a text, comments and blanks left out: literals, words, and whatever else a character at a time. */
function* tokensOf(sql: string): Generator<{ token: string; at: number }> {
  for (let at = 0; at < sql.length;) {
    TOKEN.lastIndex = at;
    const end = sql.startsWith('/*', at) ? endOfComment(sql, at) : at + (TOKEN.exec(sql)?.[0].length ?? 1);
    const token = sql.slice(at, end);
    if (!/^(\s|--|\/\*)/.test(token)) yield { token, at };
    at = end;
  }
}

/** Comments between slashes and stars nest. */
function endOfComment(sql: string, from: number): number {
  const edge = /\/\*|\*\//g;
  edge.lastIndex = from;
  let depth = 0;
  for (let match; (match = edge.exec(sql));)
    if ((depth += match[0] === '/*' ? 1 : -1) === 0) return edge.lastIndex;
  return sql.length;
}

/** Splits a script; what is nothing but comments is no statement. */
export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = [];
  let start: number | undefined;
  const add = (end: number, ended: boolean) => {
    if (start === undefined) return;
    const line = sql.slice(0, start).split('\n').length;
    statements.push({ text: sql.slice(start, end).trimEnd(), line, ended });
    start = undefined;
  };
  for (const { token, at } of tokensOf(sql)) {
    if (token === ';') add(at, true);
    else start ??= at;
  }
  add(sql.length, false);
  return statements;
}

/** The words a statement begins with, in capitals, or those of what it explains: `['CREATE', 'VIEW', 'X']`. */
export function firstWords(statement: string): string[] {
  const tokens = [...tokensOf(statement)].map(({ token }) => token.toUpperCase());
  let at = tokens.findIndex((token) => token !== '(');
  if (tokens[at] === 'EXPLAIN') {
    at++;
    const options = tokens[at] === '(' && /^(ANALYZE|FORMAT)$/.test(tokens[at + 1] ?? '');
    at = options ? tokens.indexOf(')', at) + 1 : tokens[at] === 'ANALYZE' ? at + 1 : at;
    while (tokens[at] === '(') at++;
  }
  const rest = tokens.slice(Math.max(0, at));
  const words = rest.findIndex((token) => !/^[A-Z_]\w*$/.test(token));
  return words < 0 ? rest : rest.slice(0, words);
}
