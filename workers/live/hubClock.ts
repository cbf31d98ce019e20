/**
 * How this machine's clock stands to that of the hub: ages of events are told by one clock, whatever the other shows. The hub says with
 * what it delivers when that was; a delivery takes its time, so the least difference of the last minutes is the truest.
 */
import { nowMs } from './clock';

const WINDOW_MS = 60_000;

export class HubClock {
  private since = -Infinity;
  private least = Infinity;
  private leastBefore = Infinity;

  /** @param now ms UTC, for tests */
  constructor(private readonly now: () => number = nowMs) {}

  /** The hub has told the time; that has arrived now, or a moment ago. */
  told(time: Date): void {
    const now = this.now();
    if (now - this.since > WINDOW_MS) {
      this.leastBefore = this.least;
      this.least = Infinity;
      this.since = now;
    }
    this.least = Math.min(this.least, now - time.getTime());
  }

  /** When it was here, ms UTC of this machine, that the hub's clock showed a time; the same while the hub has told none. */
  here(time: Date): number {
    const ahead = Math.min(this.least, this.leastBefore);
    return time.getTime() + (Number.isFinite(ahead) ? ahead : 0);
  }
}
