/** A stretch of the heatmap as an image: a pixel for every second and tick. Only seconds that have changed are painted. */
import type { DepthColumn } from '../../../graph/screen/depthHistory';

/** A little more than four minutes. */
export const TILE_SECONDS = 256;
/** Ticks up and down at most; of a wilder stretch the upper part is not drawn. */
const MOST_ROWS = 4096;
/** Rows of room that are made at once, so that it is not made anew with every tick. */
const ROOM = 64;

export class HeatTile {
  private readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d', { alpha: false })!;
  /** What is painted of each second. */
  private readonly painted: (DepthColumn | undefined)[] = Array(TILE_SECONDS).fill(undefined);
  /** Price of the lowest row, ticks. */
  private lowest = 0;
  private rows = 0;

  /**
   * @param first second since the origin
   * @param colours of numbers of lots: the first, of none, is that of the paper
   */
  constructor(
    readonly first: number,
    private readonly colourOf: (lots: number) => number,
  ) {}

  /** @returns whether anything is known of it */
  paint(columns: ReadonlyMap<number, DepthColumn>): boolean {
    const known = Array.from({ length: TILE_SECONDS }, (_, k) => columns.get(this.first + k)).map((column) =>
      column && Number.isNaN(column.lowest) ? undefined : column,
    );
    if (this.makeRoom(known)) this.painted.fill(undefined);
    for (const [x, column] of known.entries()) if (column !== this.painted[x]) this.paintSecond(x, column);
    return this.rows > 0;
  }

  /** Its image, and the price of its lower and upper edge, ticks; half a tick around the first and the last row's price. */
  get image(): { canvas: HTMLCanvasElement; low: number; high: number } {
    return { canvas: this.canvas, low: this.lowest - 0.5, high: this.lowest + this.rows - 0.5 };
  }

  /** @returns whether all has to be painted anew */
  private makeRoom(known: readonly (DepthColumn | undefined)[]): boolean {
    let [low, high] = [Infinity, -Infinity];
    for (const column of known)
      if (column) {
        low = Math.min(low, column.lowest);
        high = Math.max(high, column.lowest + column.lots.length);
      }
    if (high < low || (this.rows > 0 && low >= this.lowest && high <= this.lowest + this.rows)) return false;
    this.lowest = low - ROOM;
    this.rows = Math.min(high - low + 2 * ROOM, MOST_ROWS);
    this.canvas.width = TILE_SECONDS;
    this.canvas.height = this.rows;
    const paper = this.context.createImageData(TILE_SECONDS, this.rows);
    new Uint32Array(paper.data.buffer).fill(this.colourOf(0));
    this.context.putImageData(paper, 0, 0);
    return true;
  }

  private paintSecond(x: number, column: DepthColumn | undefined): void {
    this.painted[x] = column;
    const image = this.context.createImageData(1, this.rows);
    const pixels = new Uint32Array(image.data.buffer).fill(this.colourOf(0));
    if (column)
      for (const [row, lots] of column.lots.entries()) {
        const y = this.rows - 1 - (column.lowest + row - this.lowest);
        if (y >= 0 && lots > 0) pixels[y] = this.colourOf(lots);
      }
    this.context.putImageData(image, x, 0);
  }
}
