/**
 * The KQL database of an eventhouse: for each kind of message a table that it lands in as it is, a table of its columns, filled by an
 * update policy, and how long each is kept; and the tables of the lake that outcomes come from, read where they are.
 */
import type { ColumnType, TableContract } from '../../graph/datasets/schema';
import { goldEpisodes, goldOutcomes } from '../../graph/episodes/episodeTables';
import { envelopeSchema } from '../../graph/feed/envelope';
import { FEATURES_SCHEMA, featuresSchema } from '../../graph/scoring/featuresMessage';
import { INFERENCE_SCHEMA, inferenceSchema } from '../../graph/scoring/inferenceResult';
import { columnsOf, type JsonSchema, type KqlColumn, type KqlType } from './columns';

interface Message {
  readonly table: string;
  /** The hub it comes from, and the name of the mapping. */
  readonly hub: string;
  readonly meaning: string;
  readonly schema: JsonSchema;
  /** Its version, in the field `schema`; undefined of what has none. */
  readonly version?: string;
  readonly retentionDays: number;
}

export const MESSAGES: readonly Message[] = [
  {
    table: 'InferenceResults',
    hub: 'inference_results',
    meaning: 'What model and precedents said of touches and approaches, as they happened',
    schema: inferenceSchema(),
    version: INFERENCE_SCHEMA,
    retentionDays: 730,
  },
  {
    table: 'Features',
    hub: 'features_gold',
    meaning: 'The 144 features of touches and approaches, as they happened',
    schema: featuresSchema(),
    version: FEATURES_SCHEMA,
    retentionDays: 90,
  },
  {
    table: 'OrderMessages',
    hub: 'mbo_raw',
    meaning: 'Order messages, where the feed sends them as JSON',
    schema: envelopeSchema(),
    retentionDays: 7,
  },
];

/** What lands is kept only until it has gone through, and somebody has looked at what did not. */
const LANDED_DAYS = 1;

/** Tables of the lake, by their names in KQL. */
export const LAKE_TABLES: readonly { readonly name: string; readonly contract: TableContract }[] = [
  { name: 'GoldEpisodes', contract: goldEpisodes },
  { name: 'GoldOutcomes', contract: goldOutcomes },
];

/** Where the lake is; another one is put in its place when the workspace is deployed. */
export const LAKE = 'abfss://lake@ACCOUNT.dfs.core.windows.net/lake';

export const messageColumns = ({ schema }: Message): KqlColumn[] => columnsOf(schema);

const LAKE_TYPE: Readonly<Record<ColumnType, KqlType | 'int'>> = {
  int64: 'long',
  int32: 'int',
  int16: 'int',
  double: 'real',
  string: 'string',
  boolean: 'bool',
  binary: 'string',
  date: 'datetime',
  floats: 'dynamic',
};

/** One result however often it was published. */
export const LATEST = 'LatestResults';

/** Every command, in order; each can be run again. */
export function databaseCommands(): string[] {
  return [
    ...MESSAGES.flatMap(messageCommands),
    `.create-or-alter materialized-view with (folder = 'Spymaster', docstring = 'Each result once, as it was published last') ${LATEST} on table InferenceResults {
    InferenceResults
    | summarize arg_max(latency_answered, *) by id
}`,
    ...LAKE_TABLES.map(lakeTable),
  ];
}

export const databaseScript = (): string => `${databaseCommands().join('\n\n')}\n`;

function messageCommands(message: Message): string[] {
  const { table, hub, meaning, version, retentionDays } = message;
  const columns = messageColumns(message);
  const declared = columns.map(({ name, type }) => `${name}: ${type}`).join(',\n    ');
  const projected = columns.map(({ name, expression }) => `${name} = ${expression}`).join(',\n        ');
  const filter = version === undefined ? '' : `\n    | where tostring(message['schema']) == ${text(version)}`;
  const landed = `${table}Raw`;
  const policy = {
    IsEnabled: true,
    Source: landed,
    Query: `Expand${table}()`,
    IsTransactional: true,
    PropagateIngestionProperties: false,
  };
  const mapping = [{ column: 'message', Properties: { Path: '$' } }];
  return [
    `.create-merge table ${landed} (message: dynamic) with (folder = 'Spymaster', docstring = ${text(`${meaning}: as they came`)})`,
    `.create-merge table ${table} (\n    ${declared}\n) with (folder = 'Spymaster', docstring = ${text(meaning)})`,
    // Instants are most of what a description says that a name does not.
    `.alter-merge table ${table} column-docstrings (\n    ${columns
      .filter((column) => column.meaning !== '')
      .map((column) => `${column.name}: ${text(column.meaning)}`)
      .join(',\n    ')}\n)`,
    `.create-or-alter table ${landed} ingestion json mapping ${text(hub)} ${text(JSON.stringify(mapping))}`,
    `.create-or-alter function with (folder = 'Spymaster', docstring = ${text(`Columns of ${table} from what came`)}) Expand${table}() {
    ${landed}${filter}
    | project
        ${projected}
}`,
    `.alter table ${table} policy update @${text(JSON.stringify([policy]))}`,
    `.alter table ${landed} policy streamingingestion enable`,
    `.alter-merge table ${landed} policy retention softdelete = ${LANDED_DAYS}d recoverability = disabled`,
    `.alter-merge table ${table} policy retention softdelete = ${retentionDays}d recoverability = enabled`,
  ];
}

function lakeTable({ name, contract }: (typeof LAKE_TABLES)[number]): string {
  const columns = contract.columns.map((column) => `${column.name}: ${LAKE_TYPE[column.type]}`);
  const place = `${LAKE}/${contract.name.replace('.', '/')};managed_identity=system`;
  return `.create-or-alter external table ${name} (\n    ${columns.join(',\n    ')}\n) kind = delta (h@${text(place)}) with (folder = 'Spymaster', docstring = ${text(contract.description)})`;
}

const text = (value: string): string => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
