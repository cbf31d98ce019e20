/** Warnings of what may go wrong a thousand times a second: of each kind one in a while, with how many there were. */
const EVERY_MS = 10_000;

export class Seldom {
  /** By kind: when one was told last, and how many have not been told since. */
  private readonly told = new Map<string, { at: number; untold: number }>();

  /** @param now ms from any moment on */
  constructor(
    private readonly log: { warn(fields: object, message: string): void },
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** @returns whether it was told; @param kind of which another one is not told soon */
  warn(kind: string, fields: object, message: string): boolean {
    const before = this.told.get(kind);
    if (before && this.now() - before.at < EVERY_MS) {
      before.untold += 1;
      return false;
    }
    this.told.set(kind, { at: this.now(), untold: 0 });
    const untold = before?.untold ?? 0;
    this.log.warn(
      untold > 0 ? { ...fields, untold } : fields,
      untold > 0 ? `${message} (${untold} more since the last time this was said)` : message,
    );
    return true;
  }
}
