/** How the paths of precedents are laid into pictures of one size, so that they can be compared with each other. */
import type { PathPoint } from '../../../graph/precedents/answer';

/** Of every picture, in units of its own. */
export const WIDTH = 200;
export const HEIGHT = 100;

/** What all pictures show: seconds from the touch across, points from the level along the approach upward. */
export interface PathFrame {
  readonly from: number;
  readonly to: number;
  readonly reach: number;
  x(seconds: number): number;
  y(points: number): number;
}

/**
 * One frame for all paths.
 * @param horizonSeconds after the touch that are shown, as far as there are data
 * @param least points on either side of the level that are shown at least: the barriers
 */
export function pathFrame(
  paths: readonly (readonly PathPoint[])[],
  horizonSeconds: number,
  least: number,
): PathFrame {
  const all = paths.flat();
  const from = all.reduce((low, { seconds }) => Math.min(low, seconds), -1);
  const last = all.reduce((high, { seconds }) => Math.max(high, seconds), 1);
  const to = Math.min(last, horizonSeconds);
  // Nine in ten of the points decide: a single wild path does not flatten all others.
  const reaches = all
    .filter(({ seconds }) => seconds <= to)
    .map(({ points }) => Math.abs(points))
    .sort((a, b) => a - b);
  const usual = reaches[Math.floor(0.9 * (reaches.length - 1))] ?? 0;
  const reach = Math.max(1.15 * least, 1.1 * usual) || 1;
  return {
    from,
    to,
    reach,
    x: (seconds) => (WIDTH * (seconds - from)) / (to - from),
    y: (points) => (HEIGHT / 2) * (1 - Math.max(-1, Math.min(1, points / reach))),
  };
}

/** Corners of a line, for SVG: the path up to the touch, and from it on. */
export function cornersOf(path: readonly PathPoint[], frame: PathFrame): { before: string; after: string } {
  const drawn = (points: readonly PathPoint[]) =>
    points.map(({ seconds, points: at }) => `${round(frame.x(seconds))},${round(frame.y(at))}`).join(' ');
  const first = path.findIndex(({ seconds }) => seconds > 0);
  const touch = first < 0 ? path.length : first;
  return {
    before: drawn(path.slice(0, touch)),
    // From the last point before the touch, so that the line has no hole.
    after: drawn(path.slice(Math.max(0, touch - 1)).filter(({ seconds }) => seconds <= frame.to)),
  };
}

const round = (value: number) => Math.round(value * 10) / 10;
