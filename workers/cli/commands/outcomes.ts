/** `spymaster outcomes`: what became of the episodes, by kind of level. */
import type { Command } from 'commander';
import {
  builtDates,
  datesByData,
  requireBuilt,
  type EpisodeFilter,
} from '../../../activities/reports/outcomes';
import { checkFilter, filterText } from '../arguments';
import { withEpisodeFilter } from '../episodeFilter';
import { openExistingLake } from '../openLake';
import { outcomesByLevel, printOutcomes } from '../summaries/outcomes';
import { note, printJson } from '../terminal/output';

interface Options extends EpisodeFilter {
  pool?: boolean;
  json?: boolean;
}

const HELP = `
BREAK: price went through the level; REJECT: it went back; CHOP: neither within the horizon. Shares are of n, the episodes whose
outcome is known, with 90 % intervals; ALL is the base rate. Sessions built by different settings or code are different
measurements, and simulated ones are none: they are not counted together unless --pool says so.`;

export function define(command: Command): void {
  withEpisodeFilter(command)
    .option('--pool', 'count sessions of different data, settings or code together')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(showOutcomes);
}

async function showOutcomes({ json, pool, ...filter }: Options): Promise<void> {
  const lake = await openExistingLake();
  checkFilter(lake.products, filter);
  const levels = await outcomesByLevel(lake, filter, pool);
  const anyBuilt = (await builtDates(lake, {})).length > 0;
  if (anyBuilt && levels.length === 0) await requireBuilt(lake, filter);
  const sessions = await datesByData(lake, filter);
  if (json) return printJson({ filter, sessions, levels });
  if (levels.length > 0) return printOutcomes(levels, sessions);
  if (!anyBuilt)
    return note('No episodes yet: `./spymaster partitions` shows what is built, and how to build.');
  note(`No episode${filterText(filter)} is as asked for.`);
}
