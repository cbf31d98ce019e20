/**
 * `layer.table AT VERSION 3`: DuckDB has no time travel over views, so a table as of a version (or time) is a view of
 * its own, and the text of the query is pointed to it.
 */
import { SpymasterError } from '../../graph/errors';
import { quoteName } from '../parquet/engine';

/** A table of the past that a query names. */
export interface PastTable {
  /** `layer.table` */
  table: string;
  version?: number;
  /** ms since the Unix epoch. */
  timestamp?: number;
  /** Name of the view within the layer's schema. */
  view: string;
}

const NAME = '(?:"(?:[^"]|"")+"|[A-Za-z_]\\w*)';
const POINT = `(VERSION|TIMESTAMP)\\s*(?:=>|:=)?\\s*(\\d+|'[^']*')`;

/** Tokens that are skipped (literals, comments, single names), and the references that are looked for. */
const TOKENS = new RegExp(
  [
    `'(?:[^']|'')*'`,
    `\\$(\\w*)\\$[\\s\\S]*?\\$\\1\\$`,
    `--[^\\n]*`,
    `/\\*[\\s\\S]*?\\*/`,
    `(${NAME})\\s*\\.\\s*(${NAME})\\s+AT\\s*(?:\\(\\s*${POINT}\\s*\\)|${POINT})`,
    NAME,
  ].join('|'),
  'gi',
);

/**
 * Takes the `AT VERSION n` and `AT TIMESTAMP '...'` clauses (with or without parentheses) out of a query.
 * @throws SpymasterError BadArgument for a time that is none
 */
export function extractPast(sql: string): { sql: string; past: PastTable[] } {
  const past: PastTable[] = [];
  const text = sql.replace(TOKENS, (token: string, ...groups: (string | undefined)[]) => {
    const [, layer, table, inner, innerPoint, bare, barePoint] = groups;
    if (layer === undefined || table === undefined) return token;
    const kind = (inner ?? bare ?? '').toUpperCase();
    const point = innerPoint ?? barePoint ?? '';
    const name = `${unquote(layer)}.${unquote(table)}`;
    const reference: PastTable = { table: name, view: `${unquote(table)}@${point.replaceAll("'", '')}` };
    if (kind === 'VERSION') {
      if (!/^\d+$/.test(point)) throw badPoint(name, point, 'a version number, e.g. AT VERSION 3');
      reference.version = Number(point);
    } else {
      const time = Date.parse(utc(point.slice(1, -1)));
      if (!point.startsWith("'") || Number.isNaN(time))
        throw badPoint(name, point, "a time in quotes, e.g. AT TIMESTAMP '2023-12-26 18:00:00'");
      reference.timestamp = time;
    }
    past.push(reference);
    return `${layer}.${quoteName(reference.view)}`;
  });
  return { sql: text, past };
}

const unquote = (name: string) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name);

/** Times without a zone are UTC, as everywhere in the lake. */
function utc(time: string): string {
  const iso = time.trim().replace(' ', 'T');
  return /T/.test(iso) && !/(Z|[+-]\d{2}:?\d{2})$/i.test(iso) ? `${iso}Z` : iso;
}

const badPoint = (table: string, point: string, expected: string) =>
  new SpymasterError('BadArgument', `${table} AT ${point} is no point in a table's history`, { expected });
