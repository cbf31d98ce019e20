/** What `spymaster tables` shows. */
import { INT_NULL, type ColumnContract } from '../../graph/datasets/schema';
import type { CommitRecord } from '../../lake/delta/log';
import type { JsonOption } from './commands/tables';
import { openLake } from './openLake';
import { note, printJson, printTable } from './output';

/** Every table with its extent. */
export async function showTables({ json }: JsonOption): Promise<void> {
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
    note(`The lake at ${lake.store.location} is empty: \`spymaster import\` takes raw files in.`);
}

/** What fits beside the numbers. */
const firstClause = (text: string): string => text.split(/[.:;,] /)[0].replace(/\.$/, '');

/** One table's contract. */
export async function showContract(name: string, { json }: JsonOption): Promise<void> {
  const lake = await openLake();
  const contract = lake.contract(name);
  const { rules = [], columns, ...rest } = contract;
  if (json)
    return printJson({ ...rest, columns: columns.map(withNulls), rules: rules.map(({ rule }) => rule) });
  process.stdout.write(`${name}: ${contract.description}\n\n`);
  process.stdout.write(
    `Partitioned by ${contract.partitionBy.join(', ')}. Key: ${contract.key.join(', ')}.\n`,
  );
  process.stdout.write(`Contract version ${contract.version}.\n\n`);
  printTable(
    ['column', 'type', 'unit', 'null', 'meaning'],
    columns.map(({ name: column, type, unit, nullable, meaning }) => [
      column,
      type,
      unit,
      nullable ? 'yes' : '',
      meaning,
    ]),
  );
  if (rules.length > 0) process.stdout.write(`\nEvery row: ${rules.map(({ rule }) => rule).join('; ')}.\n`);
}

/** How a null is held in memory is part of what a reader of the contract has to know. */
const withNulls = (column: ColumnContract) => ({
  ...column,
  nullable: column.nullable ?? false,
  ...(column.nullable &&
    column.type in INT_NULL && { nullInMemory: INT_NULL[column.type as keyof typeof INT_NULL] }),
});

/** Who wrote which version. */
export async function showHistory(name: string, { json }: JsonOption): Promise<void> {
  const lake = await openLake();
  const history = await lake.table(lake.contract(name)).history();
  if (json) return printJson({ table: name, versions: history.map(asJson) });
  if (history.length === 0) return note(`Nothing has been written to ${name} yet.`);
  printTable(
    ['version', 'time', 'operation', 'partition', 'rows', 'workflow', 'inputs'],
    history.map((record) => {
      const { version, time, operation, partition, lineage } = asJson(record);
      return [
        version,
        time.slice(0, 19),
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
