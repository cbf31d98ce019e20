/** `spymaster build`: one trade date, by the same stages, without Temporal. */
import type { Command } from 'commander';
import type { Layer } from '../../../graph/datasets/layers';
import { parseLayers } from '../arguments';

export interface BuildOptions {
  symbol: string;
  contract?: string;
  date: string;
  layers?: Layer[];
  force?: boolean;
  json?: boolean;
}

const HELP = `
Layers that are missing below the wanted ones are built too; what is current is left, unless --force.
Exit code: 0 built or current; 3 a layer failed, was blocked, or found no data; 130 interrupted.`;

export function registerBuild(program: Command): void {
  program
    .command('build')
    .description('Build one trade date in this process, without Temporal.')
    .requiredOption('--symbol <product>', 'product, such as ES')
    .requiredOption('--date <date>', 'trade date (ET), YYYY-MM-DD')
    .option('--contract <symbol>', 'raw symbol to build, such as ESH4, instead of the one chosen by volume')
    .option('--layers <list>', 'layers wanted, of bronze,silver,gold', parseLayers)
    .option('--force', 'build although inputs, code and settings are unchanged')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action((options: BuildOptions) => {
      const { buildDate } = require('../buildDate') as typeof import('../buildDate');
      return buildDate(options);
    });
}
