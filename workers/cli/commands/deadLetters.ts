/** `spymaster dead-letters`: records that could not be used, and their way back. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { DEAD_LETTER_REASONS, DEAD_LETTERS, type DeadLetterReason } from '../../../graph/records/validate';
import { wholeNumber } from '../arguments';

export interface LetterOptions {
  contract?: string;
  date?: string;
  reason?: DeadLetterReason;
  json?: boolean;
}

export interface ListOptions extends LetterOptions {
  limit?: number;
}

export interface ReplayOptions extends LetterOptions {
  dryRun?: boolean;
}

const REASONS = `
Reasons:
${Object.entries(DEAD_LETTERS)
  .map(([reason, meaning]) => `  ${reason.padEnd(18)} ${meaning}`)
  .join('\n')}`;

const REPLAY_HELP = `
Records go back into bronze.mbo where they arrived, in one commit a contract-date; what was built from it is stale then,
and \`spymaster backfill --reprocess stale\` builds it anew. Records that still do not pass stay, with the rule they break.
Exit code: 0 done; 3 some contract-dates could not be touched, each with its reason.`;

export function registerDeadLetters(program: Command): void {
  const letters = program
    .command('dead-letters')
    .description('List the records that could not be used, or put back those that now can.');
  filtered(letters.command('list'))
    .description('List dead letters with their reason and place.')
    .option('--limit <n>', 'show so many at most (default: 50; all with --json)', wholeNumber)
    .addHelpText('after', REASONS)
    .action((options: ListOptions) => {
      const { showLetters } = require('../deadLetters') as typeof import('../deadLetters');
      return showLetters(options);
    });
  filtered(letters.command('replay'))
    .description('Hold dead letters against the present rules and put back those that pass.')
    .option('--dry-run', 'only say what would go back')
    .addHelpText('after', REPLAY_HELP)
    .action((options: ReplayOptions) => {
      const { replay } = require('../deadLetters') as typeof import('../deadLetters');
      return replay(options);
    });
}

const filtered = (command: Command): Command =>
  command
    .option('--contract <symbol>', 'only of this contract, such as ESH4')
    .option('--date <date>', 'only of this trade date')
    .addOption(new Option('--reason <reason>', 'only of this reason').choices(DEAD_LETTER_REASONS))
    .option('--json', 'print one JSON document; 64-bit integers are strings, bytes in hex');
