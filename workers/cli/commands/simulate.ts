/** `spymaster simulate`: a simulated market, as the DBN files Databento would deliver of it. */
import { productsOf } from '../../../graph/settings';
import { loadConfig } from '../../config';
import { Option, InvalidArgumentError, type Command } from 'commander';
import { REAL_ES } from '../../../graph/sim/realism';
import { SIZES } from '../../../graph/sim/simulation';
import { filesInTheWay, simulateInto, type SimulationSummary } from '../../simulator/simulateInto';
import { calendarDate, wholeNumber } from '../arguments';
import { printMarketFigures } from '../summaries/marketFigures';
import { untilInterrupted } from '../terminal/interrupt';
import { note, print, printJson, printTable } from '../terminal/output';
import { mayOverwrite } from '../terminal/overwrite';
import { withProgress } from '../terminal/progress';

interface Options {
  out: string;
  from: string;
  days: number;
  symbol: string;
  price?: number;
  size: keyof typeof SIZES;
  events?: number;
  strength: number;
  seed: number;
  options: boolean;
  plain?: boolean;
  report?: boolean;
  force?: boolean;
  json?: boolean;
}

const HELP = `
Sizes are MBO events a session: small ${SIZES.small}, quiet ${SIZES.quiet}, normal ${SIZES.normal}, extreme ${SIZES.extreme}.
A trade date takes the file of its UTC day and the evening of the day before, where its session begins.
What is planted at levels is written beside the data, truth-YYYYMMDD.jsonl: the outcome that lay ahead on the price's path, the one
the order flow of the approach pointed to, and the one the trades had; where approaches overlap, whose signal was on the book.
With --strength 0 the flow points anywhere. Real markets may have a strength of 0.05 to 0.15, if any: knowing all that was planted
then tells BREAK from REJECT with an AUC of 0.52 to 0.57, worth 1 to 15 thousandths of a nat a touch. 0.8 has an AUC of 0.84:
for demonstrations only.
The same arguments give the same bytes. The files appear together when all are complete, in place of others of the same days.`;

export function define(command: Command): void {
  command
    .requiredOption('--out <folder>', 'folder for the files')
    .requiredOption('--from <date>', 'first trade date, YYYY-MM-DD (New York)', calendarDate)
    .option('--days <n>', 'trade dates; weekends and holidays are skipped', wholeNumber, 1)
    .option('--symbol <root>', 'product', 'ES')
    .option('--price <points>', 'first price; default: a usual one of the product', points)
    .addOption(new Option('--size <size>', 'events a session').choices(Object.keys(SIZES)).default('small'))
    .option('--events <n>', 'events a session, instead of --size', wholeNumber)
    .option('--strength <share>', 'how much order flow tells about outcomes at levels, 0 to 1', share, 0.15)
    .option('--seed <n>', 'another seed, another market', wholeNumber, 1)
    .option('--no-options', 'leave out the options and their trades')
    .option('--plain', 'write .dbn instead of .dbn.zst')
    .option('--report', 'print how the simulated market behaves, beside a real one')
    .option('--force', 'overwrite files of the same days')
    .option('--json', 'print one JSON document')
    .addHelpText('after', HELP)
    .action(simulate);
}

function points(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('It must be from 0 to 1.');
  return value;
}

async function simulate(given: Options): Promise<void> {
  const { out, from, days, symbol, price, strength, seed, options, plain, force } = given;
  const { report: observe, json } = given;
  const events = given.events ?? SIZES[given.size];
  const products = productsOf(loadConfig().features);
  const request = {
    symbol,
    ...(price !== undefined && { price }),
    from,
    days,
    events,
    strength,
    seed,
    options,
  };
  await mayOverwrite(filesInTheWay(out, request, products), force);
  const started = performance.now();
  const summary = await withProgress((line) => {
    const onProgress = (file: string, written: number) => {
      const rate = written / ((performance.now() - started) / 1000);
      line.show(`${file}  ${millions(written)} events, ${millions(rate)} a second`);
    };
    return untilInterrupted((signal) =>
      simulateInto(out, request, { products, plain, observe, signal, onProgress }),
    );
  });
  const { figures } = summary;
  if (json) return printJson({ symbol, seed, strength, ...summary, ...(figures && { realES: REAL_ES }) });
  report(summary);
  if (!figures) return;
  print('\n');
  printMarketFigures(symbol, figures);
}

const millions = (n: number) => `${(n / 1e6).toFixed(2)} M`;

function report({ files, tradeDates, touches, truth, events, seconds }: SimulationSummary): void {
  printTable(
    ['file', 'records', 'MB'],
    files.map(({ path, records, bytes }) => [path, records, Number((bytes / 1e6).toFixed(2))]),
  );
  note(
    `${tradeDates.length} trade dates, ${events} events in ${seconds.toFixed(1)} s ` +
      `(${millions(events / seconds)} a second); ${touches} touches of levels in ${truth.length} truth files`,
  );
}
