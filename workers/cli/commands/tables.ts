/** `spymaster tables`: the lake's tables, their contracts, their history and their upkeep. */
import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';

export interface JsonOption {
  json?: boolean;
}

export interface VacuumOptions extends JsonOption {
  retention: number;
  dryRun?: boolean;
}

const VACUUM_HELP = `
Old versions whose files are deleted can no longer be queried. Files younger than an hour that belong to no version are
kept: they may be part of a build that is under way.`;

export function registerTables(program: Command): void {
  const tables = program
    .command('tables')
    .description(
      'List the tables; with a name, print the data contract: every column, its type, unit and meaning.',
    )
    .argument('[table]', 'layer.table, such as silver.bars')
    .option('--json', 'print one JSON document')
    .action((name: string | undefined, options: JsonOption) => {
      const { showTables, showContract } = require('../showTables') as typeof import('../showTables');
      return name === undefined ? showTables(options) : showContract(name, options);
    });
  tables
    .command('history')
    .description('Print who wrote which version of a table, from what.')
    .argument('<table>', 'layer.table')
    .option('--json', 'print one JSON document')
    .action((name: string, options: JsonOption) => {
      const { showHistory } = require('../showTables') as typeof import('../showTables');
      return showHistory(name, { ...options, ...tables.opts<JsonOption>() });
    });
  tables
    .command('compact')
    .description(
      'Merge small files of a partition into few large ones; rows and their order stay as they are.',
    )
    .argument('[table...]', 'layer.table; all tables without')
    .option('--json', 'print one JSON document')
    .action((names: string[], options: JsonOption) => {
      const { compactTables } = require('../maintainTables') as typeof import('../maintainTables');
      return compactTables(names, { ...options, ...tables.opts<JsonOption>() });
    });
  tables
    .command('vacuum')
    .description('Delete files no version of the last days needs.')
    .argument('[table...]', 'layer.table; all tables without')
    .option('--retention <hours>', 'keep what was current this long ago or later', hours, 168)
    .option('--dry-run', 'only say what would be deleted')
    .option('--json', 'print one JSON document')
    .addHelpText('after', VACUUM_HELP)
    .action((names: string[], options: VacuumOptions) => {
      const { vacuumTables } = require('../maintainTables') as typeof import('../maintainTables');
      return vacuumTables(names, { ...options, ...tables.opts<JsonOption>() });
    });
}

function hours(text: string): number {
  if (!/^\d+(\.\d+)?$/.test(text)) throw new InvalidArgumentError('It must be a number of hours.');
  return Number(text);
}
