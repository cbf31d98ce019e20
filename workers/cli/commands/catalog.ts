/** `spymaster catalog`: the lake's tables in Unity Catalog. */
import type { Command } from 'commander';
import { DATASET_GRAPH } from '../../../graph/catalog/declaration';
import { SpymasterError } from '../../../graph/errors';
import { Registration, type CatalogedTable } from '../../catalog/registration';
import { UnityCatalog } from '../../catalog/unityCatalog';
import { loadConfig } from '../../config';
import { readSecret } from '../../../lake/secrets/readSecret';
import { openExistingLake } from '../openLake';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, printJson, printTable } from '../terminal/output';
import { withProgress } from '../terminal/progress';

interface Options {
  url?: string;
  catalog: string;
  json?: boolean;
  dryRun?: boolean;
}

const TOKEN = 'UNITY_CATALOG_TOKEN';

const HELP = `
UNITY_CATALOG_URL names the server, UNITY_CATALOG_TOKEN is the token it is shown: of Databricks, the workspace's address and an access token.
A table is registered as an external one, where its files are, with its columns, their meaning and units, its partitions, and
properties: the lake, its key, the operator that computes it, and what it is computed from. Files are neither moved nor changed.`;

export function define(catalog: Command): void {
  withOptions(catalog.command('status').description('Tell how each table of the lake is in the catalog.'))
    .addHelpText(
      'after',
      `${HELP}\n\nExit code: 0 every table is registered; 3 some are missing or otherwise described.`,
    )
    .action(status);
  withOptions(catalog.command('register').description('Bring the catalog to what the lake is.'))
    .option('--dry-run', 'only say what would be registered')
    .addHelpText('after', HELP)
    .action(register);
}

const withOptions = (command: Command): Command =>
  command
    .option('--url <address>', 'of the server, such as http://127.0.0.1:8080')
    .option('--catalog <name>', 'the catalog there', 'spymaster')
    .option('--json', 'print one JSON document');

async function open({ url, catalog }: Options): Promise<Registration> {
  const address = url ?? process.env.UNITY_CATALOG_URL;
  if (!address)
    throw new SpymasterError('BadArgument', 'no catalog is named', {
      field: '--url',
      expected: 'the address of a server, here or as UNITY_CATALOG_URL',
    });
  const config = loadConfig();
  const shown = process.env[TOKEN];
  const token = shown ? await readSecret(shown, TOKEN, config) : undefined;
  const server = new UnityCatalog({ url: address, ...(token !== undefined && { token }) });
  return Registration.open(await openExistingLake(config), DATASET_GRAPH, server, catalog);
}

async function status(options: Options): Promise<void> {
  const tables = await (await open(options)).look();
  show(tables, options);
  if (tables.some(isDue)) process.exitCode = EXIT.partial;
}

async function register(options: Options): Promise<void> {
  const { catalog, dryRun = false, json } = options;
  const registration = await open(options);
  const before = await registration.look();
  const done = before.filter(isDue).length;
  if (!dryRun)
    await untilInterrupted((signal) =>
      withProgress((line) =>
        registration.apply(before, signal, ({ fullName }) => line.show(`registering ${fullName}`)),
      ),
    );
  const tables = dryRun ? before : await registration.look();
  if (json) return printJson({ catalog, dryRun, registered: done, tables });
  show(tables, options);
  note(`${done} ${done === 1 ? 'table' : 'tables'} ${dryRun ? 'would be ' : ''}registered in ${catalog}.`);
}

const isDue = ({ state }: CatalogedTable) => state === 'missing' || state === 'different';

function show(tables: readonly CatalogedTable[], { catalog, json }: Options): void {
  if (json) return printJson({ catalog, tables });
  printTable(
    ['table', 'in the catalog', 'columns', 'differs', 'location'],
    tables.map(({ fullName, state, columns, differs, location }) => [
      fullName,
      state,
      columns,
      differs?.join(', ') ?? '',
      location,
    ]),
  );
}
