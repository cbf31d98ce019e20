/** `spymaster episodes`: the episodes of the lake, and everything known of one. */
import type { Command } from 'commander';
import { episodeRecord, listEpisodes } from '../../../activities/reports/episodes';
import { builtDates, requireBuilt, type EpisodeFilter } from '../../../activities/reports/outcomes';
import { checkFilter, filterText, wholeNumber } from '../arguments';
import { withEpisodeFilter } from '../episodeFilter';
import { openExistingLake } from '../openLake';
import { printEpisode, printEpisodes } from '../summaries/episodes';
import { note, printJson } from '../terminal/output';

/** Shown to a person who named no limit. */
const DEFAULT_EPISODES = 50;
const DEFAULT_FEATURES = 8;

interface ListOptions extends EpisodeFilter {
  limit?: number;
  json?: boolean;
}

interface ShowOptions {
  features?: number;
  json?: boolean;
}

const LIST_HELP = `
Times are New York's. The outcome is that of the primary horizon, or of --horizon: BREAK, price went through the level; REJECT, it went
back; CHOP, neither in time; none where the data ended first. "with" and "against" are the farthest trades from the level along the
approach and against it until the end of the horizon, in ticks.`;

const SHOW_HELP = `
EPISODE is an id that \`./spymaster episodes list\` shows, or the beginning of one that no other has. Dimensions of its vector come
with the most unusual first: z is how many standard deviations a value is from the mean of the sessions before.`;

export function define(episodes: Command): void {
  withEpisodeFilter(episodes.command('list'))
    .description('List episodes in the order of their touches, the newest last.')
    .option(
      '--limit <n>',
      `show the last so many (default: ${DEFAULT_EPISODES}; all with --json)`,
      wholeNumber,
    )
    .option('--json', 'print one JSON document; 64-bit integers are strings')
    .addHelpText('after', LIST_HELP)
    .action(list);
  episodes
    .command('show <episode>')
    .description('Show one: approach, touch, level, outcomes of all horizons, and its vector.')
    .option(
      '--features <n>',
      `dimensions of each group to show (default: ${DEFAULT_FEATURES}; all with --json)`,
      wholeNumber,
    )
    .option('--json', 'print one JSON document; 64-bit integers are strings')
    .addHelpText('after', SHOW_HELP)
    .action(show);
}

async function list({ json, limit, ...filter }: ListOptions): Promise<void> {
  const lake = await openExistingLake();
  checkFilter(lake.products, filter);
  const { count, episodes } = await listEpisodes(lake, filter, {
    limit: limit ?? (json ? undefined : DEFAULT_EPISODES),
  });
  const anyBuilt = (await builtDates(lake, {})).length > 0;
  if (anyBuilt && episodes.length === 0) await requireBuilt(lake, filter);
  if (json) return printJson({ filter, count, episodes });
  if (episodes.length > 0) return printEpisodes(episodes, count);
  if (!anyBuilt)
    return note('No episodes yet: `./spymaster partitions` shows what is built, and how to build.');
  note(`No episode${filterText(filter)} is as asked for.`);
}

async function show(episode: string, { json, features = DEFAULT_FEATURES }: ShowOptions): Promise<void> {
  const record = await episodeRecord(await openExistingLake(), episode);
  if (json) printJson(record);
  else printEpisode(record, features);
}
