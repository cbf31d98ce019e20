/** `spymaster tables`: the lake's tables, their contracts, their history and their upkeep. */
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { spell } from '../../../graph/catalog/datasetGraph';
import { Argument, InvalidArgumentError, type Command } from 'commander';
import { INT_NULL, type ColumnContract } from '../../../graph/datasets/schema';
import { expireSnapshots, type ExpiredSnapshot } from '../../../activities/training/retention';
import { goldTrainingSnapshot } from '../../../graph/models/training/snapshotTable';
import { compact } from '../../../lake/delta/compact';
import type { CommitRecord } from '../../../lake/delta/log';
import { vacuum, vacuumStaging } from '../../../lake/delta/vacuum';
import type { Lake } from '../../../lake/lake';
import { EVENT_SCHEMAS, schemaText, type EventHubName } from '../eventSchemas';
import { openLake } from '../openLake';
import { untilInterrupted } from '../terminal/interrupt';
import { note, print, printJson, printTable } from '../terminal/output';
import { timeCellOf } from '../terminal/times';
import { withProgress } from '../terminal/progress';

interface JsonOption {
  json?: boolean;
}

interface VacuumOptions extends JsonOption {
  retention: number;
  dryRun?: boolean;
}

const VACUUM_HELP = `
Old versions whose files are deleted can no longer be queried. Files younger than an hour that belong to no version are
kept: they may be part of a build that is under way. Training snapshots that no model names are taken out of their table once they
are older than the retention, and than a day; their files go as those of other old versions.`;

export function define(tables: Command): void {
  tables
    .argument('[table]', 'layer.table, such as silver.bars')
    .option('--json', 'print one JSON document')
    .action((name: string | undefined, options: JsonOption) =>
      name === undefined ? showTables(options) : showContract(name, options),
    );
  tables
    .command('history')
    .description('Print who wrote which version of a table, from what.')
    .argument('<table>', 'layer.table')
    .option('--json', 'print one JSON document')
    .action((name: string, options: JsonOption) =>
      showHistory(name, { ...options, ...tables.opts<JsonOption>() }),
    );
  tables
    .command('events')
    .description(
      'Print the JSON Schema of the events of a hub; those of mbo_raw as the feed packs them with --format json.',
    )
    .addArgument(new Argument('<hub>', 'event hub').choices(Object.keys(EVENT_SCHEMAS)))
    .action((hub: EventHubName) => print(schemaText(hub)));
  tables
    .command('compact')
    .description(
      'Merge small files of a partition into few large ones; rows and their order stay as they are.',
    )
    .argument('[table...]', 'layer.table; all tables without')
    .option('--json', 'print one JSON document')
    .action((names: string[], options: JsonOption) =>
      compactTables(names, { ...options, ...tables.opts<JsonOption>() }),
    );
  tables
    .command('vacuum')
    .description('Delete files no version of the last days needs.')
    .argument('[table...]', 'layer.table; all tables without')
    .option('--retention <hours>', 'keep what was current this long ago or later', hours, 168)
    .option('--dry-run', 'only say what would be deleted')
    .option('--json', 'print one JSON document')
    .addHelpText('after', VACUUM_HELP)
    .action((names: string[], options: VacuumOptions) =>
      vacuumTables(names, { ...options, ...tables.opts<JsonOption>() }),
    );
}

/** Every table with its size. */
async function showTables({ json }: JsonOption): Promise<void> {
  const lake = await openLake();
  const tables = [];
  for (const contract of lake.contracts) {
    const snapshot = await lake.table(contract).snapshot();
    const partitions = snapshot.partitions();
    const sum = (value: (partition: (typeof partitions)[number]) => number) =>
      partitions.reduce((total, partition) => total + value(partition), 0);
    tables.push({
      name: contract.name,
      description: contract.description,
      version: snapshot.exists ? snapshot.version : null,
      partitions: partitions.length,
      files: snapshot.files.size,
      rows: sum(({ rows }) => rows),
      bytes: sum(({ bytes }) => bytes),
    });
  }
  if (json) return printJson({ lake: lake.store.location, tables });
  printTable(
    ['table', 'version', 'partitions', 'files', 'rows', 'bytes', 'holds'],
    tables.map((t) => [
      t.name,
      t.version ?? '',
      t.partitions,
      t.files,
      t.rows,
      t.bytes,
      firstClause(t.description),
    ]),
  );
  if (tables.every(({ version }) => version === null))
    note(`The lake at ${lake.store.location} is empty: \`./spymaster import FILE\` takes raw files in.`);
}

/** The start of a description, which fits on a line beside the figures. */
const firstClause = (text: string): string => text.split(/[.:;,] /)[0].replace(/\.$/, '');

/** One table's contract. */
async function showContract(name: string, { json }: JsonOption): Promise<void> {
  const lake = await openLake();
  const contract = lake.contract(name);
  const { rules = [], columns, ...rest } = contract;
  if (json)
    return printJson({ ...rest, columns: columns.map(withNulls), rules: rules.map(({ rule }) => rule) });
  print(`${name}: ${contract.description}\n\n`);
  print(`Partitioned by ${contract.partitionBy.join(', ')}. Key: ${contract.key.join(', ')}.\n`);
  print(`Contract version ${contract.version}.\n${origin(name)}\n`);
  printTable(
    ['column', 'type', 'unit', 'null', 'meaning', 'formula'],
    columns.map(({ name: column, type, unit, nullable, meaning, formula = '' }) => [
      column,
      type,
      unit,
      nullable ? 'yes' : '',
      meaning,
      formula,
    ]),
  );
  if (rules.length > 0) print(`\nEvery row: ${rules.map(({ rule }) => rule).join('; ')}.\n`);
}

/** What rows are built from, as the dataset is declared; empty for tables that are not built. */
function origin(name: string): string {
  const { layer, unit, upstream, settings, known } = DATASET_GRAPH.dataset(name);
  if (upstream.length === 0) return '';
  const from = upstream.map(({ dataset, partitions }) =>
    partitions === 'same' ? dataset : `${dataset} (${spell(partitions)})`,
  );
  const depends = settings.length > 0 ? ` Depends on the settings ${settings.join(', ')}.` : '';
  const knownAt = known ? ` Known at ${known.column}${known.atBarEnd ? ', at the end of the bar' : ''}.` : '';
  return `Built by ${unit} in layer ${layer}, from ${from.join(', ')}.${depends}${knownAt}\n`;
}

/** A column with the value that means null in memory, where its type has a value for it. */
const withNulls = (column: ColumnContract) => ({
  ...column,
  nullable: column.nullable ?? false,
  ...(column.nullable &&
    column.type in INT_NULL && { nullInMemory: INT_NULL[column.type as keyof typeof INT_NULL] }),
});

/** Who wrote which version. */
async function showHistory(name: string, { json }: JsonOption): Promise<void> {
  const lake = await openLake();
  const history = await lake.table(lake.contract(name)).history();
  if (json) return printJson({ table: name, versions: history.map(asJson) });
  if (history.length === 0) return note(`Nothing has been written to ${name} yet.`);
  printTable(
    ['version', 'time (ET)', 'operation', 'partition', 'rows', 'workflow', 'inputs'],
    history.map((record) => {
      const { version, time, operation, partition, lineage } = asJson(record);
      return [
        version,
        timeCellOf(time),
        operation,
        Object.values(partition ?? {}).join(' '),
        lineage?.rows ?? '',
        lineage?.workflowId ?? '',
        (lineage?.inputs ?? []).map((input) => input.replace(/@(.{8}).*/, '@$1')).join(' '),
      ];
    }),
  );
}

interface RecordedLineage {
  rows: number;
  workflowId: string;
  inputs: string[];
}

function asJson({ version, info }: CommitRecord) {
  const partition = info.operationParameters?.partition;
  return {
    version,
    time: new Date(info.timestamp).toISOString(),
    operation: info.operation,
    partition: partition === undefined ? null : (JSON.parse(partition) as Record<string, string>),
    metrics: info.operationMetrics ?? {},
    lineage: (info.lineage as RecordedLineage | undefined) ?? null,
  };
}

const chosen = (lake: Lake, names: readonly string[]) =>
  names.length > 0 ? names.map((name) => lake.contract(name)) : lake.contracts;

async function compactTables(names: readonly string[], { json }: JsonOption): Promise<void> {
  const lake = await openLake();
  const results: ({ table: string } & Awaited<ReturnType<typeof compact>>)[] = [];
  await withProgress((line) =>
    untilInterrupted(async (signal) => {
      for (const contract of chosen(lake, names)) {
        const onPartition = (done: number, total: number) => line.show(`${contract.name} ${done}/${total}`);
        results.push({
          table: contract.name,
          ...(await compact(lake.table(contract), { signal, onPartition })),
        });
      }
    }),
  );
  if (json) return printJson({ tables: results });
  printTable(
    ['table', 'partitions', 'files before', 'files after', 'left to another writer'],
    results.map((r) => [r.table, r.partitions, r.filesBefore, r.filesAfter, r.skipped]),
  );
}

async function vacuumTables(names: readonly string[], options: VacuumOptions): Promise<void> {
  const { retention: retentionHours, dryRun = false, json } = options;
  const lake = await openLake();
  const results: ({ table: string } & Awaited<ReturnType<typeof vacuum>>)[] = [];
  let snapshots: ExpiredSnapshot[] = [];
  for (const contract of chosen(lake, names)) {
    if (contract.name === goldTrainingSnapshot.name)
      snapshots = await expireSnapshots(lake, { retentionHours, dryRun });
    results.push({
      table: contract.name,
      ...(await vacuum(lake.table(contract), { retentionHours, dryRun })),
    });
  }
  const staging = await vacuumStaging(lake.store, dryRun);
  if (json) return printJson({ dryRun, tables: results, snapshots, staging });
  printTable(
    ['table', 'data files', 'log files', 'bytes'],
    results.map(({ table, files, logFiles, bytes }) => [table, files.length, logFiles.length, bytes]),
  );
  for (const { product, version } of snapshots)
    note(
      `The training snapshot ${version} of ${product} is named by no model: it goes with the versions before now.`,
    );
  if (staging.length > 0) note(`${staging.length} files of builds that died`);
  if (dryRun) note('Nothing was deleted (--dry-run).');
}

function hours(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number of hours.');
  return Number(text);
}
