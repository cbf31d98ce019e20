/** A quality report as one HTML page that needs nothing else: style and charts are in it. */
import type { QualityReport } from '../../activities/reports/qualityReport';
import type { TradingCalendar } from '../../graph/market/hours';
import { book } from './bookSection';
import { mark, round, time } from './cells';
import { driftOfBars, driftOfVectors } from './driftSections';
import { factsOf } from './facts';
import { escape, section, paragraph, table } from './html';
import { coverage, market, messages } from './recordSections';
import { page } from './page';

export function qualityPage(report: QualityReport, calendar: TradingCalendar): string {
  const { contract, tradeDate, data, verdict } = report;
  const title = `Data quality: ${contract} ${tradeDate}${data === 'real' ? '' : ` (${data} data)`}`;
  return page(title, { tone: verdict, words: VERDICTS[verdict] }, [
    summary(report),
    checks(report),
    coverage(report, calendar),
    messages(report),
    market(report, calendar),
    book(report),
    deadLetters(report),
    driftOfBars(report.drift.bars),
    driftOfVectors(report.drift.vectors),
    tables(report),
  ]);
}

const VERDICTS: Record<QualityReport['verdict'], string> = {
  passed: 'Passed: every check is within its limit, every layer published.',
  warned: 'Warned: no blocking check failed, but something deserves a look.',
  blocked: 'Blocked: a blocking check failed.',
};

function summary(report: QualityReport): string {
  const facts = factsOf(report).map(({ label, text }) => `<dt>${escape(label)}</dt><dd>${escape(text)}</dd>`);
  return section('Summary', `<dl>\n${facts.join('\n')}\n</dl>`);
}

function checks({ checks: found }: QualityReport): string {
  return section(
    'Checks',
    table(
      'Checks of the latest build of each layer',
      ['Layer', 'Check', 'Severity', 'Result', 'Value', 'Limit', 'Finding'],
      found.map(({ layer, check, severity, passed, value, limit, message }) => [
        layer,
        check,
        severity,
        passed ? 'passed' : mark('failed', 'bad'),
        value,
        limit,
        message,
      ]),
    ),
  );
}

function deadLetters({ deadLetters: letters }: QualityReport): string {
  return section(
    'Dead letters',
    letters.length === 0
      ? paragraph('None: every record could be used.')
      : table(
          'Records that could not be used',
          ['Reason', 'Field', 'Records'],
          letters.map(({ reason, field, records }) => [reason, field ?? '', records]),
        ),
  );
}

function tables({ layers, tables: found }: QualityReport): string {
  return section(
    'Layers and tables',
    table(
      'How the latest build of each layer ended',
      ['Layer', 'Status', 'Rows', 'Seconds', 'Finished (ET)', 'Code', 'Digest', 'Reason'],
      layers.map((layer) => [
        layer.layer,
        layer.status === 'published' ? layer.status : mark(layer.status, 'bad'),
        layer.rows,
        round(layer.seconds),
        time(layer.finishedAt),
        layer.codeVersion,
        layer.digest,
        layer.reason ?? '',
      ]),
    ),
    table(
      'Rows of this date by table',
      ['Table', 'Rows'],
      found.map(({ table: name, rows }) => [name, rows]),
    ),
  );
}
