/** `spymaster live`: the live worker. */
import { randomUUID } from 'node:crypto';
import { Argument, type Command } from 'commander';
import { previousTradeDate, tradeDateOf } from '../../../graph/market/calendar';
import type { Product } from '../../../graph/products/profile';
import type { Lake } from '../../../lake/lake';
import { loadConfig } from '../../config';
import { hubsConnection } from '../../eventHubs/localHubs';
import { FEATURES_HUB, RESULTS_HUB } from '../../live/announcements';
import { nowNs } from '../../live/clock';
import { PositionKeeper } from '../../live/keptPosition';
import { openCheckpoints } from '../../live/openCheckpoints';
import { followContracts, type Followed, type FollowListener } from '../../live/followContract';
import type { FeedCounts } from '../../live/feedTally';
import { observeLake } from '../../observing/lakeMetrics';
import { openLog, type Log } from '../../observing/log';
import { processRegistry, whileObserved } from '../../observing/observe';
import { metricsPlace, type PortChoice } from '../../observing/place';
import { Seldom } from '../../observing/seldom';
import { calendarDate, metricsOption, wholeNumber } from '../arguments';
import { schemaText, type EventHubName } from '../eventSchemas';
import { openLake } from '../openLake';
import { inferenceLine } from '../summaries/inference';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, print } from '../terminal/output';
import { withProgress, type ProgressLine } from '../terminal/progress';

interface Options {
  symbol: string[];
  contract?: string[];
  date?: string;
  every: number;
  once?: boolean;
  again?: boolean;
  touches?: boolean;
  json?: boolean;
  metricsPort?: PortChoice;
}

const HELP = `
The session is rebuilt from the hub mbo_raw as it comes. Its rows are in bronze.mbo, silver.bars and the other tables of the lake as it
goes on, and model and precedents answer every approach to a level, as soon as it is under way, and every touch: events in the hub
inference_results, and a line each here, with shares of BREAK/REJECT/CHOP in percent; their vectors are in the hub features_gold. What
is said of an approach is provisional: as if it touched now. Many end without a touch; a touch names the approach that led to it. The
worker may be ended at any time, even killed: the next one goes on where the last part was written. After the close a build of the date
replaces the rows by those of the raw files. Several contracts share what is read of the hub; what keeps one from being followed does
not keep the others. With dates of the lake, on one machine:

  ./spymaster replay 2024-03-05 --options --speed max
  ./spymaster live --date 2024-03-05 --once
  ./spymaster live --symbol ES NQ`;

export function define(command: Command): void {
  command
    .option('--symbol <product...>', 'products, a contract of each', ['ES'])
    .option(
      '--contract <symbol...>',
      'contracts; by default the one most traded the day before, or else the front one',
    )
    .option('--date <date>', 'trade date; by default the present one', calendarDate)
    .option('--every <seconds>', 'seconds between parts that are written', wholeNumber, 10)
    .option('--once', 'end the session when all that is in the hub has been taken')
    .option('--again', 'begin the session anew, whatever has been followed or built of it')
    .option('--touches', 'print no approaches; they are published all the same')
    .option('--json', 'print results as JSON, a line each')
    .addHelpText('after', HELP)
    .action(live);
  metricsOption(command);
  command
    .command('schema')
    .description('Print the JSON Schema of the events in inference_results, or features_gold.')
    .addArgument(new Argument('[hub]', 'event hub').choices([RESULTS_HUB, FEATURES_HUB]).default(RESULTS_HUB))
    .action((hub: EventHubName) => print(schemaText(hub)));
}

async function live(options: Options): Promise<void> {
  const config = loadConfig();
  const connection = await hubsConnection(config);
  const lake = await openLake(config);
  const targets = await targetsOf(lake, options);
  const log = openLog('live');
  await untilInterrupted((signal) =>
    withProgress(async (line) => {
      const run = { workflowId: 'live', runId: randomUUID() };
      const { every, once = false, again = false } = options;
      const registry = processRegistry('live');
      observeLake(registry);
      const told: Told = new Map();
      const checkpoints = openCheckpoints(config.eventHubs, (text) => log.warn({}, text));
      const keepers = targets.map(
        (target) =>
          new PositionKeeper(lake.store, target, listener(target, targets, told, { line, log }, options)),
      );
      const follow = () =>
        followContracts(
          targets.map((target, k) => ({
            ...target,
            lake,
            features: config.features,
            connection,
            checkpoints,
            partMs: every * 1000,
            once,
            again,
            run,
            signal,
            tell: keepers[k].listener,
            registry,
            lineage: config.lineage,
          })),
        );
      const place = metricsPlace('live', config.metrics, options.metricsPort);
      const ends = await whileObserved('live', registry, place, log, follow);
      await Promise.all(
        ends.map((end, k) => keepers[k].end(end.status === 'fulfilled' ? end.value : undefined)),
      );
      line.clear();
      conclude(targets, ends, told, log);
    }, log),
  );
}

/** A contract and the trade date it is followed on. */
interface Target {
  readonly contract: string;
  /** ET, `YYYY-MM-DD`. */
  readonly tradeDate: string;
}

/** What came of each so far, and whether it is all that the hub has. */
type Told = Map<Target, { readonly counts: Readonly<FeedCounts>; readonly caughtUp: boolean }>;

/** @throws SpymasterError BadArgument for what is no contract, or no product */
async function targetsOf(lake: Lake, { symbol, contract, date }: Options): Promise<Target[]> {
  const { products } = lake;
  const dateOf = (product: Product) => date ?? tradeDateOf(nowNs(), product);
  if (!contract)
    return Promise.all(
      [...new Set(symbol)].map(async (root) => {
        const tradeDate = dateOf(products.productOf(root));
        return { contract: await leading(lake, root, tradeDate), tradeDate };
      }),
    );
  return [...new Set(contract)].map((name) => {
    const known = products.parseSymbol(name);
    const tradeDate = dateOf(known.kind === 'outright' ? known.product : products.productOf('ES'));
    products.contractOf(name, tradeDate);
    return { contract: name, tradeDate };
  });
}

/** Tells on the terminal how a contract is followed; beside others, whose it is. */
function listener(
  target: Target,
  targets: readonly Target[],
  told: Told,
  { line, log }: { line: ProgressLine; log: Log },
  { json, touches }: Options,
): FollowListener {
  const { contract, tradeDate } = target;
  const several = targets.length > 1;
  const name = several ? `${contract}: ` : '';
  const warn = (text: string, fields: object = {}) => {
    line.clear();
    log.warn({ ...target, ...fields, words: `${name}${text}` }, text);
  };
  const seldom = new Seldom({ warn: (fields, text) => warn(text, fields) });
  return {
    begun: ({ resumed, partition }) =>
      log.info(
        { ...target, partition, resumed },
        `${contract} ${tradeDate} from partition ${partition}${resumed ? ', going on' : ''}. Ctrl-C stops it.`,
      ),
    progress: (counts, caughtUp) => {
      told.set(target, { counts: { ...counts }, caughtUp });
      const each = [...told].map(
        ([of, now]) =>
          `${several ? `${of.contract} ` : ''}${describe(now.counts)}${now.caughtUp ? ', nothing waits' : ''}`,
      );
      line.show(each.join('; '));
    },
    result: (result) => {
      if (touches && result.trigger !== 'touch') return;
      line.clear();
      print(
        `${json ? JSON.stringify(result) : `${several ? contract.padEnd(6) : ''}${inferenceLine(result)}`}\n`,
      );
    },
    poisoned: (sequence, reason) =>
      warn(`Event ${sequence} is left out: ${reason}. It is in the dead letters.`, { sequence }),
    apart: (isApart) =>
      warn(
        isApart
          ? 'What is told of options does not come: the contract is followed without it.'
          : 'What is told of options has caught up.',
      ),
    unread: ({ code = 'unknown', message }) => {
      const now = told.get(target);
      if (now) told.set(target, { ...now, caughtUp: false });
      seldom.warn(code, { code }, `The hub cannot be read, and is asked again: ${message}`);
    },
    unwritten: ({ message }) => warn(`Not written yet: ${message}. It is tried again until there is room.`),
    kept: (seconds) => {
      line.clear();
      log.debug({ ...target, seconds }, `${name}Written and kept in ${seconds.toFixed(2)} s.`);
    },
    takenOver: () =>
      warn('A build has taken the date over: touches are answered, but no more rows are written.'),
  };
}

/**
 * Says how each ended.
 * @throws what kept the only one, or the first of several that all failed, from being followed
 */
function conclude(
  targets: readonly Target[],
  ends: readonly PromiseSettledResult<Followed>[],
  told: Told,
  log: Log,
): void {
  const failures = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
  for (const [i, end] of ends.entries()) {
    const { contract, tradeDate } = targets[i];
    const counts = told.get(targets[i])?.counts;
    if (end.status === 'rejected') {
      if (targets.length > 1)
        log.error(
          targets[i],
          `${contract} ${tradeDate}: ${end.reason instanceof Error ? end.reason.message : String(end.reason)}`,
        );
    } else if (end.value === 'over') {
      log.info(targets[i], `${contract} ${tradeDate} has been followed to its end; --again begins it anew.`);
    } else {
      log.info(
        { ...targets[i], ...counts },
        `${contract} ${tradeDate}: ${counts ? describe(counts) : 'no records'}.`,
      );
      log.info(
        targets[i],
        end.value === 'ended'
          ? 'The session is over, and all of it is in the lake.'
          : 'Stopped; the same command goes on from here.',
      );
    }
  }
  if (failures.length === targets.length) throw failures[0];
  if (failures.length > 0) process.exitCode = EXIT.partial;
  else if (ends.some((end) => end.status === 'fulfilled' && end.value === 'suspended'))
    process.exitCode = EXIT.interrupted;
}

async function leading(lake: Lake, symbol: string, tradeDate: string): Promise<string> {
  const product = lake.products.productOf(symbol);
  const volumes = (await lake.raw.catalog()).volumes(previousTradeDate(tradeDate, product));
  return lake.products.chooseContract(symbol, tradeDate, volumes).contract.symbol;
}

const describe = ({
  records,
  duplicates,
  repeated,
  missing,
  unreadable,
  withoutOptions,
}: Readonly<FeedCounts>): string =>
  [
    `${records.toLocaleString('en-US')} records`,
    repeated > 0 ? `${repeated.toLocaleString('en-US')} of them sent again by another run of the feed` : '',
    duplicates > 0 ? `${duplicates} packets came twice` : '',
    missing > 0 ? `${missing} packets are missing` : '',
    unreadable > 0 ? `${unreadable} could not be read` : '',
    withoutOptions > 0 ? `${withoutOptions.toLocaleString('en-US')} without the options` : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
