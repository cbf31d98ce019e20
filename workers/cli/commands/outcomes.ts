/** `spymaster outcomes`: what became of the episodes, by kind of level. */
import { Option, type Command } from 'commander';
import { builtDates, type EpisodeFilter } from '../../../activities/reports/outcomes';
import { calendarDate, checkFilter, filterText, wholeNumber } from '../arguments';
import { openExistingLake } from '../openLake';
import { outcomesByLevel, printOutcomes } from '../summaries/outcomesByLevel';
import { note, printJson } from '../terminal/output';

interface Options extends EpisodeFilter {
  pool?: boolean;
  json?: boolean;
}

const HELP = `
BREAK: price went through the level; REJECT: it went back; CHOP: neither within the horizon. Shares are of n, the episodes whose
outcome is known, with 90 % intervals; ALL is the base rate. Sessions built by different settings or code are different
measurements: they are not counted together unless --pool says so.`;

export function define(command: Command): void {
  command
    .option('--contract <symbol>', 'only of this contract, such as ESH4')
    .option('--start <date>', 'only from this trade date on', calendarDate)
    .option('--end <date>', 'only up to this trade date', calendarDate)
    .option(
      '--level <name>',
      'only at this kind of level, such as PM_HIGH, or this level, such as USER@4805.00',
    )
    .addOption(
      new Option('--direction <direction>', 'only from below, or from above').choices(['UP', 'DOWN']),
    )
    .option('--time-of-day <name>', 'only in this part of the day, such as T0_15 or OVERNIGHT')
    .option('--horizon <minutes>', 'at this horizon instead of the primary one', wholeNumber)
    .option('--pool', 'count sessions of different settings or code together')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(showOutcomes);
}

async function showOutcomes({ json, pool, ...filter }: Options): Promise<void> {
  const lake = await openExistingLake();
  checkFilter(lake.products, filter);
  const levels = await outcomesByLevel(lake, filter, pool);
  if (json) return printJson({ filter, levels });
  if (levels.length > 0) return printOutcomes(levels);
  if ((await builtDates(lake, {})).length === 0)
    return note('No episodes yet: `npx spymaster partitions` shows what is built, and how to build.');
  note(`No episode${filterText(filter)} is as asked for.`);
}
