/** `spymaster outcomes`: what became of the episodes, by kind of level. */
import type { Command } from 'commander';
import { openExistingLake } from '../openLake';
import { outcomesByLevel, printOutcomes } from '../summaries/outcomesByLevel';
import { printJson } from '../terminal/output';

const HELP = `
BREAK: price went through the level; REJECT: it went back; CHOP: neither within the primary horizon. Shares are of n, the
episodes whose outcome is known, with 90 % intervals; ALL is the base rate.`;

export function define(command: Command): void {
  command.option('--json', 'print one JSON document').addHelpText('after', HELP).action(showOutcomes);
}

async function showOutcomes({ json }: { json?: boolean }): Promise<void> {
  const levels = await outcomesByLevel(await openExistingLake());
  if (json) printJson({ levels });
  else printOutcomes(levels);
}
