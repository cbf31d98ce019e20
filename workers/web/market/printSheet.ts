/** The bubbles of prints on a sheet of their own: what is drawn stays, and only what is new is drawn. */
import { PrintKind, PrintMark } from '../../../graph/screen/prints';
import { NS_PER_SECOND } from '../../../graph/market/time';
import { CoveredPrints } from './coveredPrints';
import type { Palette } from './palette';
import type { Placement } from './placement';
import type { Print, PrintMemory } from './printMemory';

/** How prints are drawn. */
export interface PrintStyle {
  readonly palette: Palette;
  /** Lots of the largest circle. */
  readonly largestLots: number;
  /** Prints of fewer lots are not drawn. */
  readonly leastLots: number;
}

/** Largest and smallest circle, pixels of the page. */
const LARGEST = 18;
const SMALLEST = 1.5;

export class PrintSheet {
  readonly canvas = document.createElement('canvas');
  private readonly context = this.canvas.getContext('2d')!;
  private readonly covered = new CoveredPrints();
  /** Number of the print that is drawn next. */
  private next: number;

  constructor(
    private readonly prints: PrintMemory,
    readonly placement: Placement,
    readonly style: PrintStyle,
  ) {
    this.canvas.width = placement.width;
    this.canvas.height = placement.height;
    const left = -LARGEST * placement.ratio;
    this.next = prints.from(((left - placement.left) / placement.perSecond) * NS_PER_SECOND);
  }

  /** @param most circles that are drawn now @returns whether there are no more */
  draw(most = Infinity): boolean {
    const { prints } = this;
    this.next = Math.max(this.next, prints.first);
    for (let drawn = 0; this.next < prints.end && drawn < most; this.next++)
      if (this.print(prints.at(this.next))) drawn++;
    return this.next >= prints.end;
  }

  /** @returns whether it had to be drawn */
  private print({ t, price, lots, kind }: Print): boolean {
    const { left, perSecond, top, perTick, width, height, ratio } = this.placement;
    const { palette, largestLots, leastLots } = this.style;
    const x = left + (t / NS_PER_SECOND) * perSecond;
    const y = top + price * perTick;
    const reach = LARGEST * ratio;
    if (lots < leastLots || x > width + reach || y < -reach || y > height + reach) return false;
    const size = Math.min(lots, largestLots);
    if (this.covered.isCovered(Math.round(x), price, kind, size)) return false;
    const radius = Math.max(SMALLEST, LARGEST * Math.sqrt(size / largestLots)) * ratio;
    drawPrint(this.context, x, y, radius, kind, palette);
    return true;
  }
}

function drawPrint(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  radius: number,
  kind: number,
  palette: Palette,
): void {
  const way = kind & 3;
  const colour = way === PrintKind.Buy ? palette.bid : way === PrintKind.Sell ? palette.ask : palette.muted;
  context.beginPath();
  // Told apart by form as well: an iceberg's refresh is a square, what swept a diamond.
  if ((kind & PrintMark.Refresh) !== 0) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
  else if ((kind & PrintMark.Sweep) !== 0) {
    const reach = 1.3 * radius;
    context.moveTo(x, y - reach);
    context.lineTo(x + reach, y);
    context.lineTo(x, y + reach);
    context.lineTo(x - reach, y);
    context.closePath();
  } else context.arc(x, y, radius, 0, 2 * Math.PI);
  context.globalAlpha = (kind & PrintMark.Refresh) !== 0 ? 1 : 0.75;
  context.fillStyle = colour;
  if ((kind & PrintMark.Refresh) === 0) context.fill();
  context.globalAlpha = 1;
  const marked = (kind & (PrintMark.Stop | PrintMark.Refresh)) !== 0;
  context.lineWidth = marked ? 2 : 0.75;
  context.strokeStyle = marked ? ((kind & PrintMark.Stop) !== 0 ? palette.warn : colour) : palette.paper;
  context.stroke();
}
