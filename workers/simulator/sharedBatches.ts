/** Batches that circulate between the simulating thread and the writing one: a fixed number, whatever the size of the day. */
import { MboBatch } from '../../graph/records/mbo';
import type { BatchPool } from '../../graph/sim/simulation';

const ROWS = 1 << 15;
/** Batches sent and not yet encoded, at most: 7 MB. More are made only for an event that fills several. */
const MOST_IN_FLIGHT = 4;

export class SharedBatches implements BatchPool {
  private readonly free: MboBatch[] = [];
  private readonly sent: MboBatch[] = [];
  private wake: (() => void) | null = null;

  take(): MboBatch {
    return this.free.pop() ?? new MboBatch(ROWS, new SharedArrayBuffer(MboBatch.bytes(ROWS)));
  }

  give(batch: MboBatch): void {
    this.free.push(batch);
  }

  /** Notes that a batch was sent to the writing thread. */
  send(batch: MboBatch): void {
    this.sent.push(batch);
  }

  /** Notes that the batch sent longest ago may be reused. */
  encoded(): void {
    this.free.push(this.sent.shift()!);
    this.wake?.();
    this.wake = null;
  }

  /** Resolves when the writing thread can take another batch. */
  async room(): Promise<void> {
    while (this.sent.length >= MOST_IN_FLIGHT) await new Promise<void>((resolve) => (this.wake = resolve));
  }
}
