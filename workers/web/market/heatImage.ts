/**
 * The heatmap as an image: a pixel for every second and tick, coloured by the logarithm of the lots that rested there. What is drawn of it
 * is a part, stretched; only new seconds are painted.
 */
import { NS_PER_SECOND } from '../../../graph/market/time';
import type { DepthMemory } from './depthMemory';
import { fullLotsOf } from './scales';
import type { Palette } from './palette';

/** Ticks up and down. */
const HEIGHT = 1024;
const WIDTH = 5400;

export interface HeatPlace {
  /** Of the first pixel, ns since the origin. */
  readonly start: number;
  readonly seconds: number;
  /** Price of the upper edge of the image, ticks; half a tick above the first row's price. */
  readonly top: number;
  readonly rows: number;
}

export class HeatImage {
  private readonly canvas = document.createElement('canvas');
  private context: CanvasRenderingContext2D | null = null;
  /** Lots that have the last colour in it. */
  full = NaN;
  private painted = { version: -1, key: '' };
  private place: HeatPlace | undefined;

  /**
   * @param chosen lots that have the last colour; undefined: as many as suit what is painted
   * @returns the image and what lies where in it; undefined where nothing is known
   */
  of(
    memory: DepthMemory,
    palette: Palette,
    chosen: number | undefined,
  ): { image: HTMLCanvasElement; place: HeatPlace } | undefined {
    const key = `${chosen} ${palette.dark}`;
    if (this.painted.version !== memory.version || this.painted.key !== key)
      this.paint(memory, palette, chosen ?? fullLotsOf(memory.columns.values()));
    this.painted = { version: memory.version, key };
    return this.place && { image: this.canvas, place: this.place };
  }

  private paint(memory: DepthMemory, palette: Palette, full: number): void {
    this.full = full;
    const seconds = [...memory.columns.keys()].sort((a, b) => a - b);
    this.place = undefined;
    if (seconds.length === 0) return;
    const last = seconds[seconds.length - 1];
    const first = Math.max(seconds[0], last - WIDTH + 1);
    let [low, high] = [Infinity, -Infinity];
    for (const [second, { lowest, lots }] of memory.columns) {
      if (second < first || Number.isNaN(lowest)) continue;
      low = Math.min(low, lowest);
      high = Math.max(high, lowest + lots.length);
    }
    if (!Number.isFinite(low)) return;
    const rows = Math.min(high - low, HEIGHT);
    const width = last - first + 1;
    const top = low + rows;
    const context = this.sized(width, rows);
    const image = context.createImageData(width, rows);
    const pixels = new Uint32Array(image.data.buffer);
    pixels.fill(palette.heat[0]);
    const colourOf = colours(palette, full);
    for (const [second, { lowest, lots }] of memory.columns) {
      const x = second - first;
      if (x < 0 || Number.isNaN(lowest)) continue;
      for (let row = 0; row < lots.length; row++) {
        const y = top - 1 - (lowest + row);
        if (y >= 0 && y < rows && lots[row] > 0) pixels[y * width + x] = colourOf(lots[row]);
      }
    }
    context.putImageData(image, 0, 0);
    this.place = { start: first * NS_PER_SECOND, seconds: width, top: top - 0.5, rows };
  }

  private sized(width: number, height: number): CanvasRenderingContext2D {
    this.canvas.width = width;
    this.canvas.height = height;
    return (this.context ??= this.canvas.getContext('2d', { alpha: false })!);
  }
}

/** Colour of a number of lots: from 1 to `full` by the logarithm. */
function colours({ heat }: Palette, full: number): (lots: number) => number {
  const scale = (heat.length - 1) / Math.log1p(full);
  return (lots) => heat[Math.min(heat.length - 1, Math.round(Math.log1p(lots) * scale))];
}
