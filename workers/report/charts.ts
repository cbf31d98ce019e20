/** Charts as inline SVG: colours come from the page's style, so that they follow light and dark. */
import { html, type Html } from './html';

/** One value a step, from left to right. */
export interface TimeSeries {
  title: string;
  unit: string;
  values: ArrayLike<number>;
  /** Class that gives the colour. */
  style: string;
}

/** A stretch of steps with a name of its own, e.g. a part of the trading day. */
export interface Band {
  name: string;
  from: number;
  to: number;
}

/** What several charts above one time axis share. */
export interface TimeAxis {
  /** Number of steps. */
  steps: number;
  /** Labels at steps. */
  ticks: readonly { at: number; label: string }[];
  bands: readonly Band[];
}

const WIDTH = 1000;
const LEFT = 56;
const RIGHT = 8;
const TOP = 22;
const BOTTOM = 20;
const PLOT = WIDTH - LEFT - RIGHT;
/** Bars narrower than a pixel would be lost between pixels, so neighbours are drawn as one. */
const MOST_BARS = 480;

const fixed = (value: number) => Number(value.toFixed(2));

/** Bars over time, one panel. */
export function timeChart(series: TimeSeries, axis: TimeAxis, height = 120): Html {
  const { title, unit, values, style } = series;
  const group = Math.max(1, Math.ceil(axis.steps / MOST_BARS));
  const bars: number[] = [];
  for (let from = 0; from < axis.steps; from += group) {
    let sum = 0;
    let count = 0;
    for (let k = from; k < Math.min(from + group, axis.steps); k++, count++) sum += values[k];
    bars.push(sum / count);
  }
  const highest = niceCeiling(Math.max(0, ...bars));
  const bottom = height - BOTTOM;
  const y = (value: number) => bottom - (value / highest) * (bottom - TOP);
  const x = (step: number) => LEFT + (step / axis.steps) * PLOT;
  const width = fixed(Math.max(0.6, (PLOT * group) / axis.steps - 0.3));
  const path = bars
    .map((value, k) =>
      value > 0 ? `M${fixed(x(k * group))} ${bottom}V${fixed(y(value))}h${width}V${bottom}z` : '',
    )
    .join('');
  const perBar = group > 1 ? `, mean of ${group}` : '';
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
    ${axis.bands.map(
      ({ name, from, to }, k) =>
        html`<rect
          class="band${k % 2 === 0 ? ' even' : ''}"
          x="${fixed(x(from))}"
          y="${TOP}"
          width="${fixed(x(to) - x(from))}"
          height="${bottom - TOP}"
          ><title>${name}</title></rect
        >`,
    )}
    <text class="title" x="${LEFT}" y="14">
      ${title}
      <tspan class="unit">${unit}${perBar}</tspan>
    </text>
    ${[0.5, 1].map(
      (share) =>
        html`<line
            class="grid"
            x1="${LEFT}"
            x2="${WIDTH - RIGHT}"
            y1="${fixed(y(share * highest))}"
            y2="${fixed(y(share * highest))}"
          /><text class="tick" x="${LEFT - 6}" y="${fixed(y(share * highest) + 4)}" text-anchor="end"
            >${shortNumber(share * highest)}</text
          >`,
    )}
    <path class="${style}" d="${path}" />
    <line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${bottom}" y2="${bottom}" />
    ${axis.ticks.map(
      ({ at, label }) =>
        html`<text class="tick" x="${fixed(x(at))}" y="${height - 5}" text-anchor="middle">${label}</text>`,
    )}
  </svg>`;
}

/** Stretches of time on one line: where something is, and where it is not. */
export function stripChart(
  title: string,
  stretches: readonly { from: number; to: number; style: string; label: string }[],
  axis: TimeAxis,
): Html {
  const x = (step: number) => LEFT + (step / axis.steps) * PLOT;
  const height = 44;
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
    <text class="title" x="${LEFT}" y="14">${title}</text>
    ${stretches.map(
      ({ from, to, style, label }) =>
        html`<rect
          class="${style}"
          x="${fixed(x(from))}"
          y="${TOP}"
          width="${fixed(Math.max(0.8, x(to) - x(from)))}"
          height="14"
          ><title>${label}</title></rect
        >`,
    )}
  </svg>`;
}

/** Horizontal bars with their values, one a row; `mark` is a second value to compare with. */
export function barChart(
  rows: readonly { label: string; value: number; text: string; style: string; mark?: number }[],
  limit?: number,
): Html {
  const line = 22;
  const labels = 230;
  const texts = 90;
  const height = rows.length * line + 6;
  const highest = Math.max(limit ?? 0, ...rows.flatMap(({ value, mark }) => [value, mark ?? 0])) || 1;
  const x = (value: number) => labels + (Math.min(value, highest) / highest) * (WIDTH - labels - texts);
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img">
    ${rows.map(({ label, value, text, style, mark }, k) => {
      const y = k * line + 4;
      return html`<text class="label" x="${labels - 8}" y="${y + 13}" text-anchor="end">${label}</text>
        <rect
          class="${style}"
          x="${labels}"
          y="${y + 2}"
          width="${fixed(Math.max(1, x(value) - labels))}"
          height="${line - 8}"
          rx="2"
        />
        ${
          mark !== undefined && !Number.isNaN(mark)
            ? html`<line
                class="mark"
                x1="${fixed(x(mark))}"
                x2="${fixed(x(mark))}"
                y1="${y}"
                y2="${y + line - 4}"
              />`
            : ''
        }
        <text class="label" x="${fixed(x(Math.max(value, mark ?? 0)) + 6)}" y="${y + 13}">${text}</text>`;
    })}
    ${
      limit === undefined
        ? ''
        : html`<line class="limit" x1="${fixed(x(limit))}" x2="${fixed(x(limit))}" y1="0" y2="${height}" />`
    }
  </svg>`;
}

/** 1, 2 or 5 times a power of ten, at or above a value. */
function niceCeiling(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

/** `12.5k`. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e6) return `${fixed(value / 1e6)}M`;
  if (size >= 1e4) return `${fixed(value / 1e3)}k`;
  return String(fixed(value));
}
