/** Answers that take seconds to work out, for whoever asks over the network: in a thread of their own, a few waiting at most. */
import { SpymasterError } from '../../graph/errors';
import type { StageSettings } from '../stages/stages';
import { ThreadPool } from './pool';

/** Questions that wait at most; each may take seconds. */
const MOST_WAITING = 32;

export class AskedThread<Request, Result> {
  private readonly pool: ThreadPool<Request, Result>;
  private waiting = 0;

  /**
   * @param entry compiled module that serves the questions (`serveWork`)
   * @param about what the questions are about, such as `precedents`
   */
  constructor(
    settings: StageSettings,
    entry: string,
    private readonly about: string,
    details: (request: Request) => Record<string, string>,
  ) {
    this.pool = new ThreadPool(1, settings, entry, (request) => ({
      text: `looking for ${about}`,
      details: details(request),
    }));
  }

  /** @throws SpymasterError as the thread's work does; LimitReached where too many wait */
  async ask(request: Request): Promise<Result> {
    if (this.waiting >= MOST_WAITING)
      throw new SpymasterError('LimitReached', `${MOST_WAITING} questions about ${this.about} are waiting`, {
        expected: 'another try in some seconds',
      });
    this.waiting++;
    try {
      const { signal } = new AbortController();
      return await this.pool.run(request, { signal, progress: () => {} });
    } finally {
      this.waiting--;
    }
  }

  close(): Promise<void> {
    return this.pool.close();
  }
}
