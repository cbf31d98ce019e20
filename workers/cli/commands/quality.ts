/** `spymaster quality DATE`: the quality of a contract-date's data. */
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { qualityReport, type QualityReport } from '../../../activities/reports/qualityReport';
import { contractOn } from '../../../activities/verify/contractDate';
import { factsOf } from '../../report/facts';
import { qualityPage } from '../../report/qualityPage';
import { calendarDate } from '../arguments';
import { openExistingLake } from '../openLake';
import { toneOf } from '../terminal/colour';
import { EXIT, note, print, printJson, printTable } from '../terminal/output';
import { requireFolderOf } from '../terminal/overwrite';
import { withStageProgress } from '../terminal/stageProgress';

interface Options {
  symbol: string;
  contract?: string;
  html?: string;
  json?: boolean;
}

const HELP = `
Coverage minute by minute, silences, dead letters, the book against the venue's snapshots, message mix, every check of the build, and
the drift of features against up to 20 earlier sessions in the lake.
Exit code: 0 no blocking check failed; 3 one did; 1 the date was never built.

  ./spymaster quality 2024-03-05 --html quality.html`;

export function define(command: Command): void {
  command
    .argument('<date>', 'trade date (ET), YYYY-MM-DD', calendarDate)
    .option('--symbol <product>', 'product', 'ES')
    .option('--contract <symbol>', 'raw symbol, such as ESH4, instead of the one chosen by volume')
    .option('--html <file>', 'write the report as one HTML page, with charts')
    .option('--json', 'print one JSON document; 64-bit integers are strings')
    .addHelpText('after', HELP)
    .action(reportQuality);
}

async function reportQuality(date: string, options: Options): Promise<void> {
  const { symbol, contract: named, html, json } = options;
  if (html !== undefined) requireFolderOf(html);
  const lake = await openExistingLake();
  const contract = await contractOn(lake, { symbol, date, contract: named });
  const report = await withStageProgress(`${contract} ${date}: `, (context) =>
    qualityReport(lake, contract, date, context),
  );
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
  const { contract, tradeDate, data, verdict, checks } = report;
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
  print(`\n${facts.join('\n')}\n\n`);
  print(`${contract} ${tradeDate}${data === 'real' ? '' : ` (${data} data)`}: ${verdict}\n`, toneOf(verdict));
}
