/**
 * The bubbles of prints as an image that is kept. When the axes have moved it is shown moved and stretched, while another one is drawn part
 * by part, which then takes its place: however many prints there are, no frame of the screen waits for all of them.
 */
import { isSamePlacement, isUnstretched, movedTo, type Placement } from './placement';
import type { PrintMemory } from './printMemory';
import { PrintSheet, type PrintStyle } from './printSheet';

/** Circles that are drawn at once, a few milliseconds of them. */
const PART = 300;

export class PrintImage {
  private shown: PrintSheet | undefined;
  private coming: PrintSheet | undefined;
  private advancing = 0;

  /** @param onChanged told when the image is another, which `draw` has not drawn yet */
  constructor(private readonly onChanged: () => void) {}

  clear(): void {
    cancelAnimationFrame(this.advancing);
    this.shown = this.coming = undefined;
  }

  /** Draws what there is of it, with every print that has come. */
  draw(
    context: CanvasRenderingContext2D,
    prints: PrintMemory,
    placement: Placement,
    style: PrintStyle,
  ): void {
    const shown = (this.shown ??= new PrintSheet(prints, placement, style));
    shown.draw();
    if (!this.coming && !isAs(shown, placement, style)) {
      this.coming = new PrintSheet(prints, placement, style);
      this.advance();
    }
    const { x, y, width, height } = movedTo(shown.placement, placement);
    if (isUnstretched(shown.placement, { x, y, width, height }))
      context.drawImage(shown.canvas, Math.round(x), Math.round(y));
    else {
      context.imageSmoothingEnabled = true;
      context.drawImage(shown.canvas, x, y, width, height);
    }
  }

  /** Draws what is coming, a part with each frame of the screen. */
  private advance(): void {
    this.advancing = requestAnimationFrame(() => {
      if (!this.coming?.draw(PART)) return this.advance();
      this.shown = this.coming;
      this.coming = undefined;
      this.onChanged();
    });
  }
}

const isAs = (sheet: PrintSheet, placement: Placement, style: PrintStyle): boolean =>
  isSamePlacement(sheet.placement, placement) &&
  (Object.keys(style) as (keyof PrintStyle)[]).every((name) => sheet.style[name] === style[name]);
