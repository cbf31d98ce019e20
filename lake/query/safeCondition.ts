/**
 * SQL conditions of people who may not do whatever SQL can: an expression over the columns of a row, and nothing else. What DuckDB's own
 * parser makes of it is checked part by part against what is allowed, and the text that is run is written anew from those parts: whatever
 * else the text held - a parenthesis too many, further statements, a window, comments - is refused or not in it.
 */
import { SpymasterError } from '../../graph/errors';
import { engine, quote } from '../parquet/engine';

/** Kinds of expression, of which each looks at one row and takes time in proportion to its text. */
const CLASSES = new Set(
  'COLUMN_REF CONSTANT COMPARISON CONJUNCTION OPERATOR BETWEEN CAST CASE FUNCTION'.split(' '),
);

const FUNCTIONS = new Set(
  (
    '+ - * / // % || ~~ !~~ ~~* !~~* ^@ abs sign round floor ceil ceiling least greatest sqrt ln ' +
    'lower upper length starts_with ends_with suffix prefix contains regexp_matches regexp_full_match ' +
    'date_part date_trunc year month day hour minute second dayofweek isodow dayofyear week isfinite isnan'
  ).split(' '),
);

interface Statement {
  readonly node: { readonly select_list?: readonly unknown[] };
}

interface Parsed {
  readonly error: boolean;
  readonly error_message?: string;
  readonly statements?: readonly Statement[];
}

/**
 * @returns the condition as DuckDB writes it, safe to be put into parentheses
 * @throws SpymasterError BadArgument with DuckDB's words for what is no condition, or naming the part that is refused
 */
export async function safeCondition(where: string): Promise<string> {
  const asked = serialized(`SELECT (${where}\n)`);
  const parsed = JSON.parse(await valueOf(`${asked}::VARCHAR`)) as Parsed;
  if (parsed.error) throw refused(`the condition is not understood: ${parsed.error_message}`);
  const plain = JSON.parse(await valueOf(`${serialized('SELECT 1')}::VARCHAR`)) as Parsed;
  const [statement, ...more] = parsed.statements!;
  const [condition, ...others] = statement.node.select_list ?? [];
  if (
    condition === undefined ||
    more.length + others.length > 0 ||
    around(statement) !== around(plain.statements![0])
  )
    throw refused('the condition is not one expression');
  check(condition);
  // Within DuckDB: a number of 64 bits would not outlive JSON.
  return (await valueOf(`json_deserialize_sql(${asked})`)).slice('SELECT '.length);
}

const serialized = (sql: string) => `json_serialize_sql(${quote(sql)})`;

async function valueOf(expression: string): Promise<string> {
  const rows = await (await engine()).rows(`SELECT ${expression}`);
  return rows[0][0] as string;
}

/** All of a statement but the list of what it selects. */
const around = (statement: Statement): string =>
  JSON.stringify({ ...statement, node: { ...statement.node, select_list: [] } });

/** Every part that is an expression has a `class`; all parts are looked at, whatever they are called. */
function check(part: unknown): void {
  if (Array.isArray(part)) return part.forEach(check);
  if (typeof part !== 'object' || part === null) return;
  const { class: kind, function_name: name } = part as { class?: string; function_name?: string };
  if (kind !== undefined && !CLASSES.has(kind))
    throw refused(`the condition has a ${kind.toLowerCase().replaceAll('_', ' ')}, which is refused here`);
  if (name !== undefined && !FUNCTIONS.has(name))
    throw refused(`the condition calls ${name}, which is refused here`);
  Object.values(part).forEach(check);
}

const refused = (message: string) =>
  new SpymasterError('BadArgument', message, {
    field: 'where',
    expected: 'comparisons of columns of gold.episodes: no subqueries, and of functions the simple ones',
  });
