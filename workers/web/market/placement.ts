/** Where time and price lie on a drawing, on both axes linear; and where a drawing lies on another. Pixels of the screen's resolution. */
import { NS_PER_SECOND } from '../../../graph/market/time';

/** Where things lie, in pixels of the screen's resolution. */
export interface Scale {
  readonly width: number;
  readonly height: number;
  /** Pixels of the screen a pixel of the page. */
  readonly ratio: number;
  /** Of a place among the bars. */
  x(index: number): number;
  /** Of a price in points. */
  y(price: number): number;
}

/** The same as numbers, which are kept and compared. */
export interface Placement {
  readonly width: number;
  readonly height: number;
  /** Pixels of the screen a pixel of the page. */
  readonly ratio: number;
  /** Of the session's origin. */
  readonly left: number;
  readonly perSecond: number;
  /** Of a price of no ticks. */
  readonly top: number;
  /** Negative: prices rise upward. */
  readonly perTick: number;
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Of a session, as far as its axes are asked for. */
interface Axes {
  readonly bars: { indexOf(t: number): number };
  points(ticks: number): number;
}

/** @returns undefined while the chart has no axes yet */
export function placementOf(scale: Scale, session: Axes): Placement | undefined {
  const { width, height, ratio } = scale;
  if (width === 0 || height === 0) return undefined;
  const x = (seconds: number) => scale.x(session.bars.indexOf(seconds * NS_PER_SECOND));
  const y = (ticks: number) => scale.y(session.points(ticks));
  const [left, top] = [x(0), y(0)];
  const perSecond = (x(3600) - left) / 3600;
  const perTick = (y(1000) - top) / 1000;
  const isKnown = [left, top, perSecond, perTick].every(Number.isFinite) && perSecond > 0 && perTick < 0;
  return isKnown ? { width, height, ratio, left, perSecond, top, perTick } : undefined;
}

/** Where what was drawn with one placement lies in another. */
export function movedTo(from: Placement, to: Placement): Rectangle {
  const [across, down] = [to.perSecond / from.perSecond, to.perTick / from.perTick];
  return {
    x: to.left - from.left * across,
    y: to.top - from.top * down,
    width: from.width * across,
    height: from.height * down,
  };
}

/** Less is not seen, pixels. */
const UNSEEN = 0.05;
const near = (a: number, b: number) => Math.abs(a - b) < UNSEEN;

/** Whether a drawing has the size it was drawn with, wherever it lies. */
export const isUnstretched = (drawn: Placement, { width, height }: Rectangle): boolean =>
  near(width, drawn.width) && near(height, drawn.height);

/** Whether what is drawn with either is the same. */
export function isSamePlacement(a: Placement, b: Placement): boolean {
  const moved = movedTo(a, b);
  const isSameSheet = a.width === b.width && a.height === b.height && a.ratio === b.ratio;
  return isSameSheet && near(moved.x, 0) && near(moved.y, 0) && isUnstretched(a, moved);
}
