/** A contract-date as a live worker leaves it, in a lake without raw files of it. */
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import type { Packet } from '../../graph/feed/packet';
import type { FeatureSettings } from '../../graph/settings';
import type { Lake } from '../../lake/lake';
import { LiveSession } from '../../workers/live/liveSession';

/** Streams packets into the lake, a part after every `every` of them. */
export async function streamDate(
  lake: Lake,
  features: FeatureSettings,
  date: { contract: string; tradeDate: string },
  packets: readonly Packet[],
  every = 20,
): Promise<void> {
  const run = { workflowId: 'live', runId: 'test' };
  const session = await LiveSession.open({
    lake,
    graph: DATASET_GRAPH,
    features,
    ...date,
    announcer: () => Promise.resolve(() => Promise.resolve(undefined)),
    run,
  });
  for (const [sequence, packet] of packets.entries()) {
    await session.take({ partition: '0', sequence, packet, received: 1n });
    if (sequence % every === every - 1) await session.cut();
  }
  await session.end();
}
