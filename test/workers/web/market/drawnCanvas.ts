/** A canvas for tests without a browser: it knows its pixels where they are put, and counts the circles that are filled. */

export interface Blit {
  readonly image: DrawnCanvas;
  /** Left, top, and the size where it is stretched. */
  readonly at: readonly number[];
}

export class DrawnCanvas {
  circles = 0;
  readonly images: Blit[] = [];
  private readonly size = { width: 0, height: 0 };
  private pixels = new Uint32Array(0);
  /** Pixels that were put, again and again. */
  put = 0;

  get width(): number {
    return this.size.width;
  }

  set width(width: number) {
    this.size.width = width;
    this.pixels = new Uint32Array(width * this.size.height);
  }

  get height(): number {
    return this.size.height;
  }

  set height(height: number) {
    this.size.height = height;
    this.pixels = new Uint32Array(this.size.width * height);
  }

  /** Colour of a pixel, counted from the upper left; undefined outside. */
  pixel(row: number, column: number): number | undefined {
    const { width, height } = this.size;
    return row >= 0 && row < height && column >= 0 && column < width
      ? this.pixels[row * width + column]
      : undefined;
  }

  getContext() {
    return this;
  }

  arc(): void {
    this.circles++;
  }

  drawImage(image: DrawnCanvas, ...at: number[]): void {
    this.images.push({ image, at });
  }

  createImageData(width: number, height: number) {
    return { width, height, data: new Uint8ClampedArray(4 * width * height) };
  }

  putImageData({ width, data }: ReturnType<DrawnCanvas['createImageData']>, left: number, top: number): void {
    const colours = new Uint32Array(data.buffer);
    this.put += colours.length;
    for (let row = 0; row * width < colours.length; row++)
      this.pixels.set(colours.subarray(row * width, (row + 1) * width), (top + row) * this.size.width + left);
  }

  beginPath(): void {}
  closePath(): void {}
  fill(): void {}
  lineTo(): void {}
  moveTo(): void {}
  rect(): void {}
  stroke(): void {}
}

/** Makes `document` one that has such canvases. */
export const installCanvases = (): void =>
  void Object.assign(globalThis, { document: { createElement: () => new DrawnCanvas() } });
