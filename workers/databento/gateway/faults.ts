/** What a session is made to do wrong, for tests of those who read it. */
export class Faults {
  /** Nothing is sent, heartbeats included. */
  stalled = false;
  private cut = false;
  private duplicates = 0;
  private skipped = 0;

  /** The next records break off in the middle of one. */
  cutNext(): void {
    this.cut = true;
  }

  /** The last of the next records are sent again, `n` at most. */
  duplicateNext(n: number): void {
    this.duplicates = n;
  }

  /** The next `n` records are left out, and the session is told so. */
  skipNext(n: number): void {
    this.skipped += n;
  }

  takeCut(): boolean {
    const { cut } = this;
    this.cut = false;
    return cut;
  }

  takeDuplicates(rows: readonly number[]): readonly number[] {
    const n = Math.min(this.duplicates, rows.length);
    this.duplicates = 0;
    return n === 0 ? [] : rows.slice(-n);
  }

  /** Takes records out from the front. @returns how many, once none is left to take */
  takeSkipped(rows: number[]): number {
    if (this.skipped === 0) return 0;
    const n = Math.min(this.skipped, rows.length);
    rows.splice(0, n);
    this.skipped -= n;
    return this.skipped === 0 ? n : 0;
  }
}
