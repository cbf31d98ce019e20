/** What `spymaster quality` does. */
import { qualityReport, type QualityReport } from '../../activities/qualityReport';
import type { StageProgress } from '../../activities/stage';
import { contractOn } from '../../activities/verify/contractDate';
import type { QualityOptions } from './commands/quality';
import { untilInterrupted } from './interrupt';
import { openLake } from './openLake';
import { EXIT, note, printJson, printTable } from './output';
import { ProgressLine } from './progress';

export async function quality(
  date: string,
  { symbol, contract: named, json }: QualityOptions,
): Promise<void> {
  const lake = await openLake();
  const contract = await contractOn(lake, { symbol, date, contract: named });
  const line = new ProgressLine();
  const progress = ({ phase, done, total }: StageProgress) =>
    line.show(`${contract} ${date}: ${phase}${total > 0 ? ` ${Math.floor((100 * done) / total)} %` : ''}`);
  let report: QualityReport;
  try {
    report = await untilInterrupted((signal) => qualityReport(lake, contract, date, { progress, signal }));
  } finally {
    line.end();
  }
  if (json) printJson(report);
  else summarise(report);
  if (report.verdict === 'blocked') process.exitCode = EXIT.partial;
}

function summarise({ contract, tradeDate, verdict, checks }: QualityReport): void {
  printTable(
    ['layer', 'check', 'severity', 'verdict', 'finding'],
    checks.map(({ layer, check, severity, passed, message }) => [
      layer,
      check,
      severity,
      passed ? 'passed' : 'FAILED',
      message,
    ]),
  );
  note(`${contract} ${tradeDate}: ${verdict}.`);
}
