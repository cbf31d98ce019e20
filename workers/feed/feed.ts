/** Databento's live records, packed and published: as fast as they come, in their order, each at least once. */
import type { DbnVersion } from '../../graph/dbn';
import type { LiveItem } from '../databento';
import type { FeedCounters } from './counters';
import type { Publisher } from './publisher';

/** How records become events: `Packer` and `EnvelopeWriter`. */
export interface EventWriter {
  push(run: Uint8Array, version: DbnVersion, tsOut: boolean): void;
  gap(from: bigint, to: bigint, reason: string): void;
  flush(): void;
  readonly isEmpty: boolean;
}

export interface FeedOptions {
  /** A live client, or what hands out the like. */
  source: AsyncIterable<LiveItem>;
  writer: EventWriter;
  publisher: Publisher;
  counters: FeedCounters;
  /** How long a record may wait for others, ms. */
  lingerMs: number;
}

/**
 * Runs until the source ends; what it handed out is then with the publisher.
 * @throws SpymasterError of the source, or of a hub that takes nothing
 */
export async function runFeed({ source, writer, publisher, counters, lingerMs }: FeedOptions): Promise<void> {
  let due: NodeJS.Timeout | undefined;
  let since = 0;
  const flush = () => {
    due = undefined;
    counters.lingered((performance.now() - since) / 1000);
    writer.flush();
  };
  try {
    for await (const item of source) {
      if (item.kind === 'gap') {
        counters.gaps += 1;
        writer.gap(item.from, item.to, item.reason);
      } else {
        writer.push(item.bytes, item.metadata.version, item.metadata.tsOut);
      }
      if (!writer.isEmpty && due === undefined) {
        since = performance.now();
        due = setTimeout(flush, lingerMs);
      }
      await publisher.room();
    }
  } finally {
    clearTimeout(due);
    writer.flush();
  }
}
