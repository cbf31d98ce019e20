/** Merges the rows of several instruments of one channel, in the order of their capture. */
import type { MboBatch } from '../../records/mbo';
import type { BatchPool } from './output';

/** Rows waiting, of one instrument. */
interface Queue {
  batches: MboBatch[];
  /** First row of the first batch that is still waiting. */
  row: number;
}

const TWO_POW_32 = 4294967296;

export class RowMerger {
  private readonly queues: Queue[];
  private readonly originHigh: number;
  private out: MboBatch;
  readonly ready: MboBatch[] = [];

  /** @param origin an `alignedOrigin`, ns since the Unix epoch */
  constructor(
    instruments: number,
    origin: bigint,
    private readonly pool: BatchPool,
  ) {
    this.originHigh = Number(origin >> 32n);
    this.queues = Array.from({ length: instruments }, () => ({ batches: [], row: 0 }));
    this.out = this.pool.take();
    this.out.length = 0;
  }

  /** Takes over rows of an instrument. */
  push(instrument: number, batches: readonly MboBatch[]): void {
    this.queues[instrument].batches.push(...batches);
  }

  /** Merges all rows captured before `end`, ns since the origin; later ones wait for what may come before them. */
  mergeBefore(end: number): void {
    for (;;) {
      let first: Queue | null = null;
      let at = end;
      for (const queue of this.queues) {
        const batch = queue.batches[0];
        if (!batch) continue;
        const words = batch.tsRecvWords;
        const received = (words[2 * queue.row + 1] - this.originHigh) * TWO_POW_32 + words[2 * queue.row];
        if (received < at) {
          at = received;
          first = queue;
        }
      }
      if (!first) return;
      this.take(first);
    }
  }

  private take(queue: Queue): void {
    const { out } = this;
    copyRow(queue.batches[0], queue.row, out, out.length++);
    if (++queue.row === queue.batches[0].length) {
      this.pool.give(queue.batches.shift()!);
      queue.row = 0;
    }
    if (out.length === out.capacity) this.flush();
  }

  /** Merges all there is; nothing comes after. */
  finish(): void {
    this.mergeBefore(Infinity);
    if (this.out.length > 0) this.ready.push(this.out);
    else this.pool.give(this.out);
  }

  private flush(): void {
    this.ready.push(this.out);
    this.out = this.pool.take();
    this.out.length = 0;
  }
}

function copyRow(from: MboBatch, i: number, to: MboBatch, k: number): void {
  for (const column of ['tsEventWords', 'tsRecvWords', 'orderIdWords', 'priceWords'] as const) {
    to[column][2 * k] = from[column][2 * i];
    to[column][2 * k + 1] = from[column][2 * i + 1];
  }
  for (const column of ['instrumentId', 'size', 'sequence', 'tsInDelta', 'publisherId'] as const)
    to[column][k] = from[column][i];
  for (const column of ['flags', 'channelId', 'action', 'side'] as const) to[column][k] = from[column][i];
}
