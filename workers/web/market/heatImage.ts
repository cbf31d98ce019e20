/**
 * The heatmap as images: a pixel for every second and tick, coloured by the logarithm of the lots that rested there. What is drawn of them
 * is a part, stretched.
 */
import type { DepthMemory } from './depthMemory';
import { HeatTile, TILE_SECONDS } from './heatTile';
import type { Palette } from './palette';
import type { Placement } from './placement';
import { fullLotsOf } from './scales';

export class HeatImage {
  /** Lots that have the last colour in it. */
  full = NaN;
  /** Lots that suit what is known. */
  private usual = NaN;
  /** Those of which something is known, by place: the first second divided by the seconds of one. */
  private tiles = new Map<number, HeatTile>();
  private painted: { version: number; full: number; palette: Palette | undefined } = {
    version: -1,
    full: NaN,
    palette: undefined,
  };

  /** @param chosen lots that have the last colour; undefined: as many as suit what is known */
  draw(
    context: CanvasRenderingContext2D,
    memory: DepthMemory,
    { left, perSecond, top, perTick, width }: Placement,
    palette: Palette,
    chosen: number | undefined,
  ): void {
    this.paint(memory, palette, chosen);
    context.imageSmoothingEnabled = false;
    for (const { first, image } of this.tiles.values()) {
      // Whole pixels: between two of them there is no seam.
      const [from, to] = [first, first + TILE_SECONDS].map((t) => Math.round(left + t * perSecond));
      if (to <= 0 || from >= width || to <= from) continue;
      const above = top + image.high * perTick;
      context.drawImage(image.canvas, from, above, to - from, top + image.low * perTick - above);
    }
  }

  private paint(memory: DepthMemory, palette: Palette, chosen: number | undefined): void {
    const { version } = memory;
    if (this.painted.version !== version) this.usual = fullLotsOf(memory.columns.values());
    const full = (this.full = chosen ?? this.usual);
    const isOfOther = this.painted.full !== full || this.painted.palette !== palette;
    if (this.painted.version === version && !isOfOther) return;
    this.painted = { version, full, palette };
    const before = isOfOther ? new Map<number, HeatTile>() : this.tiles;
    const colourOf = colours(palette, full);
    this.tiles = new Map();
    for (const place of placesOf(memory)) {
      const tile = before.get(place) ?? new HeatTile(place * TILE_SECONDS, colourOf);
      if (tile.paint(memory.columns)) this.tiles.set(place, tile);
    }
  }
}

/** Of the tiles that have a second that is known. */
function placesOf({ columns }: DepthMemory): Set<number> {
  const places = new Set<number>();
  for (const second of columns.keys()) places.add(Math.floor(second / TILE_SECONDS));
  return places;
}

/** Colour of a number of lots: from 1 to `full` by the logarithm. */
function colours({ heat }: Palette, full: number): (lots: number) => number {
  const scale = (heat.length - 1) / Math.log1p(full);
  return (lots) => heat[Math.min(heat.length - 1, Math.round(Math.log1p(lots) * scale))];
}
