/** What `spymaster verify` does. */
import type { StageContext, StageProgress } from '../../activities/stages/stage';
import { verifyAsOf } from '../../activities/verify/asOf';
import { contractOn } from '../../activities/verify/contractDate';
import { verifyLabels } from '../../activities/verify/labels';
import { verifyParity } from '../../activities/verify/parity';
import { agrees, type Verdict } from '../../activities/verify/session';
import { verifySignal, type SignalVerdict } from '../../activities/verify/signal';
import { isoTime } from '../../graph/dbn';
import type { Comparison } from '../../graph/quality/comparison';
import type { Lake } from '../../lake/lake';
import { openLake } from './openLake';
import { loadConfig, type Config } from '../config';
import type { AsOfOptions, ParityOptions, SignalOptions, VerifyOptions } from './commands/verify';
import { untilInterrupted } from './interrupt';
import { EXIT, note, printJson, printTable } from './output';
import { ProgressLine } from './progress';

interface Target {
  config: Config;
  lake: Lake;
  contract: string;
  tradeDate: string;
}

export async function asOf(options: AsOfOptions): Promise<void> {
  const { cuts, seed } = options;
  const verdict = await verified(options, ({ config, lake, ...target }, context) =>
    verifyAsOf(lake, config.features, { ...target, cuts, seed }, context),
  );
  report(verdict, options);
  if (!options.json)
    note(
      `Cut off at ${verdict.cuts.map(({ at, records }) => `${isoTime(at)?.slice(0, 23)} (${records} records)`).join(', ')}.`,
    );
}

export async function parity(options: ParityOptions): Promise<void> {
  const { symbol, seed } = options;
  const verdict = await verified(options, ({ config, ...target }, context) =>
    verifyParity(config, { symbol, seed, ...target }, context),
  );
  report(verdict, options);
  if (!options.json)
    note(
      `${verdict.records} records in ${verdict.pieces} pieces, saved and restored ${verdict.restarts} times.`,
    );
}

export async function labels(options: VerifyOptions): Promise<void> {
  const { symbol } = options;
  const verdict = await verified(options, ({ config, ...target }, context) =>
    verifyLabels(config, { symbol, ...target }, context),
  );
  report(verdict, options);
}

export async function signal({ strength, days, seed, json }: SignalOptions): Promise<void> {
  const { features } = loadConfig();
  const strengths = strength === undefined ? ([0, 1] as const) : [Number(strength) as 0 | 1];
  const runs: SignalVerdict[] = [];
  await withProgress('', async (context) => {
    for (const of of strengths)
      runs.push(await verifySignal(features, { strength: of, days, seed }, context));
  });
  if (json) printJson({ agrees: runs.every((run) => run.agrees), runs });
  else printSignals(runs);
  if (!runs.every((run) => run.agrees)) process.exitCode = EXIT.failed;
}

/** Runs a verification on the contract-date the options name, with progress, until it is interrupted. */
async function verified<T extends Verdict>(
  { symbol, date, contract: named }: VerifyOptions,
  work: (target: Target, context: StageContext) => Promise<T>,
): Promise<T> {
  const config = loadConfig();
  const lake = await openLake(config);
  const contract = await contractOn(lake, { symbol, date, contract: named });
  const target = { config, lake, contract, tradeDate: date };
  return withProgress(`${contract} ${date}: `, (context) => work(target, context));
}

async function withProgress<T>(title: string, work: (context: StageContext) => Promise<T>): Promise<T> {
  const line = new ProgressLine();
  const progress = ({ phase, done, total }: StageProgress) =>
    line.show(`${title}${phase}${total > 0 ? ` ${Math.floor((100 * done) / total)} %` : ''}`);
  try {
    return await untilInterrupted((signal) => work({ progress, signal }));
  } finally {
    line.end();
  }
}

function report(verdict: Verdict, { json }: VerifyOptions): void {
  const agreed = agrees(verdict);
  if (json) printJson({ agrees: agreed, ...verdict });
  else printComparisons(verdict.comparisons);
  if (!agreed) process.exitCode = EXIT.failed;
  else if (!json && verdict.comparisons.every(({ rows }) => rows === 0))
    note('There was nothing to compare: no rows.');
}

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
      'loss, base rate',
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
