/** What a feed has done so far: for the terminal, for Prometheus, and for the log where the hub takes something only later. */
import { Registry } from 'prom-client';
import type { FeedMessage } from '../../graph/feed/packer';
import type { LiveEvent } from '../databento';
import { sdkErrorOf } from '../eventHubs/sdkError';
import { instruments, readWhenAsked, type Instruments } from '../observing/instruments';
import type { Log } from '../observing/log';
import { METRICS } from '../observing/metrics';
import { Seldom } from '../observing/seldom';

export class FeedCounters {
  records = 0;
  events = 0;
  batches = 0;
  bytes = 0;
  retries = 0;
  deadLetters = 0;
  gaps = 0;
  /** To the gateway; all but the first are reconnects. */
  connections = 0;
  /** Bytes on their way to the hub. */
  pending = 0;
  /** Of the last batch that had to be sent again. */
  lastFailure?: string;
  private readonly told: Instruments<typeof METRICS.FEED>;
  private readonly seldom: Seldom | undefined;
  /** It was said that the hub takes nothing. */
  private warned = false;

  /** @param registry where Prometheus finds them */
  constructor(
    readonly registry = new Registry(),
    private readonly log?: Log,
  ) {
    this.seldom = log && new Seldom(log);
    this.told = instruments(registry, METRICS.FEED);
    readWhenAsked(registry, METRICS.FEED, () => {
      const { retries: _, ...totals } = this.totals();
      return { ...totals, connections: this.connections, pending: this.pending };
    });
  }

  /** @param seconds from sending a batch until the hub had it, repetitions included */
  sent(messages: readonly FeedMessage[], seconds: number): void {
    this.batches += 1;
    this.events += messages.length;
    for (const { kind, records, body } of messages) {
      this.bytes += body.length;
      if (kind === 'records') this.records += records;
      else if (kind === 'dead_letter') this.deadLetters += records;
    }
    this.told.batchSeconds.observe(seconds);
    if (this.warned) this.log?.info({ seconds }, 'The hub takes batches again.');
    this.warned = false;
  }

  failed(error: unknown): void {
    const { code, message } = sdkErrorOf(error);
    this.retries += 1;
    this.lastFailure = message;
    this.told.retries.inc({ reason: code ?? 'unknown' });
    const told = this.seldom?.warn(
      code ?? message,
      { code, retries: this.retries, pending: this.pending },
      `The hub did not take a batch, which is sent again: ${message}`,
    );
    this.warned ||= told === true;
  }

  /** Of the connection to the gateway. */
  happened({ kind }: LiveEvent): void {
    if (kind === 'connected') this.connections += 1;
  }

  /** @param seconds that the first record of a packet has waited for others */
  lingered(seconds: number): void {
    this.told.linger.observe(seconds);
  }

  totals() {
    const { records, events, batches, bytes, retries, deadLetters, gaps } = this;
    return { records, events, batches, bytes, retries, deadLetters, gaps };
  }
}
