/** `spymaster live`: the live worker. */
import { randomUUID } from 'node:crypto';
import { Argument, type Command } from 'commander';
import { previousTradeDate, tradeDateOf } from '../../../graph/market/calendar';
import { featuresSchema } from '../../../graph/scoring/featuresMessage';
import { inferenceSchema } from '../../../graph/scoring/inferenceResult';
import type { Lake } from '../../../lake/lake';
import { loadConfig } from '../../config';
import { hubsConnection } from '../../eventHubs/localHubs';
import { FEATURES_HUB, RESULTS_HUB } from '../../live/announcements';
import { nowNs } from '../../live/clock';
import { followContract, type FollowListener } from '../../live/followContract';
import type { FeedCounts } from '../../live/contractProgress';
import { observeLake } from '../../observing/lakeMetrics';
import { processRegistry, whileObserved } from '../../observing/observe';
import { metricsPlace, type PortChoice } from '../../observing/place';
import { calendarDate, metricsOption, wholeNumber } from '../arguments';
import { openLake } from '../openLake';
import { inferenceLine } from '../summaries/inference';
import { untilInterrupted } from '../terminal/interrupt';
import { EXIT, note, noteMetrics, print } from '../terminal/output';
import { withProgress } from '../terminal/progress';

interface Options {
  symbol: string;
  contract?: string;
  date?: string;
  every: number;
  once?: boolean;
  again?: boolean;
  touches?: boolean;
  json?: boolean;
  metricsPort?: PortChoice;
}

const HELP = `
The session is rebuilt from the hub mbo_raw as it comes. Its rows are in bronze.mbo, silver.bars and the other tables of the lake as it goes
on, and model and precedents answer every approach to a level, as soon as it is under way, and every touch: events in the hub
inference_results, and a line each here, with shares of BREAK/REJECT/CHOP in percent; their vectors are in the hub features_gold. What is
said of an approach is provisional: as if it touched now. Many end without a touch; a touch names the approach that led to it. The worker may be ended at any time, even killed: the next one goes on where the last part
was written. After the close a build of the date replaces the rows by those of the raw files. With dates of the lake, on one machine:

  ./spymaster replay 2024-03-05 --speed max
  ./spymaster live --date 2024-03-05 --once`;

const SCHEMAS = { [RESULTS_HUB]: inferenceSchema, [FEATURES_HUB]: featuresSchema };

export function define(command: Command): void {
  command
    .option('--symbol <product>', 'product', 'ES')
    .option(
      '--contract <symbol>',
      'contract; by default the one most traded the day before, or else the front one',
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
    .addArgument(new Argument('[hub]', 'event hub').choices(Object.keys(SCHEMAS)).default(RESULTS_HUB))
    .action((hub: keyof typeof SCHEMAS) => print(`${JSON.stringify(SCHEMAS[hub](), null, 2)}\n`));
}

async function live(options: Options): Promise<void> {
  const config = loadConfig();
  const connection = hubsConnection(config.eventHubs);
  const lake = await openLake(config);
  const product = lake.products.productOf(options.symbol);
  const tradeDate = options.date ?? tradeDateOf(nowNs(), product);
  const contract = options.contract ?? (await leading(lake, options.symbol, tradeDate));
  lake.products.contractOf(contract, tradeDate);
  await untilInterrupted((signal) =>
    withProgress(async (line) => {
      const counts = { last: undefined as Readonly<FeedCounts> | undefined };
      const tell: FollowListener = {
        begun: ({ resumed, partition }) =>
          note(
            `${contract} ${tradeDate} from partition ${partition}${resumed ? ', going on' : ''}. Ctrl-C stops it.`,
          ),
        progress: (now, caughtUp) => {
          counts.last = now;
          line.show(`${describe(now)}${caughtUp ? ', nothing waits' : ''}`);
        },
        result: (result) => {
          if (options.touches && result.trigger !== 'touch') return;
          line.clear();
          print(`${options.json ? JSON.stringify(result) : inferenceLine(result)}\n`);
        },
        poisoned: (sequence, reason) => {
          line.clear();
          note(`Event ${sequence} is left out, and in the dead letters: ${reason}`, 'warn');
        },
        apart: (isApart) => {
          line.clear();
          note(
            isApart
              ? 'What is told of options does not come: the contract is followed without it.'
              : 'What is told of options has caught up.',
            'warn',
          );
        },
        takenOver: () => {
          line.clear();
          note(
            'A build has taken the date over: touches are answered, but no more rows are written.',
            'warn',
          );
        },
      };
      const run = { workflowId: 'live', runId: randomUUID() };
      const { every, once = false, again = false } = options;
      const registry = processRegistry('live');
      observeLake(registry);
      const place = metricsPlace('live', config.metrics, options.metricsPort);
      const follow = () =>
        followContract({
          lake,
          features: config.features,
          connection,
          contract,
          tradeDate,
          partMs: every * 1000,
          once,
          again,
          run,
          signal,
          tell,
          registry,
        });
      const ended = await whileObserved(registry, place, noteMetrics, follow);
      line.clear();
      if (ended === 'over')
        return note(`${contract} ${tradeDate} has been followed to its end; --again begins it anew.`);
      note(`${contract} ${tradeDate}: ${counts.last ? describe(counts.last) : 'no records'}.`);
      if (ended === 'ended') return note('The session is over, and all of it is in the lake.');
      note('Stopped; the same command goes on from here.');
      process.exitCode = EXIT.interrupted;
    }),
  );
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
