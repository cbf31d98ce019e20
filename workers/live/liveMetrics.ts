/** What Prometheus is told of a contract that is followed. */
import { Registry } from 'prom-client';
import { instruments, type Instruments } from '../observing/instruments';
import { METRICS } from '../observing/metrics';
import { nowMs, nowNs } from './clock';
import type { FeedCounts } from './feedTally';
import type { Arrived } from './packetSource';

type Counts = Pick<FeedCounts, 'packets' | 'records' | 'duplicates' | 'repeated' | 'missing'>;
type Told = Instruments<typeof METRICS.LIVE>;

export class LiveMetrics {
  private readonly told: Told;
  private readonly of: { readonly contract: string };
  /** Those a worker before this one has counted, or this one up to now. */
  private counted: Counts | undefined;
  private misplaced = 0;

  constructor(contract: string, registry = new Registry()) {
    this.told = instruments(registry, METRICS.LIVE);
    this.of = { contract };
    const { of, told } = this;
    // There from the beginning: what appears only with its first value has no increase that could be seen.
    for (const kind of [
      'records',
      'packets',
      'duplicates',
      'repeated',
      'missing',
      'misplaced',
      'poisoned',
      'unread',
      'unwritten',
      'results',
    ] as const)
      told[kind].inc(of, 0);
  }

  /** @param counts of the session as it goes on from now */
  begun(counts: Readonly<Counts>): void {
    this.counted = { ...counts };
    this.told.checkpointAt.setToCurrentTime(this.of);
  }

  /** @param busy seconds that were spent on what has arrived */
  progress(
    counts: Readonly<Counts>,
    { waiting, misplaced, enqueuedAt, caughtUp }: Omit<Arrived, 'events' | 'last'>,
    busy: number,
  ): void {
    const { of, told, counted } = this;
    for (const kind of ['records', 'packets', 'duplicates', 'repeated', 'missing'] as const)
      told[kind].inc(of, counts[kind] - (counted?.[kind] ?? 0));
    this.counted = { ...counts };
    told.misplaced.inc(of, misplaced - this.misplaced);
    this.misplaced = misplaced;
    told.lagEvents.set(of, waiting);
    told.lagSeconds.set(
      of,
      caughtUp || enqueuedAt === undefined ? 0 : Math.max(0, (nowMs() - enqueuedAt) / 1000),
    );
    told.busySeconds.inc(of, busy);
  }

  poisoned(): void {
    this.told.poisoned.inc(this.of);
  }

  /** The hub could not be read, and is asked again. */
  unread(): void {
    this.told.unread.inc(this.of);
  }

  /** Something could not be written, and is tried again. */
  unwritten(): void {
    this.told.unwritten.inc(this.of);
  }

  /** @param seconds that a part took to be written and its state to be kept */
  kept(seconds: number): void {
    this.told.checkpointAt.setToCurrentTime(this.of);
    this.told.checkpointSeconds.observe(this.of, seconds);
  }

  /** Runs what answers a trigger, or a part of that, and tells how long it took. */
  async timed<Answer>(
    what: 'answerSeconds' | 'modelSeconds' | 'precedentsSeconds',
    ask: () => Promise<Answer>,
  ): Promise<Answer> {
    const end = this.told[what].startTimer(this.of);
    try {
      return await ask();
    } finally {
      end();
    }
  }

  unanswered(part: 'model' | 'precedents'): void {
    this.told.unanswered.inc({ ...this.of, part });
  }

  /** @param received when the message of the trigger came in, ns UTC; 0 where the end of the session was the trigger */
  published(received: bigint): void {
    this.told.results.inc(this.of);
    if (received > 0n) this.told.resultSeconds.observe(this.of, Number(nowNs() - received) / 1e9);
  }
}
