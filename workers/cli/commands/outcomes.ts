/** `spymaster outcomes`: what became of the episodes, by kind of level. */
import type { Command } from 'commander';
import { printJson } from '../output';

const HELP = `
BREAK: price went through the level; REJECT: it went back; CHOP: neither within the primary horizon. Shares are of n, the
episodes whose outcome is known, with 90 % intervals; ALL is the base rate.`;

export function registerOutcomes(program: Command): void {
  program
    .command('outcomes')
    .description('Print how the episodes at each kind of level ended, with sample sizes and intervals.')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(run);
}

async function run({ json }: { json?: boolean }): Promise<void> {
  const { outcomesByLevel, printOutcomes } = require('../outcomes') as typeof import('../outcomes');
  const { openLake } = require('../openLake') as typeof import('../openLake');
  const levels = await outcomesByLevel(await openLake());
  if (json) printJson({ levels });
  else printOutcomes(levels);
}
