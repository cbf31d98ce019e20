import { inferenceResult } from '../../../graph/scoring/inferenceResult';
import { goldOutcomes } from '../../../graph/episodes/episodeTables';
import { columnsOf, type JsonSchema } from '../../../infra/fabric/columns';
import {
  databaseCommands,
  databaseScript,
  LATEST,
  messageColumns,
  MESSAGES,
} from '../../../infra/fabric/database';
import { PARAMETERS, TILES } from '../../../infra/fabric/dashboard';
import { analyse, type Analysis, type Columns, type Database } from '../../support/kusto';

const COLUMN = /^(\w+): (\w+)$/;
const columnsIn = (text: string): Columns =>
  text.split(',\n').map((line) => {
    const [, name, type] = COLUMN.exec(line.trim())!;
    return [name, type];
  });

/** What the commands make, read from their own text. */
function databaseOf(commands: readonly string[]): Database {
  const tables = new Map<string, Columns>();
  const externalTables = new Map<string, Columns>();
  const functions = new Map<string, string>();
  const views = new Map<string, string>();
  for (const command of commands) {
    const table = /^\.create-merge table (\w+) \(([^)]*)\) with/.exec(command);
    if (table) tables.set(table[1], columnsIn(table[2]));
    const external = /^\.create-or-alter external table (\w+) \(([^)]*)\) kind/.exec(command);
    if (external) externalTables.set(external[1], columnsIn(external[2]));
    const made = /^\.create-or-alter function with \(.*\) (\w+)\(\) (\{[^]*\})$/.exec(command);
    if (made) functions.set(made[1], made[2]);
    const view = /^\.create-or-alter materialized-view with \(.*\) (\w+) on table \w+ \{([^]*)\}$/.exec(
      command,
    );
    if (view) views.set(view[1], view[2]);
  }
  return { tables, externalTables, functions, views };
}

const WRONG = [
  ['InferenceResults | where episode_trde_date > ago(1d)', 'KS142'],
  ['InferenceResult | count', 'KS204'],
  ["external_table('GoldOutcome') | count", 'KS209'],
  ['InferenceResults | where trigger > 3', 'KS'],
] as const;

const commands = databaseCommands();
const database = databaseOf(commands);
const asked = [
  ...commands,
  ...MESSAGES.map(({ table }) => `Expand${table}()`),
  ...TILES.map(({ query }) => PARAMETERS + query),
  ...WRONG.map(([query]) => query),
];
let said: ReadonlyMap<string, Analysis>;

beforeAll(() => {
  const analysed = analyse(database, asked);
  said = new Map(asked.map((text, k) => [text, analysed[k]]));
});

test('the database takes every command', () => {
  expect([...database.tables.keys()].sort()).toEqual(
    MESSAGES.flatMap(({ table }) => [table, `${table}Raw`]).sort(),
  );
  expect([database.externalTables.size, [...database.views.keys()]]).toEqual([2, [LATEST]]);
  for (const command of commands)
    expect([command.slice(0, 80), said.get(command)!.problems]).toEqual([command.slice(0, 80), []]);
  expect(databaseScript().split('\n\n.')).toHaveLength(commands.length);
});

test('what an update policy gives has the columns of its table, in order and type', () => {
  for (const { table } of MESSAGES) {
    const { problems, columns } = said.get(`Expand${table}()`)!;
    expect(problems).toEqual([]);
    expect(columns).toEqual(database.tables.get(table));
    expect(columns.length).toBeGreaterThan(10);
  }
});

test.each(TILES.map((tile) => [tile.title, tile] as const))('the dashboard can ask: %s', (_, { query }) => {
  const { problems, columns } = said.get(PARAMETERS + query)!;
  expect(problems).toEqual([]);
  expect(columns.length).toBeGreaterThan(1);
});

test('the analyser finds what is wrong: a column, a table, a comparison of what cannot be compared', () => {
  for (const [query, code] of WRONG) expect(said.get(query)!.problems.join()).toContain(code);
});

test('a message has a column for each value that its schema knows, alternatives included', () => {
  const columns = new Map(messageColumns(MESSAGES[0]).map((column) => [column.name, column]));
  expect(columns.get('episode_trade_date')).toMatchObject({ type: 'datetime' });
  expect(columns.get('latency_answered')).toMatchObject({
    type: 'datetime',
    expression: expect.stringContaining(
      "unixtime_nanoseconds_todatetime(tolong(message['latency']['answered']))",
    ),
  });
  expect(columns.get('model_missing')).toMatchObject({ type: 'string' });
  expect(columns.get('model_probabilities_break')).toMatchObject({
    type: 'real',
    expression: "toreal(message['model']['probabilities']['BREAK'])",
  });
  expect(columns.get('precedents_horizons')).toMatchObject({ type: 'dynamic' });
  expect(columns.get('precedents_excursions_favorable_q10')).toMatchObject({ type: 'real' });
  expect(
    Object.keys(inferenceResult.shape).every((field) =>
      [...columns.keys()].some((name) => name.startsWith(field)),
    ),
  ).toBe(true);
  const schema: JsonSchema = {
    anyOf: [{ properties: { a: { type: 'integer' } } }, { properties: { bC: { type: ['string', 'null'] } } }],
  };
  expect(columnsOf(schema, ['x']).map(({ name, type }) => [name, type])).toEqual([
    ['x_a', 'long'],
    ['x_b_c', 'string'],
  ]);
});

test('outcomes are read with the columns of their table in the lake', () => {
  expect(database.externalTables.get('GoldOutcomes')!.map(([name]) => name)).toEqual(
    goldOutcomes.columns.map(({ name }) => name),
  );
});
