/**
 * How long a contract waits for options that are told to have come before it. That the hub has no more of them is for the hub to say, more
 * than once: a worker that was held up itself has not heard what came meanwhile.
 */
import type { Lane } from './lane';

/** When their partition has no more, when it has and does not give it, and altogether. */
const SILENT_MS = 2_000;
const STUCK_MS = 30_000;
const LATE_MS = 60_000;
/** What is said first may have been asked before the wait. */
const SAID_DRY = 2;

export class OptionsPatience {
  private readonly began: number;
  private came: number;
  private timesDry: number;

  /** @param now ms, for tests */
  constructor(
    private readonly lane: Pick<Lane, 'isDry' | 'timesDry'>,
    private readonly now = () => performance.now(),
  ) {
    this.began = this.came = now();
    this.timesDry = lane.timesDry;
  }

  /** Something has come. */
  renew(): void {
    this.came = this.now();
    this.timesDry = this.lane.timesDry;
  }

  get isOver(): boolean {
    const silent = this.now() - this.came;
    const isDry = this.lane.isDry && this.lane.timesDry - this.timesDry >= SAID_DRY;
    return silent >= (isDry ? SILENT_MS : STUCK_MS) || this.hasLastedLong;
  }

  get hasLastedLong(): boolean {
    return this.now() - this.began >= LATE_MS;
  }
}
