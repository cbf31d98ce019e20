/** Work of which so much at most is under way; what comes beyond waits for its turn. */
export class Turns {
  private readonly waiting: (() => void)[] = [];

  /** @param free how much may be under way at once */
  constructor(private free: number) {}

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.free === 0) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.free--;
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free++;
    }
  }
}
