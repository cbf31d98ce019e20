/**
 * Writes that wait for room: while the disk of the lake is full a session goes on, answers included, and what it has to write is tried
 * again until it is written or the worker is told to stop.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDiskFull } from '../../lake/store/diskFull';

const FIRST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 10_000;

export interface PersistenceOptions {
  /** Aborted when the worker is told to stop: what cannot be written then is for the worker after it. */
  readonly signal?: AbortSignal;
  /** Told of each time something could not be written. */
  readonly unwritten?: (error: Error) => void;
}

export class Persistence {
  constructor(private readonly options: PersistenceOptions = {}) {}

  /**
   * @param work may have been done in part, and is done again as a whole
   * @throws whatever is not for want of room; that too, when the worker is told to stop
   */
  async insistOn<Result>(work: () => Promise<Result>): Promise<Result> {
    const { signal, unwritten } = this.options;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, MOST_PAUSE_MS)) {
      try {
        return await work();
      } catch (error) {
        if (!isDiskFull(error) || signal?.aborted) throw error;
        unwritten?.(error as Error);
        // Woken when it is to stop: it tries once more, and says what is wrong.
        await sleep(pause, undefined, { signal }).catch(() => {});
      }
    }
  }
}
