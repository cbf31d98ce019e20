/** Each drawing of the price chart: from what is shown to lines and shapes. Prices in ticks become points at the edge. */
import { NS_PER_MINUTE } from '../../../graph/market/time';
import type { HeatImage } from './heatImage';
import type { Draw } from './overlay';
import type { Palette } from './palette';
import { placementOf, type Scale } from './placement';
import type { PrintImage } from './printImage';
import { levelName, type ShownSession } from './session';

export interface DrawingOptions {
  readonly session: ShownSession;
  palette: Palette;
  /** Height of letters, pixels of the page. */
  letters: number;
  /** Lots that have the heatmap's last colour; undefined: as many as suit the market. */
  fullLots: number | undefined;
  /** Prints of fewer lots are not drawn. */
  leastLots: number;
}

export const heat =
  (image: HeatImage, options: DrawingOptions): Draw =>
  (context, scale) => {
    const { session, palette, fullLots } = options;
    const placement = placementOf(scale, session);
    if (placement) image.draw(context, session.heat, placement, palette, fullLots);
  };

export const prints =
  (image: PrintImage, options: DrawingOptions): Draw =>
  (context, scale) => {
    const { session, palette, leastLots } = options;
    const { largestLots } = session.prints;
    const placement = placementOf(scale, session);
    if (placement) image.draw(context, session.prints, placement, { palette, largestLots, leastLots });
  };

/** Levels this near to the market have their bands drawn, in approach bands. */
const NEAR = 2;

export const levels =
  (options: DrawingOptions): Draw =>
  (context, scale) => {
    const { session, palette } = options;
    const hello = session.hello.get();
    if (!hello) return;
    const { approachTicks, barrierTicks } = hello.bands;
    const { bestBid } = session.market.frame ?? { bestBid: NaN };
    for (const { price, since, watched } of session.levels.get()) {
      const y = scale.y(session.points(price));
      const left = Math.max(0, scale.x(session.bars.indexOf(since)));
      if (watched && Math.abs(price - bestBid) <= NEAR * approachTicks) {
        band(
          context,
          scale,
          left,
          session.points(price - approachTicks),
          session.points(price + approachTicks),
          palette.accent,
        );
        for (const barrier of [price - barrierTicks, price + barrierTicks])
          line(context, scale, left, scale.y(session.points(barrier)), palette.muted, [2, 4]);
      }
      line(context, scale, left, y, watched ? palette.accent : palette['line-strong'], watched ? [] : [4, 3]);
    }
  };

/** Names and prices of the levels, above all else and on paper of their own: depth has every colour. */
export const levelLabels =
  (options: DrawingOptions): Draw =>
  (context, scale) => {
    const { session, palette, letters } = options;
    const height = letters * scale.ratio;
    const right = scale.width - 6 * scale.ratio;
    context.font = `${height}px sans-serif`;
    context.textAlign = 'right';
    let free = -Infinity;
    for (const { id, price, since, watched } of session.levels.get().toSorted((a, b) => b.price - a.price)) {
      const y = scale.y(session.points(price));
      // It is not there yet in the time that is seen.
      if (scale.x(session.bars.indexOf(since)) > scale.width) continue;
      // Labels do not cover each other: the upper one stays.
      if (y < 0 || y > scale.height || y - free < 1.3 * height) continue;
      free = y;
      const text = `${levelName(id)} ${session.priceText(price)}`;
      const width = context.measureText(text).width + 0.5 * height;
      context.globalAlpha = 0.8;
      context.fillStyle = palette.paper;
      context.fillRect(right - width + 0.25 * height, y - 1.25 * height, width, 1.2 * height);
      context.globalAlpha = 1;
      context.fillStyle = watched ? palette.text : palette.muted;
      context.fillText(text, right, y - 0.3 * height);
    }
    context.textAlign = 'left';
  };

function band(
  context: CanvasRenderingContext2D,
  scale: Scale,
  left: number,
  low: number,
  high: number,
  colour: string,
): void {
  const [above, below] = [scale.y(high), scale.y(low)];
  context.globalAlpha = 0.08;
  context.fillStyle = colour;
  context.fillRect(left, above, scale.width - left, below - above);
  context.globalAlpha = 1;
}

function line(
  context: CanvasRenderingContext2D,
  scale: Scale,
  left: number,
  y: number,
  colour: string,
  dash: readonly number[],
): void {
  context.beginPath();
  context.setLineDash(dash.map((length) => length * scale.ratio));
  context.lineWidth = scale.ratio;
  context.strokeStyle = colour;
  const at = Math.round(y) + 0.5;
  context.moveTo(left, at);
  context.lineTo(scale.width, at);
  context.stroke();
  context.setLineDash([]);
}

/** After a touch: how far price went among the precedents, along the approach and against it, within the primary horizon. */
export const excursions =
  (options: DrawingOptions): Draw =>
  (context, scale) => {
    const { session, palette } = options;
    const hello = session.hello.get();
    if (!hello) return;
    const horizon = hello.bands.primaryHorizonMinutes * NS_PER_MINUTE;
    const origin = BigInt(hello.origin);
    for (const { trigger, episode, precedents } of session.answers.get()) {
      if (trigger !== 'touch' || 'missing' in precedents || !precedents.excursions) continue;
      const touchAt = Number(BigInt(episode.at) - origin);
      if (session.now > touchAt + horizon) continue;
      const [left, right] = [touchAt, touchAt + horizon].map((t) => scale.x(session.bars.indexOf(t)));
      const way = episode.direction === 'UP' ? 1 : -1;
      const { favorable, adverse } = precedents.excursions;
      const y = (ticks: number) => scale.y(episode.levelPrice + way * session.points(ticks));
      for (const [from, to, alpha] of [
        [-adverse.q90, favorable.q90, 0.1],
        [-adverse.q50, favorable.q50, 0.16],
      ] as const) {
        context.globalAlpha = alpha;
        context.fillStyle = palette.text;
        context.fillRect(left, Math.min(y(from), y(to)), right - left, Math.abs(y(to) - y(from)));
      }
      context.globalAlpha = 1;
    }
  };

/** Touches, and how they ended. */
export const touches =
  (options: DrawingOptions): Draw =>
  (context, scale) => {
    const { session, palette } = options;
    for (const { touchAt, touchPrice, direction, outcome } of session.episodes.get()) {
      const x = scale.x(session.bars.indexOf(touchAt));
      if (x < 0 || x > scale.width) continue;
      const y = scale.y(session.points(touchPrice));
      const size = 7 * scale.ratio;
      const down = direction === 'DOWN' ? -1 : 1;
      const ended = outcome?.outcome;
      context.beginPath();
      context.moveTo(x, y + down * size);
      context.lineTo(x - size, y + down * 2.6 * size);
      context.lineTo(x + size, y + down * 2.6 * size);
      context.closePath();
      context.fillStyle = ended ? palette[ended.toLowerCase() as 'break' | 'reject' | 'chop'] : palette.text;
      context.fill();
      context.lineWidth = scale.ratio;
      context.strokeStyle = palette.paper;
      context.stroke();
    }
  };
