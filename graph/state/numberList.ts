/** Rows of a fixed number of doubles, growing as needed. */
export class NumberList {
  values: Float64Array;
  /** Numbers in use: rows times `width`. */
  length = 0;

  constructor(readonly width: number) {
    this.values = new Float64Array(16 * width);
  }

  /** Makes room for a row and returns where it starts; its numbers are the caller's to fill. */
  push(): number {
    const row = this.length;
    this.length += this.width;
    if (this.length > this.values.length) {
      const longer = new Float64Array(2 * this.values.length);
      longer.set(this.values);
      this.values = longer;
    }
    return row;
  }

  clear(): void {
    this.length = 0;
  }
}
