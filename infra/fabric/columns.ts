/** Columns of a KQL table from the schema of a message: each value that the schema knows, and the expression that takes it out of the JSON. */

/** The part of JSON Schema that messages are made of. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: unknown;
}

export type KqlType = 'string' | 'long' | 'real' | 'bool' | 'datetime' | 'dynamic';

export interface KqlColumn {
  readonly name: string;
  readonly type: KqlType;
  /** In KQL, of a row whose column `message` has the JSON. */
  readonly expression: string;
  readonly meaning: string;
}

/** Whole numbers as text, which JSON gives instants: a double would round them. */
const DIGITS = String.raw`^\d+$`;
const NS = 'ns UTC';

/**
 * One column for each value, named by its path in snake case: `episode.tradeDate` is `episode_trade_date`. What has no fixed fields, such
 * as an array, is one `dynamic` column; of alternatives there are the fields of all.
 */
export function columnsOf(schema: JsonSchema, path: readonly string[] = []): KqlColumn[] {
  const fields = fieldsOf(schema);
  if (fields.size > 0) return [...fields].flatMap(([name, field]) => columnsOf(field, [...path, name]));
  return [columnOf(schema, path)];
}

function fieldsOf({ properties = {}, anyOf = [] }: JsonSchema): Map<string, JsonSchema> {
  const fields = new Map(Object.entries(properties));
  for (const one of anyOf)
    for (const [name, field] of fieldsOf(one)) if (!fields.has(name)) fields.set(name, field);
  return fields;
}

function columnOf(schema: JsonSchema, path: readonly string[]): KqlColumn {
  const at = `message${path.map((name) => `['${name}']`).join('')}`;
  const type = typeOf(schema);
  return {
    name: path.map(snakeCase).join('_'),
    type,
    expression: isInstant(schema) ? instantOf(at) : CAST[type](at),
    meaning: schema.description ?? '',
  };
}

const CAST: Readonly<Record<KqlType, (at: string) => string>> = {
  string: (at) => `tostring(${at})`,
  long: (at) => `tolong(${at})`,
  real: (at) => `toreal(${at})`,
  bool: (at) => `tobool(${at})`,
  datetime: (at) => `todatetime(${at})`,
  dynamic: (at) => `todynamic(${at})`,
};

/** A datetime has ticks of 100 ns; 0 stands for an instant that there is none of. */
const instantOf = (at: string) =>
  `iff(tolong(${at}) > 0, unixtime_nanoseconds_todatetime(tolong(${at})), datetime(null))`;

const isInstant = ({ type, pattern, format, description = '' }: JsonSchema): boolean =>
  (type === 'string' && pattern === DIGITS) || (format === 'int64' && description.includes(NS));

function typeOf(schema: JsonSchema): KqlType {
  if (isInstant(schema) || schema.format === 'date') return 'datetime';
  const types = new Set(
    [schema, ...(schema.anyOf ?? [])].flatMap(({ type = [] }) => type).filter((type) => type !== 'null'),
  );
  if (types.size !== 1) return 'dynamic';
  const [type] = types;
  return TYPES[type] ?? 'dynamic';
}

const TYPES: Readonly<Record<string, KqlType>> = {
  string: 'string',
  integer: 'long',
  number: 'real',
  boolean: 'bool',
};

const snakeCase = (name: string): string =>
  /[a-z]/.test(name) ? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) : name.toLowerCase();
