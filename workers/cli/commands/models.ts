/** `spymaster models`: trained models, how they were judged, and which of them is champion. */
import { writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { Option, type Command } from 'commander';
import { comparedWith, modelCard } from '../../../activities/models/cards';
import { promote, rollBack } from '../../../activities/models/promotion';
import { localWriter, ModelRegistry } from '../../../activities/models/registry';
import { MlflowClient } from '../../../activities/tracking/mlflowClient';
import { trackModels } from '../../../activities/tracking/trackModels';
import { isoTime } from '../../../graph/dbn/text';
import { SpymasterError } from '../../../graph/errors';
import { shownIn, type ModelCard } from '../../../graph/models/card';
import { gainText } from '../../../graph/models/gate';
import { ALIASES, type Alias, type AliasChange } from '../../../graph/models/registry/aliasesTable';
import { versionText, type Estimate, type ModelRecord } from '../../../graph/models/registry/modelVersion';
import { CLASSES } from '../../../graph/models/scores';
import { cardTitle, comparisonText, estimateText, modelFacts, unitText } from '../../report/modelFacts';
import { modelCardPage } from '../../report/modelCardPage';
import { loadConfig } from '../../config';
import { mlflowServer } from '../../mlflowServer';
import { openExistingLake } from '../openLake';
import { note, print, printJson, printTable } from '../terminal/output';
import { requireFolderOf } from '../terminal/overwrite';
import { withProgress } from '../terminal/progress';
import { timeCell, timeCellOf } from '../terminal/times';

interface Options {
  symbol: string;
  json?: boolean;
}

interface PromoteOptions extends Options {
  as: Alias;
  despiteGate?: string;
}

interface RollbackOptions extends Options {
  alias: Alias;
  to?: string;
  reason: string;
}

const NAMES = `
A model is named MODEL@VERSION such as logistic@3, MODEL alone for its latest version, champion or challenger.`;

const GATE_HELP = `
The gate opens for a version whose gain over the base rate, over volatility, distance and time of day, and over the champion is above
zero at the lower end of its 90 % interval by whole sessions, and too large for chance. Looks are declared: one a calendar month, by the
last session that was scored, at the latest version of each model. All looks of a year together promote a model without skill with a
probability of 5 % at most. Direction is a claim of its own, against the martingale value of the touch distance.
${NAMES}
Exit code: 0 promoted; 1 the gate did not open.`;

const TRACK_HELP = `
The server is that of MLFLOW_TRACKING_URI, or mlflow.trackingUri in the configuration; MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME
and _PASSWORD, say who asks. A version becomes a run with its parameters and figures, the ONNX model that mlflow.onnx and pyfunc load, its
card, and a version of the registered model spymaster-PRODUCT-MODEL. What was logged before is left as it is.
${NAMES}`;

export function define(models: Command): void {
  common(models.command('list'))
    .description('List the versions of every model, and who is champion.')
    .action(list);
  common(models.command('show <model>'))
    .description('Show a version: figures out of sample, parameters, its promotions.')
    .addHelpText('after', NAMES)
    .action(show);
  common(models.command('compare <model> [other]'))
    .description('Compare two versions on the sessions both were scored on; the other is the champion.')
    .addHelpText('after', NAMES)
    .action(compare);
  common(models.command('promote <model>'))
    .description('Make a version champion, if the gate opens for it.')
    .addOption(
      new Option('--as <alias>', 'the alias; a challenger needs no gate')
        .choices(ALIASES)
        .default('champion'),
    )
    .option('--despite-gate <reason>', 'promote it although the gate is shut; the reason is recorded')
    .addHelpText('after', GATE_HELP)
    .action(promoteModel);
  common(models.command('rollback'))
    .description('Give an alias back to who had it before.')
    .addOption(new Option('--alias <alias>', 'the alias').choices(ALIASES).default('champion'))
    .option('--to <model>', 'give it to this version instead, or to none')
    .requiredOption('--reason <text>', 'why; it is recorded')
    .addHelpText('after', NAMES)
    .action(rollback);
  common(models.command('card <model>'))
    .description('Show the card of a version: data, figures, what is shown, when not to trust it.')
    .option('--html <file>', 'write it as one HTML page, with its reliability diagram')
    .addHelpText('after', NAMES)
    .action(card);
  common(models.command('track [model]'))
    .description(
      'Log versions to the MLflow server, all of them without one named, and make its aliases those here.',
    )
    .addHelpText('after', TRACK_HELP)
    .action(track);
}

const common = (command: Command): Command =>
  command
    .option('--symbol <product>', 'product', 'ES')
    .option('--json', 'print one JSON document; 64-bit integers are strings');

async function openRegistry({ symbol }: Options): Promise<ModelRegistry> {
  const lake = await openExistingLake();
  lake.products.productOf(symbol);
  return new ModelRegistry(lake);
}

const me = () => userInfo().username;

async function list(options: Options): Promise<void> {
  const { symbol, json } = options;
  const registry = await openRegistry(options);
  const records = await registry.list({ product: symbol });
  const aliases = await registry.aliases(symbol);
  const looks = await registry.looks(symbol);
  const rows = records.map((record) => {
    const verdict = looks.findLast(({ verdicts }) => versionText(record) in verdicts)?.verdicts[
      versionText(record)
    ];
    return { ...summary(record), aliases: aliasesOf(record, aliases), edge: verdict?.passed ?? null };
  });
  if (json) return printJson({ product: symbol, models: rows });
  if (rows.length === 0) return note(`No model of ${symbol} was published yet: forecasts are base rates.`);
  printTable(
    [
      'version',
      'alias',
      'sessions',
      'episodes',
      'over base rate',
      'over volatility',
      'edge',
      'published (ET)',
    ],
    rows.map((row) => [
      row.version,
      row.aliases.join(' '),
      row.sessions,
      row.episodes,
      figure(row.metrics.gain_over_base_rate),
      figure(row.metrics.gain_over_baseline),
      row.edge === null ? 'not looked at' : row.edge ? 'shown' : 'not shown',
      timeCellOf(row.createdAt),
    ]),
  );
  note('Gains in thousandths of a nat an episode, with 90 % intervals by whole sessions.');
  if (!aliases.champion?.target) note(`${symbol} has no champion: no edge shown, forecasts are base rates.`);
}

const figure = (estimate: Estimate | undefined) => (estimate ? estimateText(estimate) : '-');

const seconds = (ns: bigint) => `${(isoTime(ns) ?? '').slice(0, 19)}Z`;

const summary = (record: ModelRecord) => ({
  version: versionText(record),
  sessions: record.evaluation.sessions.length,
  episodes: record.evaluation.sessions.reduce((sum, { n }) => sum + n, 0),
  metrics: record.metrics,
  createdAt: seconds(record.createdAt),
});

const aliasesOf = (record: ModelRecord, aliases: Partial<Record<Alias, AliasChange>>): Alias[] =>
  ALIASES.filter((alias) => {
    const target = aliases[alias]?.target;
    return target && versionText(target) === versionText(record);
  });

async function show(reference: string, options: Options): Promise<void> {
  const registry = await openRegistry(options);
  const record = await registry.resolve(options.symbol, reference);
  const history = (await registry.history(options.symbol)).filter(
    ({ target }) => target && versionText(target) === versionText(record),
  );
  const shown = await modelCard(registry, record);
  if (options.json) return printJson({ ...record, history });
  print(`${cardTitle(shown)}: ${shown.headline}\n\n`);
  printFacts(shown);
  print('\n');
  printFigures(record);
  if (history.length === 0) return;
  print('\n');
  printTable(
    ['at (ET)', 'alias', 'by', 'despite the gate', 'reason'],
    history.map(({ at, alias, by, despiteGate, reason }) => [
      timeCell(at),
      alias,
      by,
      despiteGate ? 'yes' : 'no',
      reason,
    ]),
  );
}

function printFacts(shown: ModelCard): void {
  const found = modelFacts(shown);
  const width = Math.max(...found.map(({ label }) => label.length));
  print(`${found.map(({ label, text }) => `${label.padEnd(width)}  ${text}`).join('\n')}\n`);
}

function printFigures({ metrics, evaluation: { nullGain } }: ModelRecord): void {
  const figures = { ...metrics, ...(nullGain && { gain_with_shuffled_outcomes: nullGain }) };
  printTable(
    ['figure', 'value [90 %]', 'unit', 'n'],
    Object.entries(figures).map(([name, one]) => [name, estimateText(one), unitText(one.unit), one.n]),
  );
}

async function compare(reference: string, named: string | undefined, options: Options): Promise<void> {
  const registry = await openRegistry(options);
  const record = await registry.resolve(options.symbol, reference);
  if (named === undefined && !(await registry.aliases(options.symbol)).champion?.target)
    throw new SpymasterError(
      'NoInput',
      `${options.symbol} has no champion to compare ${versionText(record)} with`,
      {
        expected: `another version: \`./spymaster models compare ${versionText(record)} VERSION\``,
      },
    );
  const other = await registry.resolve(options.symbol, named ?? 'champion');
  if (versionText(record) === versionText(other))
    throw new SpymasterError('BadArgument', `${versionText(record)} cannot be compared with itself`, {
      expected: 'another version',
    });
  const paired = comparedWith(record, other);
  const [left, right] = [versionText(record), versionText(other)];
  if (options.json)
    return printJson({
      model: left,
      other: right,
      comparison: paired,
      metrics: [record.metrics, other.metrics],
    });
  const names = [...new Set([...Object.keys(record.metrics), ...Object.keys(other.metrics)])];
  printTable(
    ['figure', left, right],
    names.map((name) => [name, figure(record.metrics[name]), figure(other.metrics[name])]),
  );
  const changed = [...new Set([...Object.keys(record.parameters), ...Object.keys(other.parameters)])];
  print('\n');
  printTable(
    ['parameter', left, right],
    changed.map((name) => [
      name,
      String(record.parameters[name] ?? '-'),
      String(other.parameters[name] ?? '-'),
    ]),
  );
  print(
    paired.sessions === 0
      ? `\n${left} and ${right} were not scored on the same episodes: their gains cannot be compared.\n`
      : `\n${left} against ${right}, session by session: ${gainText(paired)}.\n`,
  );
}

async function promoteModel(reference: string, options: PromoteOptions): Promise<void> {
  const registry = await openRegistry(options);
  const { symbol: product, as: alias, despiteGate, json } = options;
  if (despiteGate !== undefined && despiteGate.trim() === '')
    throw new SpymasterError('BadArgument', '--despite-gate needs a reason', { field: '--despite-gate' });
  const request = { product, reference, alias, despiteGate, by: me() };
  const { change, verdict } = await promote(registry, request, localWriter(me()));
  if (json) return printJson({ product, change, verdict });
  if (!change) return note(`${reference} is ${alias} of ${product} already.`);
  note(`${versionText(change.target!)} is ${alias} of ${product} now.`);
  for (const words of verdict?.words ?? []) note(`  ${words}`);
  if (change.despiteGate) note('It was promoted despite the gate: what it answers says "no edge shown".');
}

async function rollback(options: RollbackOptions): Promise<void> {
  const registry = await openRegistry(options);
  const { symbol: product, alias, to, reason, json } = options;
  const change = await rollBack(registry, { product, alias, to, reason, by: me() }, localWriter(me()));
  if (json) return printJson({ product, change });
  note(
    change.target
      ? `${versionText(change.target)} is ${alias} of ${product} again.`
      : `${product} has no ${alias} now${alias === 'champion' ? ': forecasts are base rates' : ''}.`,
  );
}

async function track(reference: string | undefined, options: Options): Promise<void> {
  const { symbol: product, json } = options;
  const server = await mlflowServer(loadConfig());
  if (!server)
    throw new SpymasterError('BadConfig', 'no MLflow server is configured', {
      field: 'mlflow.trackingUri',
      expected: 'its address, there or in MLFLOW_TRACKING_URI, such as http://127.0.0.1:5000',
    });
  const client = new MlflowClient(server);
  const registry = await openRegistry(options);
  const records =
    reference === undefined ? await registry.list({ product }) : [await registry.resolve(product, reference)];
  const tracked = await withProgress((line) => {
    const onVersion = (record: ModelRecord, done: number) =>
      line.show(`${versionText(record)}: ${done} of ${records.length} logged`);
    return trackModels(client, registry, records, { cardPage: modelCardPage, onVersion });
  });
  if (json) return printJson({ trackingUri: server.trackingUri, models: tracked });
  if (tracked.length === 0) return note(`No model of ${product} was published yet.`);
  printTable(
    ['version', 'registered model', 'MLflow version', 'logged'],
    tracked.map(({ model, registered, version, logged }) => [
      model,
      registered,
      version,
      logged ? 'now' : 'before',
    ]),
  );
}

async function card(reference: string, options: Options & { html?: string }): Promise<void> {
  if (options.html !== undefined) requireFolderOf(options.html);
  const registry = await openRegistry(options);
  const shown = await modelCard(registry, await registry.resolve(options.symbol, reference));
  if (options.html !== undefined) await writeFile(options.html, modelCardPage(shown));
  if (options.json) printJson(shown);
  else printCard(shown);
  if (options.html !== undefined) note(`Written to ${options.html}.`);
}

function printCard(shown: ModelCard): void {
  const { record, comparisons, verdict, sessionsNeeded, whenNotToTrust } = shown;
  const lines = (title: string, items: readonly string[]) =>
    print(`\n${title}\n${items.map((item) => `  - ${item}`).join('\n')}\n`);
  print(`${cardTitle(shown)}: ${shown.headline}\n\n`);
  printFacts(shown);
  lines('Gains', comparisons.map(comparisonText));
  if (verdict) lines('The gate', verdict.words);
  lines('When not to trust it', whenNotToTrust);
  lines(
    'Sessions needed before a claim',
    sessionsNeeded.map(({ words }) => words),
  );
  print('\n');
  printFigures(record);
  const { partitions } = record.evaluation;
  if (partitions.length === 0) return;
  print('\n');
  printTable(
    ['level', 'direction', 'time of day', 'n', 'sessions', ...CLASSES, 'over base rate', 'shown'],
    partitions.map((one) => [
      one.level,
      one.direction,
      one.timeOfDay,
      one.n,
      one.sessions,
      ...one.shares.map((share) => `${(share * 100).toFixed(0)} %`),
      estimateText({ value: one.gain, low: one.low, high: one.high, n: one.n, unit: 'nats gained' }),
      shownIn(one),
    ]),
  );
}
