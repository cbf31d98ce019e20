/** `spymaster build`: one trade date by the same stages, in a thread of this process, without Temporal. */
import { Option, type Command } from 'commander';
import { parseBackfill } from '../../../activities/planning/requests';
import { LAYERS, type Layer } from '../../../graph/datasets/layers';
import { SpymasterError } from '../../../graph/errors';
import { REPROCESS, type Reprocess } from '../../../graph/planning/planner';
import { loadConfig } from '../../config';
import { calendarDate, parseLayers } from '../arguments';
import { buildHere } from '../build/buildHere';

interface Options {
  symbol: string;
  contract?: string;
  date: string;
  layers?: Layer[];
  reprocess: Reprocess;
  force?: boolean;
  json?: boolean;
}

const HELP = `
Layers that are missing below the wanted ones are built too; what is current is left, unless --reprocess all.
Exit code: 0 built or current; 3 a layer failed, was blocked, or found no data, or the date is no trade date; 130 interrupted.`;

export function define(command: Command): void {
  command
    .requiredOption('--symbol <product>', 'product, such as ES')
    .requiredOption('--date <date>', 'trade date (ET), YYYY-MM-DD', calendarDate)
    .option('--contract <symbol>', 'raw symbol to build, such as ESH4, instead of the one chosen by volume')
    .option('--layers <list>', `layers wanted, of ${LAYERS.join(',')}`, parseLayers)
    .addOption(
      new Option('--reprocess <what>', 'what to build again: each includes the ones before it')
        .choices(REPROCESS)
        .default('stale'),
    )
    // Elsewhere the word is for files that are overwritten.
    .addOption(new Option('--force').hideHelp())
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(buildDate);
}

async function buildDate(options: Options): Promise<void> {
  const { symbol, contract, date, layers, reprocess, json } = options;
  if (options.force)
    throw new SpymasterError('BadArgument', 'build has no --force', {
      field: '--force',
      expected: '--reprocess all, which builds although inputs, code and settings are unchanged',
    });
  const request = parseBackfill({ symbol, contract, start: date, end: date, layers, reprocess });
  await buildHere(request, loadConfig(), json);
}
