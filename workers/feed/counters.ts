/** What a feed has done so far. */
import type { FeedMessage } from '../../graph/feed/packer';
import { sdkErrorOf } from '../eventHubs/sdkError';

export class FeedCounters {
  records = 0;
  events = 0;
  batches = 0;
  bytes = 0;
  retries = 0;
  deadLetters = 0;
  gaps = 0;
  /** Of the last batch that had to be sent again. */
  lastFailure?: string;

  sent(messages: readonly FeedMessage[]): void {
    this.batches += 1;
    this.events += messages.length;
    for (const { kind, records, body } of messages) {
      this.bytes += body.length;
      if (kind === 'records') this.records += records;
      else if (kind === 'dead_letter') this.deadLetters += records;
    }
  }

  failed(error: unknown): void {
    this.retries += 1;
    this.lastFailure = sdkErrorOf(error).message;
  }

  totals() {
    const { records, events, batches, bytes, retries, deadLetters, gaps } = this;
    return { records, events, batches, bytes, retries, deadLetters, gaps };
  }
}
