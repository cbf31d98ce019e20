/** `spymaster precedents`: what happened the last times the market looked like this, here. */
import type { Command } from 'commander';
import {
  askPrecedents,
  pathsOf,
  type Asked,
  type Narrowed,
} from '../../../activities/precedents/askPrecedents';
import { SpymasterError } from '../../../graph/errors';
import { parseInstant } from '../../../graph/market/instant';
import { answerSchema } from '../../../graph/precedents/answer';
import { loadConfig } from '../../config';
import { checkFilter, wholeNumber } from '../arguments';
import { withEpisodeFilter } from '../episodeFilter';
import { openExistingLake } from '../openLake';
import { printAnswer } from '../summaries/precedents';
import { printJson } from '../terminal/output';

/** Precedents shown to a person who named no number. */
const DEFAULT_SHOWN = 10;

interface Options extends Narrowed {
  at?: string;
  limit?: number;
  paths?: boolean;
  schema?: boolean;
  json?: boolean;
}

const HELP = `
EPISODE is an id that \`./spymaster episodes list\` shows, or the beginning of one that no other has. With --at it is the last touch of
--level up to that time (ISO 8601, UTC unless it names a zone; or ns since 1970).

Precedents are the 50 most similar touches of strictly earlier sessions, at most two a session, none within eight minutes of another. Shares
are frequencies among them: how often approaches that looked like this one ended so, not the probability of this one. Where a partition is
thin they are looked for along a ladder: all times of day, levels of its family, those approached the other way round, all.
--contract, --start, --end, --level, --direction, --time-of-day and --where narrow down what may be a precedent (with --at, --level names the
level that was touched, and --contract its contract, instead).
Without enough evidence the answer is the base rates, and why.`;

export function define(command: Command): void {
  withEpisodeFilter(command.argument('[episode]', 'the touch asked about'), { horizon: false })
    .option('--at <time>', 'instead of an episode: the last touch of --level up to this time')
    .option('--where <condition>', 'only episodes for which this SQL condition on gold.episodes holds')
    .option('--limit <n>', `precedents to show (default: ${DEFAULT_SHOWN}; all with --json)`, wholeNumber)
    .option('--paths', 'with --json: the path of each precedent, 20 minutes before its touch and 30 after it')
    .option('--schema', 'print the JSON Schema of the answer, and do nothing else')
    .option('--json', 'print one JSON document; 64-bit integers are strings')
    .addHelpText('after', HELP)
    .action(ask);
}

async function ask(episode: string | undefined, options: Options): Promise<void> {
  const { at, limit, paths, schema, json, ...filter } = options;
  if (schema) return printJson(answerSchema());
  const config = loadConfig();
  const lake = await openExistingLake(config);
  checkFilter(lake.products, filter);
  const { asked, narrowed } = question(episode, at, filter);
  const answer = await askPrecedents(lake, asked, narrowed, config.features);
  const shown = answer.precedents.slice(0, limit ?? (json ? Infinity : DEFAULT_SHOWN));
  if (!json) return printAnswer(answer, shown);
  if (!paths) return printJson({ ...answer, precedents: shown });
  const found = await pathsOf(lake, shown);
  printJson({ ...answer, precedents: shown.map((one) => ({ ...one, path: found.get(one.id) })) });
}

/** @throws SpymasterError BadArgument unless one touch is named, one way */
function question(
  episode: string | undefined,
  at: string | undefined,
  filter: Narrowed,
): { asked: Asked; narrowed: Narrowed } {
  if ((episode === undefined) === (at === undefined))
    throw new SpymasterError('BadArgument', 'one touch is to be named', {
      expected: 'an EPISODE, or --at TIME with --level LEVEL',
    });
  if (at === undefined) return { asked: { episode: episode! }, narrowed: filter };
  const { level, contract, ...narrowed } = filter;
  if (level === undefined)
    throw new SpymasterError('BadArgument', '--at needs the level that was touched', { field: '--level' });
  return { asked: { at: parseInstant(at), level, contract }, narrowed };
}
