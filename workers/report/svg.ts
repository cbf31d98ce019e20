/** Charts over time and bars, as SVG text. Colours are classes: the page's style sheet knows light and dark. */
import { utcToEastern } from '../../graph/market/easternTime';
import { NS_PER_SECOND } from '../../graph/market/time';
import { escape } from './html';

const WIDTH = 960;
const MARGIN = { left: 64, right: 12, top: 20, bottom: 24 };
const SECONDS_PER_HOUR = 3600;

/** A part of the date, in seconds since the chart's start. */
export interface Band {
  name: string;
  from: number;
  to: number;
}

interface Series {
  name: string;
  /** CSS class: `first` or `second`. */
  style: string;
  /** Null breaks the line. */
  points: { at: number; value: number | null }[];
  /** Filled down to the axis. */
  area?: boolean;
}

export interface TimeChart {
  /** Text for screen readers. */
  title: string;
  /** Start of the axis, ns UTC, and its length in seconds. */
  start: bigint;
  seconds: number;
  bands: readonly Band[];
  series: readonly Series[];
  scale: 'linear' | 'log';
  height: number;
  /** Text of a value at the axis. */
  label(value: number): string;
}

export function timeChart(chart: TimeChart): string {
  const { title, height, seconds, series, scale } = chart;
  const bottom = height - MARGIN.bottom;
  const x = (at: number) => MARGIN.left + (at / seconds) * (WIDTH - MARGIN.left - MARGIN.right);
  const values = series.flatMap(({ points }) =>
    points.flatMap(({ value }) => (value === null ? [] : [value])),
  );
  if (values.length === 0) return '<p>Nothing to draw.</p>';
  const ticks =
    scale === 'log'
      ? decades(values)
      : steps(
          values,
          series.some(({ area }) => area),
        );
  const place = scale === 'log' ? (value: number) => Math.log10(1 + value) : (value: number) => value;
  const [low, high] = [place(ticks[0]), place(ticks[ticks.length - 1])];
  const y = (value: number) => bottom - ((place(value) - low) / (high - low)) * (bottom - MARGIN.top);
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escape(title)}">`,
    ...chart.bands.map((band) => drawBand(band, x, bottom)),
    ...ticks.map(
      (tick) =>
        `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${fix(y(tick))}" y2="${fix(y(tick))}"/>` +
        `<text class="axis" text-anchor="end" x="${MARGIN.left - 6}" y="${fix(y(tick) + 4)}">${escape(chart.label(tick))}</text>`,
    ),
    ...hours(chart).map(
      ({ at, text }) =>
        `<line class="grid" x1="${fix(x(at))}" x2="${fix(x(at))}" y1="${bottom}" y2="${bottom + 4}"/>` +
        `<text class="axis" text-anchor="middle" x="${fix(x(at))}" y="${bottom + 17}">${text}</text>`,
    ),
    ...series.map((one) => drawSeries(one, x, y, bottom)),
    '</svg>',
  ].join('\n');
}

/** A bar from the middle, to the left or the right. @param share of half the width, -1 to 1 */
export function sideBar(share: number, style: string): string {
  const half = 80;
  const length = Math.min(1, Math.abs(share)) * half;
  const from = share < 0 ? half - length : half;
  return (
    `<svg class="bar" viewBox="0 0 ${2 * half} 14" width="${2 * half}" height="14" aria-hidden="true">` +
    `<rect class="${style}" x="${fix(from)}" y="2" width="${fix(length)}" height="10"/>` +
    `<line class="zero" x1="${half}" x2="${half}" y1="0" y2="14"/></svg>`
  );
}

function drawBand({ name, from, to }: Band, x: (at: number) => number, bottom: number): string {
  const [left, right] = [x(from), x(to)];
  const label =
    right - left > 40
      ? `<text class="band" text-anchor="middle" x="${fix((left + right) / 2)}" y="13">${escape(name)}</text>`
      : '';
  return (
    `<rect class="band-${escape(name)}" x="${fix(left)}" y="${MARGIN.top}" width="${fix(right - left)}" ` +
    `height="${bottom - MARGIN.top}"/>${label}`
  );
}

function drawSeries(
  { points, style, area, name }: Series,
  x: (at: number) => number,
  y: (value: number) => number,
  bottom: number,
): string {
  const runs: { at: number; value: number }[][] = [[]];
  for (const { at, value } of points)
    if (value === null) runs.push([]);
    else runs[runs.length - 1].push({ at, value });
  const paths = runs
    .filter((run) => run.length > 0)
    .map((run) => {
      const line = run.map(({ at, value }) => `${fix(x(at))} ${fix(y(value))}`).join('L');
      const [from, to] = [x(run[0].at), x(run[run.length - 1].at)];
      return area ? `M${fix(from)} ${bottom}L${line}L${fix(to)} ${bottom}Z` : `M${line}`;
    });
  return `<path class="${area ? 'area' : 'line'} ${style}" d="${paths.join('')}"><title>${escape(name)}</title></path>`;
}

const fix = (value: number) => String(Math.round(value * 10) / 10);

/** Powers of ten, from 0 up to the first that is not below any value. */
function decades(values: readonly number[]): number[] {
  const highest = highestOf(values);
  const ticks = [0, 1];
  while (ticks[ticks.length - 1] < highest) ticks.push(10 ** (ticks.length - 1));
  return ticks;
}

/** Round numbers around all values. */
function steps(values: readonly number[], fromZero: boolean): number[] {
  const low = fromZero ? 0 : -highestOf(values.map((value) => -value));
  const high = highestOf(values);
  const raw = (high - low || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}

const highestOf = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), -Infinity);

/** Full hours ET on the axis, as many as have room. */
function hours({ start, seconds }: TimeChart): { at: number; text: string }[] {
  const secondOfDay = utcToEastern(start).nsOfDay / NS_PER_SECOND;
  const every = seconds > 36 * SECONDS_PER_HOUR ? 12 : seconds > 12 * SECONDS_PER_HOUR ? 2 : 1;
  const step = every * SECONDS_PER_HOUR;
  const labels = [];
  for (let at = (step - (secondOfDay % step)) % step; at <= seconds; at += step) {
    const hour = Math.floor((secondOfDay + at) / SECONDS_PER_HOUR) % 24;
    labels.push({ at, text: `${String(hour).padStart(2, '0')}:00` });
  }
  return labels;
}
