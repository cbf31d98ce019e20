/** `spymaster verify ...`: checks of what is in the lake against what it must be, which anybody can run. */
import { Option, type Command } from 'commander';
import { currentFeatures } from '../../../activities/stages/currentSettings';
import type { StageContext } from '../../../activities/stages/stage';
import { verifyAsOf } from '../../../activities/verify/asOf';
import { contractOn } from '../../../activities/verify/contractDate';
import { verifyLabels } from '../../../activities/verify/labels';
import { verifyParity } from '../../../activities/verify/parity';
import { agrees, type Verdict } from '../../../activities/verify/session';
import { verifySignal, type SignalVerdict } from '../../../activities/verify/signal';
import { easternClock } from '../../../graph/market/easternTime';
import type { Comparison } from '../../../graph/quality/comparison';
import type { Lake } from '../../../lake/lake';
import { loadConfig, type Config } from '../../config';
import { calendarDate, wholeNumber } from '../arguments';
import { openExistingLake } from '../openLake';
import { EXIT, note, print, printJson, printTable } from '../terminal/output';
import { toneOf } from '../terminal/colour';
import { withStageProgress } from '../terminal/stageProgress';

interface VerifyOptions {
  date: string;
  symbol: string;
  contract?: string;
  json?: boolean;
}

interface AsOfOptions extends VerifyOptions {
  cuts: number;
  seed: number;
}

interface ParityOptions extends VerifyOptions {
  seed: number;
}

interface SignalOptions {
  strength?: '0' | '1';
  days: number;
  seed: number;
  json?: boolean;
}

const EXITS = `
Rows are compared bit for bit. The last line is the verdict: PASS, FAIL, or EMPTY where there were no rows to compare.
Exit code: 0 everything agrees; 1 something differs, or could not be verified.`;

const AS_OF_HELP = `
The date is computed whole, and again from its records up to each of some random times. Whatever was known before such a time must
be the same in both.${EXITS}`;

const PARITY_HELP = `
The date's records stream through the session graph in pieces of random sizes, saved and restored in between, as in a live worker
that is replaced now and then. What comes out must be what the batch build has published.${EXITS}`;

const LABELS_HELP = `
Every outcome is worked out again by SQL from the trades in bronze.mbo and the touches in gold.episodes alone. Times, prices and
counts must agree exactly, distances from a level that lies between ticks within a millionth of a tick.
The last line is the verdict: PASS, FAIL, or EMPTY where there were no episodes.
Exit code: 0 everything agrees; 1 something differs, or could not be verified.`;

const SIGNAL_HELP = `
Days are simulated whose order flow knows everything of how approaches end (strength 1), or nothing (strength 0), and run through
the session graph. Every outcome is then predicted from earlier days: by volatility, distance of the touch and time of day, and by the
vector besides. Skill is how much the vector lowers the log loss, in nats an episode, with a 95 % interval from a bootstrap of days.
The interval must lie above 0 with strength 1, and not with strength 0. The last line is the verdict: PASS or FAIL.
Exit code: 0 both are as they should be; 1 not.`;

export function define(verify: Command): void {
  dated(verify.command('as-of'))
    .description('Cut the input off at random times: nothing that was known before may change.')
    .option('--cuts <n>', 'how many times', wholeNumber, 8)
    .option('--seed <n>', 'other times', wholeNumber, 1)
    .addHelpText('after', AS_OF_HELP)
    .action(asOf);
  dated(verify.command('parity'))
    .description('Stream the date: what comes out must be what the batch build published.')
    .option('--seed <n>', 'other pieces, other interruptions', wholeNumber, 1)
    .addHelpText('after', PARITY_HELP)
    .action(parity);
  dated(verify.command('labels'))
    .description('Work out every outcome again by SQL from the raw trades.')
    .addHelpText('after', LABELS_HELP)
    .action(labels);
  verify
    .command('signal')
    .description(
      'Simulate days with and without a signal: vectors must find the one, and nothing in the other.',
    )
    .addOption(new Option('--strength <0|1>', 'only days with, or only without').choices(['0', '1']))
    .option('--days <n>', 'simulated days of each kind', wholeNumber, 30)
    .option('--seed <n>', 'other days', wholeNumber, 1)
    .option('--json', 'print one JSON document')
    .addHelpText('after', SIGNAL_HELP)
    .action(signal);
}

const dated = (command: Command): Command =>
  command
    .requiredOption('--date <date>', 'trade date (ET), YYYY-MM-DD', calendarDate)
    .option('--symbol <product>', 'product', 'ES')
    .option('--contract <symbol>', 'raw symbol, such as ESH4, instead of the one chosen by volume')
    .option('--json', 'print one JSON document; 64-bit integers are strings');

interface Target {
  config: Config;
  lake: Lake;
  contract: string;
  tradeDate: string;
}

async function asOf(options: AsOfOptions): Promise<void> {
  const { cuts, seed } = options;
  const verdict = await verified(options, async ({ config, lake, ...target }, context) =>
    verifyAsOf(lake, await currentFeatures(lake, config.features), { ...target, cuts, seed }, context),
  );
  report('as-of', verdict, options, () =>
    note(
      `Cut off at ${verdict.cuts.map(({ at, records }) => `${easternClock(at, 3)} ET (${records} records)`).join(', ')}.`,
    ),
  );
}

async function parity(options: ParityOptions): Promise<void> {
  const { symbol, seed } = options;
  const verdict = await verified(options, ({ config, ...target }, context) =>
    verifyParity(config, { symbol, seed, ...target }, context),
  );
  report('parity', verdict, options, () =>
    note(
      `${verdict.records} records in ${verdict.pieces} pieces, saved and restored ${verdict.restarts} times.`,
    ),
  );
}

async function labels(options: VerifyOptions): Promise<void> {
  const { symbol } = options;
  const verdict = await verified(options, ({ config, ...target }, context) =>
    verifyLabels(config, { symbol, ...target }, context),
  );
  report('labels', verdict, options);
}

async function signal({ strength, days, seed, json }: SignalOptions): Promise<void> {
  const { features } = loadConfig();
  const strengths = strength === undefined ? ([0, 1] as const) : [Number(strength) as 0 | 1];
  const runs: SignalVerdict[] = [];
  await withStageProgress('', async (context) => {
    for (const of of strengths)
      runs.push(await verifySignal(features, { strength: of, days, seed }, context));
  });
  const agreed = runs.every((run) => run.agrees);
  const word: Word = agreed ? 'PASS' : 'FAIL';
  if (!agreed) process.exitCode = EXIT.failed;
  if (json) return printJson({ verdict: word, agrees: agreed, runs });
  printSignals(runs);
  const findings = runs.map(
    (run) =>
      `strength ${run.strength}: ${run.found ? 'a signal' : 'no signal'}, ${run.agrees ? 'as it should be' : 'WRONG'}`,
  );
  printVerdict('signal', word, findings.join('; '));
}

/** Runs a verification on the contract-date the options name, with progress, until it is interrupted. */
async function verified<T extends Verdict>(
  { symbol, date, contract: named }: VerifyOptions,
  work: (target: Target, context: StageContext) => Promise<T>,
): Promise<T> {
  const config = loadConfig();
  const lake = await openExistingLake(config);
  const contract = await contractOn(lake, { symbol, date, contract: named });
  const target = { config, lake, contract, tradeDate: date };
  return withStageProgress(`${contract} ${date}: `, (context) => work(target, context));
}

type Word = 'PASS' | 'FAIL' | 'EMPTY';

/** @param how says how it was done, between the findings and the verdict */
function report(name: string, verdict: Verdict, { json }: VerifyOptions, how?: () => void): void {
  const { comparisons } = verdict;
  const sum = (count: 'rows' | 'differences') => comparisons.reduce((total, one) => total + one[count], 0);
  const agreed = agrees(verdict);
  const word: Word = !agreed ? 'FAIL' : sum('rows') > 0 ? 'PASS' : 'EMPTY';
  if (!agreed) process.exitCode = EXIT.failed;
  if (json) return printJson({ verdict: word, agrees: agreed, ...verdict });
  printComparisons(comparisons);
  how?.();
  const rows = `${sum('rows').toLocaleString('en-US')} rows of ${comparisons.length} ${name === 'labels' ? 'horizons' : 'tables'}`;
  printVerdict(
    name,
    word,
    word === 'EMPTY'
      ? 'there were no rows to compare'
      : `${rows}, ${sum('differences').toLocaleString('en-US')} differences`,
  );
}

const printVerdict = (name: string, word: Word, text: string): void => {
  print('\n');
  print(`${word} ${name}: ${text}\n`, toneOf(word));
};

function printComparisons(comparisons: readonly Comparison[]): void {
  printTable(
    ['dataset', 'rows compared', 'differences', 'first difference'],
    comparisons.map(({ dataset, rows, differences, first }) => [
      dataset,
      rows,
      differences,
      first ? `${first.row}, ${first.column ?? 'row'}: ${first.expected} expected, ${first.found} found` : '',
    ]),
  );
}

function printSignals(runs: readonly SignalVerdict[]): void {
  printTable(
    [
      'strength',
      'days judged',
      'episodes',
      'loss, baseline',
      'loss, vector',
      'skill (95 %)',
      'signal',
      'as it should be',
    ],
    runs.map(
      ({ strength, judgedDays, observations, baselineLoss, loss, skill, interval, found, agrees: right }) => [
        strength,
        judgedDays,
        observations,
        baselineLoss.toFixed(4),
        loss.toFixed(4),
        `${skill.toFixed(4)} (${interval.low.toFixed(4)} to ${interval.high.toFixed(4)})`,
        found ? 'found' : 'none',
        right ? 'yes' : 'NO',
      ],
    ),
  );
}
