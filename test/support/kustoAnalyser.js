// @ts-check
// A process that analyses KQL, asked on stdin and answering on stdout: within jest's own globals the analyser takes several times as long.
const fs = require('node:fs');
// It is no module as others are: it wants a global `Bridge`, and leaves a global `Kusto`.
const bridge = require('@kusto/language-service-next/bridge.min.js');
const world = /** @type {any} */ (globalThis);
world.Bridge ??= bridge.Bridge ?? bridge;
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
const { Symbols, GlobalState, KustoCode } = world.Kusto.Language;

/** @typedef {[name: string, type: string][]} Columns */

/** @param {string} name @param {Columns} columns */
const table = (name, columns) =>
  new Symbols.TableSymbol.$ctor7(name, `(${columns.map(([of, type]) => `${of}: ${type}`).join(', ')})`, null);

/** @param {unknown[]} members */
const globalsOf = (members) =>
  GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('db', members));

/** @param {string} text @param {unknown} globals */
function analyse(text, globals) {
  const code = KustoCode.ParseAndAnalyze(text, globals);
  const problems = world.Bridge.toArray(code.GetDiagnostics()).map(
    (/** @type {any} */ { Code, Severity, Message }) => `${Severity} ${Code}: ${Message}`,
  );
  const columns = code.ResultType?.Columns ? world.Bridge.toArray(code.ResultType.Columns) : [];
  return { problems, columns: columns.map((/** @type {any} */ { Name, Type }) => [Name, Type.Name]) };
}

const { database, texts } = JSON.parse(fs.readFileSync(0, 'utf8'));
const members = [
  ...database.tables.map((/** @type {[string, Columns]} */ [name, columns]) => table(name, columns)),
  ...database.externalTables.map(
    (/** @type {[string, Columns]} */ [name, columns]) =>
      new Symbols.ExternalTableSymbol.ctor(table(name, columns)),
  ),
  ...database.functions.map(
    (/** @type {[string, string]} */ [name, body]) =>
      new Symbols.FunctionSymbol.$ctor16(name, '()', body, null),
  ),
];
const views = database.views.map((/** @type {[string, string]} */ [name, body]) => {
  const { columns } = analyse(body, globalsOf(members));
  return new Symbols.MaterializedViewSymbol.ctor(table(name, columns), null);
});
const globals = globalsOf([...members, ...views]);
process.stdout.write(JSON.stringify(texts.map((/** @type {string} */ text) => analyse(text, globals))));
