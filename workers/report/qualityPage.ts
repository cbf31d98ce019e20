/** A quality report as one HTML page that needs nothing else: style and charts are in it. */
import type { DriftReport, FeatureDrift } from '../../activities/reports/driftReport';
import { DRIFT_SESSIONS } from '../../activities/reports/driftReport';
import type { QualityReport } from '../../activities/reports/qualityReport';
import { isoTime } from '../../graph/dbn';
import { SESSION_NAMES, sessionOf } from '../../graph/market/calendar';
import type { TradingCalendar } from '../../graph/market/hours';
import { judgeDrift, PSI_LARGE, PSI_MODERATE } from '../../graph/quality/drift';
import { NS_PER_SECOND } from '../../graph/market/time';
import { count, driftInWords, factsOf } from './facts';
import { escape, paragraph, section, table, type Cell } from './html';
import { STYLE } from './style';
import { sideBar, timeChart, type Band, type TimeChart } from './svg';

const SECONDS_PER_MINUTE = 60;
/** Vectors have 144 dimensions; those that moved most are shown. */
const VECTOR_ROWS = 16;
/** Silences, spells and snapshots listed at most; the rest are counted. */
const LISTED = 50;

export function qualityPage(report: QualityReport, calendar: TradingCalendar): string {
  const { contract, tradeDate, verdict } = report;
  const title = `Data quality: ${contract} ${tradeDate}`;
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<head>',
    '<meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escape(title)}</title>`,
    `<style>${STYLE}</style>`,
    '</head>',
    '<body>',
    `<header><h1>${escape(title)}</h1><p class="verdict ${verdict}">${VERDICTS[verdict]}</p></header>`,
    '<main>',
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
    '</main>',
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

const VERDICTS: Record<QualityReport['verdict'], string> = {
  passed: 'Passed: every check is within its limit, every layer published.',
  warned: 'Warned: no blocking check failed, but something deserves a look.',
  blocked: 'Blocked: a blocking check failed.',
};

const NOT_PUBLISHED = paragraph('bronze.mbo of this date is not published: there are no records to look at.');

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

function coverage({ inspection, tradeDate }: QualityReport, calendar: TradingCalendar): string {
  if (!inspection) return section('Coverage', NOT_PUBLISHED);
  const { minutes, silences, first, last, tradingMinutes, coveredMinutes } = inspection;
  const axis = axisOf(tradeDate, calendar);
  const shift = Number(minutes.start - axis.start) / NS_PER_SECOND;
  const points = Array.from(minutes.records, (value, minute) => ({
    at: shift + minute * SECONDS_PER_MINUTE,
    value,
  })).filter(({ at }) => at >= 0 && at < axis.seconds);
  return section(
    'Coverage',
    paragraph(
      `Records in ${count(coveredMinutes)} of ${count(tradingMinutes)} minutes of trading hours; the first captured at ${time(first)}, the last at ${time(last)} (UTC).`,
    ),
    figure('Records a minute, on a logarithmic scale; hours are Eastern Time', {
      ...axis,
      series: [{ name: 'Records a minute', style: 'first', points, area: true }],
      scale: 'log',
      height: 220,
      label: count,
    }),
    silences.length === 0
      ? paragraph('No silence of a minute or longer in trading hours.')
      : table(
          `Silences of a minute or longer in trading hours${listed(silences)}`,
          ['From (UTC)', 'Seconds', 'Part of the date'],
          silences
            .slice(0, LISTED)
            .map(({ from, seconds }) => [
              time(from),
              round(seconds),
              minutes.session[Math.floor(Number(from - minutes.start) / NS_PER_SECOND / SECONDS_PER_MINUTE)],
            ]),
        ),
  );
}

function messages({ inspection }: QualityReport): string {
  if (!inspection) return section('Messages', NOT_PUBLISHED);
  const { actions, records, rate, latency, minutes } = inspection;
  const bySession = SESSION_NAMES.map((session) => {
    const sum = (values: Int32Array) =>
      values.reduce((total, value, k) => (minutes.session[k] === session ? total + value : total), 0);
    const length = minutes.session.filter((name) => name === session).length;
    const found = sum(minutes.records);
    return [session, length, found, round(found / length), sum(minutes.trades), sum(minutes.volume)];
  });
  return section(
    'Messages',
    table(
      'Mix',
      ['Action', 'Records', 'Share'],
      Object.entries(actions).map(([action, found]) => [
        action,
        found,
        `${((100 * found) / records).toFixed(2)} %`,
      ]),
    ),
    table(
      'By part of the date',
      ['Part', 'Minutes', 'Records', 'Records a minute', 'Trades', 'Lots traded'],
      bySession,
    ),
    table(
      'Rates and delays',
      ['Measure', 'Median', '99 %', 'Highest', 'Remark'],
      [
        [
          'Records a second of trading hours',
          rate.median,
          rate.p99,
          rate.highest,
          `highest at ${time(rate.highestAt)} UTC`,
        ],
        [
          'Capture after the engine, microseconds',
          round(latency.median),
          round(latency.p99),
          round(latency.longest),
          `${count(latency.negative)} captured before the engine's time`,
        ],
      ],
    ),
  );
}

function market({ market: points, tradeDate }: QualityReport, calendar: TradingCalendar): string {
  if (points.length === 0) return section('Market', paragraph('silver.bars of this date is not published.'));
  const axis = axisOf(tradeDate, calendar);
  const line = (name: string, style: string, value: (point: (typeof points)[number]) => number | null) => ({
    name,
    style,
    points: points.map((point) => ({
      at: Number(point.start - axis.start) / NS_PER_SECOND,
      value: value(point),
    })),
  });
  const number = (value: number) => String(Math.round(value * 100) / 100);
  return section(
    'Market',
    figure('Mid price, points', {
      ...axis,
      series: [line('Mid', 'first', ({ mid }) => mid)],
      scale: 'linear',
      height: 220,
      label: number,
    }),
    figure('Depth within ten levels, lots, mean of a minute: bid blue, ask orange', {
      ...axis,
      series: [
        line('Bid', 'first', ({ depthBid }) => depthBid),
        line('Ask', 'second', ({ depthAsk }) => depthAsk),
      ],
      scale: 'linear',
      height: 200,
      label: count,
    }),
    figure('Spread in trading hours, points, mean of a minute', {
      ...axis,
      series: [line('Spread', 'first', ({ spread }) => spread)],
      scale: 'linear',
      height: 140,
      label: number,
    }),
  );
}

function book({ inspection }: QualityReport): string {
  if (!inspection) return section('Book', NOT_PUBLISHED);
  const { tradingStates, lockedStates, crossedStates, crossedSpells, snapshots, counters, state } =
    inspection.book;
  const irregularities = Object.entries(counters);
  return section(
    'Book',
    paragraph(
      `Of ${count(tradingStates)} states after an event while Globex trades, ${count(crossedStates)} were crossed and ${count(lockedStates)} locked. At the end the book is ${state}.`,
    ),
    crossedSpells.length === 0
      ? ''
      : table(
          `Spells of a crossed book${listed(crossedSpells)}`,
          ['From (UTC)', 'Seconds'],
          crossedSpells.slice(0, LISTED).map(({ from, seconds }) => [time(from), round(seconds)]),
        ),
    table(
      `Snapshots of the venue, against the book rebuilt up to them${listed(snapshots)}`,
      [
        'Captured (UTC)',
        'Compared',
        'Orders',
        'Missing',
        'Extra',
        'Changed',
        'Levels differing',
        'Queues differing',
      ],
      snapshots
        .slice(0, LISTED)
        .map((audit) => [
          time(audit.at),
          audit.audited ? 'yes' : 'no, the book was not live',
          audit.orders,
          audit.missing,
          audit.extra,
          audit.changed,
          audit.levelsDiffering,
          audit.queuesDiffering,
        ]),
    ),
    irregularities.length === 0
      ? paragraph('No other irregularities of the input were counted.')
      : table(
          'Irregularities of the input, auctions before the opening included; every other counter stayed at 0',
          ['Counter', 'Count'],
          irregularities.map(([name, value]) => [name, value]),
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

const DRIFT_NOTE =
  'Shift is the difference of the means in pooled standard deviations, the bar as far as 2; PSI the population stability index over ' +
  `tenths of the earlier values: under ${PSI_MODERATE} stable, from ${PSI_LARGE} on large. n counts the values that are defined.`;

function driftOfBars(drift: DriftReport): string {
  return section(
    'Drift of bars',
    paragraph(`Regular trading hours of silver.bars, ${driftInWords(drift)} (at most ${DRIFT_SESSIONS}).`),
    drift.features.length === 0 ? '' : paragraph(DRIFT_NOTE) + driftTable('Figures of bars', drift.features),
  );
}

function driftOfVectors(drift: DriftReport): string {
  const size = ({ standardised }: FeatureDrift) => (Number.isNaN(standardised) ? -1 : Math.abs(standardised));
  const most = [...drift.features].sort((a, b) => size(b) - size(a)).slice(0, VECTOR_ROWS);
  return section(
    'Drift of vectors',
    paragraph(`gold.vectors, ${driftInWords(drift)} (at most ${DRIFT_SESSIONS}).`),
    most.length === 0
      ? ''
      : driftTable(`The ${most.length} of ${drift.features.length} dimensions whose means moved most`, most),
  );
}

function driftTable(caption: string, features: readonly FeatureDrift[]): string {
  return table(
    caption,
    ['Figure', 'Unit', 'n', 'n earlier', 'Mean', 'Mean earlier', 'Shift', '-2 to 2', 'PSI', 'Judged'],
    features.map(({ feature, unit, current, reference, standardised, psi }): Cell[] => {
      const verdict = judgeDrift(psi);
      return [
        feature,
        unit,
        current.n,
        reference.n,
        current.mean,
        reference.mean,
        Number(standardised.toFixed(3)),
        {
          html: Number.isNaN(standardised)
            ? ''
            : sideBar(standardised / 2, verdict === 'large' ? 'bad' : 'first'),
        },
        Number(psi.toFixed(3)),
        verdict === 'large' ? mark(verdict, 'bad') : verdict,
      ];
    }),
  );
}

function tables({ layers, tables: found }: QualityReport): string {
  return section(
    'Layers and tables',
    table(
      'How the latest build of each layer ended',
      ['Layer', 'Status', 'Rows', 'Seconds', 'Finished (UTC)', 'Code', 'Digest', 'Reason'],
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

const mark = (text: string, style: string): Cell => ({
  html: `<strong class="${style}">${escape(text)}</strong>`,
});
const time = (ns: bigint | null) => (ns === null ? '-' : (isoTime(ns) ?? '-').slice(0, 19).replace('T', ' '));
const round = (value: number) => Math.round(value * 10) / 10;
const listed = ({ length }: readonly unknown[]) =>
  length > LISTED ? ` (the first ${LISTED} of ${count(length)})` : '';

const figure = (caption: string, chart: Omit<TimeChart, 'title'>): string =>
  `<figure><figcaption>${escape(caption)}</figcaption>${timeChart({ ...chart, title: caption })}</figure>`;

/** From an hour before the Globex opening to the close: the weekend before a Monday is left out. */
function axisOf(
  tradeDate: string,
  calendar: TradingCalendar,
): Pick<TimeChart, 'start' | 'seconds' | 'bands'> {
  const session = sessionOf(tradeDate, calendar);
  const start = session.globexOpen - BigInt(3600 * NS_PER_SECOND);
  const at = (ns: bigint) => Number(ns - start) / NS_PER_SECOND;
  const bands: Band[] = [
    { name: 'overnight', from: at(session.globexOpen), to: at(session.premarketStart) },
    { name: 'premarket', from: at(session.premarketStart), to: at(session.rthOpen) },
    { name: 'rth', from: at(session.rthOpen), to: at(session.rthClose) },
    { name: 'post', from: at(session.rthClose), to: at(session.globexClose) },
  ];
  return { start, seconds: at(session.globexClose), bands };
}
