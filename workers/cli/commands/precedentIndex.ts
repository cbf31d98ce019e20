/** `spymaster index`: what precedents are found with. */
import { Option, type Command } from 'commander';
import { parseBackfill } from '../../../activities/planning/requests';
import {
  indexedProducts,
  indexStatus,
  requireVersion,
  type IndexStatus,
} from '../../../activities/precedents/indexStatus';
import { pin } from '../../../activities/precedents/pins';
import { builtDates } from '../../../activities/reports/outcomes';
import { parseKey } from '../../../graph/datasets/units';
import { SpymasterError } from '../../../graph/errors';
import { REPROCESS, type Reprocess } from '../../../graph/planning/planner';
import { loadConfig } from '../../config';
import { calendarDate, wholeNumber } from '../arguments';
import { buildHere } from '../build/buildHere';
import { openExistingLake } from '../openLake';
import { gainCell } from '../summaries/precedents';
import { note, print, printJson, printTable } from '../terminal/output';

const DEFAULT_VERSIONS = 5;

interface StatusOptions {
  symbol?: string;
  limit?: number;
  partitions?: boolean;
  json?: boolean;
}

interface BuildOptions {
  symbol: string;
  start?: string;
  end?: string;
  reprocess: Reprocess;
  json?: boolean;
}

const HELP = `
An index holds the episodes of all sessions before one, and gold.distance: by which dimensions they are compared and how far precedents are
trusted, learned from those sessions. Each session has its own, named PRODUCT/TRADE_DATE. It is built with the layer normalisation by
backfills and builds, too.`;

export function define(index: Command): void {
  index.addHelpText('after', HELP);
  index
    .command('status')
    .description('Show versions, coverage, size and recall.')
    .option('--symbol <product>', 'of this product alone, such as ES')
    .option('--limit <n>', `versions to show (default: ${DEFAULT_VERSIONS})`, wholeNumber)
    .option('--partitions', 'show how many episodes each partition holds')
    .option('--json', 'print one JSON document')
    .action(status);
  index
    .command('build')
    .description('Build the versions that are missing or stale, without Temporal.')
    .requiredOption('--symbol <product>', 'product, such as ES')
    .option('--start <date>', 'first trade date (default: the first with episodes)', calendarDate)
    .option('--end <date>', 'last trade date (default: the last with episodes)', calendarDate)
    .addOption(
      new Option('--reprocess <what>', 'what to build again: each includes the ones before it')
        .choices(REPROCESS)
        .default('stale'),
    )
    .option('--json', 'print one JSON document')
    .action(build);
  index
    .command('rollback <version>')
    .description('Look for precedents in an earlier version, such as ES/2024-03-04, from now on.')
    .option('--json', 'print one JSON document')
    .action(rollback);
  index
    .command('latest <product>')
    .description('Look for precedents in the latest version again.')
    .option('--json', 'print one JSON document')
    .action(latest);
}

async function status({ symbol, limit, partitions, json }: StatusOptions): Promise<void> {
  const config = loadConfig();
  const lake = await openExistingLake(config);
  if (symbol !== undefined) lake.products.productOf(symbol);
  const products = symbol === undefined ? await indexedProducts(lake) : [symbol];
  const found: IndexStatus[] = [];
  for (const product of products)
    found.push(await indexStatus(lake, product, config.features, limit ?? DEFAULT_VERSIONS));
  if (json) return printJson({ indexes: found });
  if (found.length === 0) return note('No index yet: `./spymaster index build --symbol PRODUCT` makes one.');
  for (const one of found) printStatus(one, partitions ?? false);
}

function printStatus(status: IndexStatus, partitions: boolean): void {
  const {
    product,
    pinned,
    sessions,
    episodes,
    firstSession,
    lastSession,
    leftOut,
    bytes,
    recall,
    openSeconds,
  } = status;
  print(
    `${product}: ${episodes} episodes of ${sessions} sessions, ${firstSession ?? '-'} to ${lastSession ?? '-'}, in ${status.partitions.length} partitions; ` +
      `${(bytes / 2 ** 20).toFixed(1)} MiB, opened in ${openSeconds.toFixed(1)} s; recall ${recall.toFixed(3)}\n`,
  );
  if (leftOut > 0)
    print(`${leftOut} sessions were built by other code or settings than the last, and are left out.\n`);
  if (pinned !== null)
    print(`Rolled back to ${pinned}: \`./spymaster index latest ${product}\` undoes that.\n`);
  printTable(
    ['version', 'digest', 'sessions', 'episodes', 'learned', 'prior', 'gain, nat an episode (90 %)'],
    status.versions.map(
      ({ name, version, sessions: of, episodes: n, learnedGroups, priorStrength, gain }) => [
        name,
        version.slice(0, 8),
        of,
        n,
        learnedGroups.join(', ') || 'none',
        priorStrength ?? 'base rates',
        gainCell(gain),
      ],
    ),
  );
  if (!partitions) return;
  printTable(
    ['partition', 'episodes', 'sessions'],
    status.partitions.map((one) => [one.partition, one.episodes, one.sessions]),
  );
}

async function build({ symbol, start, end, reprocess, json }: BuildOptions): Promise<void> {
  const config = loadConfig();
  const lake = await openExistingLake(config);
  lake.products.productOf(symbol);
  const dates = await builtDates(lake, { product: symbol });
  if (dates.length === 0)
    throw new SpymasterError('NoInput', `${symbol} has no episodes yet`, {
      expected: 'a built trade date: `./spymaster partitions` says how to build',
    });
  const request = parseBackfill({
    symbol,
    start: start ?? dates[0].tradeDate,
    end: end ?? dates.at(-1)!.tradeDate,
    layers: ['normalisation'],
    reprocess,
  });
  await buildHere(request, config, json);
}

async function rollback(name: string, { json }: { json?: boolean }): Promise<void> {
  const { product, trade_date: date } = parseKey('product-date', name).key;
  const lake = await openExistingLake();
  lake.products.productOf(product);
  await requireVersion(lake, product, date);
  await pin(lake, product, date);
  if (json) return printJson({ product, pinned: name });
  note(
    `Precedents of ${product} are looked for as they were for ${date}; \`./spymaster index latest ${product}\` undoes that.`,
  );
}

async function latest(product: string, { json }: { json?: boolean }): Promise<void> {
  const lake = await openExistingLake();
  lake.products.productOf(product);
  if (!(await indexedProducts(lake)).includes(product))
    throw new SpymasterError('BadArgument', `there is no index of ${product}`, {
      expected: `./spymaster index build --symbol ${product}`,
    });
  await pin(lake, product, undefined);
  if (json) return printJson({ product, pinned: null });
  note(`Precedents of ${product} are looked for in the latest index.`);
}
