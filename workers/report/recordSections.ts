/** What came and when: coverage, messages and the market, minute by minute. */
import type { QualityReport } from '../../activities/reports/qualityReport';
import { SESSION_NAMES, sessionOf } from '../../graph/market/calendar';
import type { TradingCalendar } from '../../graph/market/hours';
import { NS_PER_SECOND } from '../../graph/market/time';
import { LISTED, NOT_PUBLISHED, listed, round, time } from './cells';
import { count } from './facts';
import { escape, paragraph, section, table } from './html';
import { timeChart, type Band, type TimeChart } from './svg';

const SECONDS_PER_MINUTE = 60;

export function coverage({ inspection, tradeDate }: QualityReport, calendar: TradingCalendar): string {
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
      `Records in ${count(coveredMinutes)} of ${count(tradingMinutes)} minutes of trading hours; the first captured at ${time(first)}, the last at ${time(last)} (ET).`,
    ),
    figure('Records a minute, on a logarithmic scale; hours are ET', {
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
          ['From (ET)', 'Seconds', 'Part of the date'],
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

export function messages({ inspection }: QualityReport): string {
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
          `highest at ${time(rate.highestAt)} ET`,
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

export function market({ market: points, tradeDate }: QualityReport, calendar: TradingCalendar): string {
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
