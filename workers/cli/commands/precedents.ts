/** `spymaster precedents`: what happened the last times the market looked like this, here. */
import { Option, type Command } from 'commander';
import { askPrecedents } from '../../../activities/precedents/askPrecedents';
import { HeldIndexes } from '../../../activities/precedents/heldIndexes';
import { pathsAsArrow } from '../../../activities/precedents/paths';
import { SpymasterError } from '../../../graph/errors';
import { parseInstant } from '../../../graph/market/instant';
import { answerSchema } from '../../../graph/precedents/answer';
import type { PrecedentsFilter, PrecedentsQuestion } from '../../../graph/precedents/request';
import { loadConfig } from '../../config';
import { checkFilter, wholeNumber } from '../arguments';
import { withEpisodeFilter } from '../episodeFilter';
import { openExistingLake } from '../openLake';
import { printAnswer } from '../summaries/precedents';
import { printJson } from '../terminal/output';
import { standardOutput } from '../terminal/textOutput';

/** Precedents shown to a person who named no number. */
const DEFAULT_SHOWN = 10;

interface Options extends PrecedentsFilter {
  at?: string;
  limit?: number;
  paths?: boolean;
  live?: boolean;
  once?: boolean;
  schema?: boolean;
  json?: boolean;
  format?: 'arrow';
}

const HELP = `
EPISODE is an id that \`./spymaster episodes list\` shows, or the beginning of one that no other has. With --at it is the last touch of
--level up to that time (ISO 8601, UTC unless it names a zone; or ns since 1970).

Precedents are the 50 most similar touches of strictly earlier sessions, at most two a session, none within eight minutes of another in its
direction. Shares are frequencies among them: how often approaches that looked like this one ended so, not the probability of this one.
Where a partition is thin they are looked for along a ladder: all times of day, levels of its family, those approached the other way round,
all.
--contract, --start, --end, --level, --direction, --time-of-day and --where narrow down what may be a precedent (with --at, --level names the
level that was touched, and --contract its contract, instead).
Without enough evidence the answer is the base rates, and why.

With --live it is what a live worker (\`./spymaster live\`) has published last in the hub features_gold, of --contract and at --level where they
are named: a touch, or an approach as if it touched now; and then each that comes, until Ctrl-C.`;

export function define(command: Command): void {
  withEpisodeFilter(command.argument('[episode]', 'the touch asked about'), { horizon: false })
    .option('--at <time>', 'instead of an episode: the last touch of --level up to this time')
    .option('--live', 'instead of an episode: what a live worker tells, the newest and what comes after it')
    .option('--once', 'with --live: the newest alone')
    .option('--where <condition>', 'only episodes for which this SQL condition on gold.episodes holds')
    .option(
      '--limit <n>',
      `precedents to show (default: ${DEFAULT_SHOWN}; all with --json and --format)`,
      wholeNumber,
    )
    .option('--paths', 'with --json: the path of each precedent, 20 minutes before its touch and 30 after it')
    .option('--schema', 'print the JSON Schema of the answer, and do nothing else')
    .addOption(
      new Option(
        '--format <format>',
        'the paths for programs: an Arrow IPC stream, a row a precedent and bar; the answer is in the metadata of its schema',
      ).choices(['arrow']),
    )
    .option('--json', 'print one JSON document, with --live one a line; 64-bit integers are strings')
    .addHelpText('after', HELP)
    .action(ask);
}

async function ask(episode: string | undefined, options: Options): Promise<void> {
  const { schema, json, format } = options;
  if (schema) return printJson(answerSchema());
  if (json && format)
    throw new SpymasterError('BadArgument', '--json and --format are two forms of the answer', {
      field: '--format',
    });
  if (format === 'arrow' && process.stdout.isTTY)
    throw new SpymasterError('BadArgument', 'an Arrow stream is bytes, which a terminal cannot show', {
      expected: 'a file or a program that reads it: --format arrow > paths.arrows',
    });
  if (options.live) {
    const { at, paths } = options;
    if (episode !== undefined || at !== undefined || paths || format)
      throw new SpymasterError('BadArgument', '--live asks about what has just been told', {
        field: '--live',
        expected: 'no EPISODE, --at, --paths or --format beside it',
      });
    // Loaded for this alone: the SDK of Event Hubs takes its time.
    const { livePrecedents } = require('../live/livePrecedents') as typeof import('../live/livePrecedents');
    return livePrecedents({ ...options, shown: options.limit ?? DEFAULT_SHOWN });
  }
  if (options.once) throw new SpymasterError('BadArgument', '--once needs --live', { field: '--once' });
  if (options.paths && !json && !format)
    throw new SpymasterError('BadArgument', '--paths needs --json', { field: '--paths' });
  const config = loadConfig();
  const lake = await openExistingLake(config);
  checkFilter(lake.products, options);
  const asked = question(episode, options);
  const answer = await askPrecedents(lake, asked, new HeldIndexes(lake, config.features));
  if (format === 'arrow') {
    await standardOutput.write(await pathsAsArrow(lake, answer));
    return;
  }
  if (json) return printJson(answer);
  printAnswer(answer, answer.precedents.slice(0, options.limit ?? DEFAULT_SHOWN));
}

/** @throws SpymasterError BadArgument unless one touch is named, one way */
function question(episode: string | undefined, options: Options): PrecedentsQuestion {
  const { at, limit, paths, json, format, contract, start, end, level, direction, timeOfDay, where } =
    options;
  const shared = {
    paths,
    // A person is shown a few, and told of how many.
    ...((json || format) && { limit }),
  };
  const filter = { start, end, direction, timeOfDay, where };
  if ((episode === undefined) === (at === undefined))
    throw new SpymasterError('BadArgument', 'one touch is to be named', {
      expected: 'an EPISODE, or --at TIME with --level LEVEL',
    });
  if (at === undefined) return { episode: episode!, filter: { ...filter, contract, level }, ...shared };
  if (level === undefined)
    throw new SpymasterError('BadArgument', '--at needs the level that was touched', { field: '--level' });
  return { at: String(parseInstant(at)), level, contract, filter, ...shared };
}
