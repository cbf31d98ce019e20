/** What `spymaster quality` does. */
import { writeFile } from 'node:fs/promises';
import { qualityReport, type QualityReport } from '../../activities/reports/qualityReport';
import type { StageProgress } from '../../activities/stages/stage';
import { contractOn } from '../../activities/verify/contractDate';
import { factsOf } from '../report/facts';
import { qualityPage } from '../report/qualityPage';
import type { QualityOptions } from './commands/quality';
import { untilInterrupted } from './interrupt';
import { openLake } from './openLake';
import { EXIT, note, printJson, printTable } from './output';
import { ProgressLine } from './progress';

export async function quality(
  date: string,
  { symbol, contract: named, html, json }: QualityOptions,
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
  if (html !== undefined) await writeFile(html, qualityPage(report, lake.products.productOf(symbol)));
  if (json) printJson(plain(report));
  else summarise(report);
  if (html !== undefined) note(`Written to ${html}.`);
  if (report.verdict === 'blocked') process.exitCode = EXIT.partial;
}

/** Typed arrays as lists: JSON knows no others. */
function plain(report: QualityReport): unknown {
  const { inspection } = report;
  if (!inspection) return report;
  const { records, trades, volume, ...minutes } = inspection.minutes;
  const lists = { records: [...records], trades: [...trades], volume: [...volume] };
  return { ...report, inspection: { ...inspection, minutes: { ...minutes, ...lists } } };
}

function summarise(report: QualityReport): void {
  const { contract, tradeDate, verdict, checks } = report;
  printTable(
    ['layer', 'check', 'severity', 'result', 'finding'],
    checks.map(({ layer, check, severity, passed, message }) => [
      layer,
      check,
      severity,
      passed ? 'passed' : 'FAILED',
      message,
    ]),
  );
  const facts = factsOf(report).map(({ label, text }) => `${label}: ${text}`);
  process.stdout.write(`\n${facts.join('\n')}\n\n${contract} ${tradeDate}: ${verdict}\n`);
}
