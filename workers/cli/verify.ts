/** What `spymaster verify` does. */
import type { StageContext, StageProgress } from '../../activities/stage';
import { verifyAsOf } from '../../activities/verify/asOf';
import { contractOn } from '../../activities/verify/contractDate';
import { verifyLabels } from '../../activities/verify/labels';
import { verifyParity } from '../../activities/verify/parity';
import { agrees, type Verdict } from '../../activities/verify/session';
import { isoTime } from '../../graph/dbn';
import type { Comparison } from '../../graph/quality/comparison';
import { Lake } from '../../lake/lake';
import { loadConfig, type Config } from '../config';
import type { AsOfOptions, ParityOptions, VerifyOptions } from './commands/verify';
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
      `Cut off at ${verdict.cuts.map(({ at, records }) => `${isoTime(at)?.slice(11, 23)} (${records} records)`).join(', ')}.`,
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

/** Runs a verification on the contract-date the options name, with progress, until it is interrupted. */
async function verified<T extends Verdict>(
  { symbol, date, contract: named }: VerifyOptions,
  work: (target: Target, context: StageContext) => Promise<T>,
): Promise<T> {
  const config = loadConfig();
  const lake = await Lake.open(config.lake);
  const contract = await contractOn(lake, { symbol, date, contract: named });
  const line = new ProgressLine();
  const progress = ({ phase, done, total }: StageProgress) =>
    line.show(`${contract} ${date}: ${phase}${total > 0 ? ` ${Math.floor((100 * done) / total)} %` : ''}`);
  try {
    return await untilInterrupted((signal) =>
      work({ config, lake, contract, tradeDate: date }, { progress, signal }),
    );
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
