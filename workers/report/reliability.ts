/** Reliability diagrams: how often what was forecast came true, one square a class. */
import type { ReliabilityBin } from '../../graph/models/registry/modelVersion';
import { CLASSES } from '../../graph/models/scores';
import { escape } from './html';

const SIDE = 260;
const LEFT = 40;
const TOP = 24;
const BOTTOM = 36;
const GAP = 50;

/** Points with their 90 % intervals over the diagonal on which forecasts would be right. */
export function reliabilityDiagram(bins: readonly ReliabilityBin[]): string {
  const width = CLASSES.length * (SIDE + GAP);
  const height = TOP + SIDE + BOTTOM;
  const squares = CLASSES.map((outcome, k) =>
    square(
      outcome,
      bins.filter((bin) => bin.outcome === outcome),
      LEFT + k * (SIDE + GAP),
    ),
  );
  return (
    `<figure><figcaption>Forecast probability across, share that came true upward; bars are 90 % intervals by whole sessions</figcaption>` +
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Reliability diagram of ${CLASSES.join(', ')}">\n` +
    `${squares.join('\n')}\n</svg></figure>`
  );
}

function square(outcome: string, bins: readonly ReliabilityBin[], left: number): string {
  const x = (share: number) => fix(left + share * SIDE);
  const y = (share: number) => fix(TOP + (1 - share) * SIDE);
  const most = Math.max(...bins.map(({ n }) => n));
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  return [
    `<text x="${x(0.5)}" y="14" text-anchor="middle">${escape(outcome)}</text>`,
    ...ticks.map(
      (tick) =>
        `<line class="grid" x1="${x(0)}" x2="${x(1)}" y1="${y(tick)}" y2="${y(tick)}"/>` +
        `<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${y(0)}" y2="${y(1)}"/>` +
        `<text x="${fix(left - 6)}" y="${fix(Number(y(tick)) + 4)}" text-anchor="end">${tick}</text>` +
        `<text x="${x(tick)}" y="${fix(TOP + SIDE + 16)}" text-anchor="middle">${tick}</text>`,
    ),
    `<line class="zero" stroke-dasharray="4 4" x1="${x(0)}" x2="${x(1)}" y1="${y(0)}" y2="${y(1)}"/>`,
    ...bins.map(
      ({ forecast, observed, low, high, n }) =>
        `<g><title>${escape(`forecast ${percent(forecast)}, came true ${percent(observed)} (${percent(low)} to ${percent(high)}), n ${n}`)}</title>` +
        `<path class="line first" d="M${x(forecast)} ${y(low)}L${x(forecast)} ${y(high)}"/>` +
        `<circle class="first" cx="${x(forecast)}" cy="${y(observed)}" r="${fix(2.5 + 3.5 * Math.sqrt(n / most))}"/></g>`,
    ),
  ].join('');
}

const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const fix = (value: number) => String(Math.round(value * 10) / 10);
