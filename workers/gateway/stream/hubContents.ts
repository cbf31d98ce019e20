/** What is in the hub `mbo_raw` now: of which contracts, and of which trade date. */
import type { EventHubConsumerClient } from '@azure/event-hubs';
import { tradeDateOf } from '../../../graph/market/calendar';
import type { Packet } from '../../../graph/feed/packet';
import type { Product } from '../../../graph/products/profile';
import { partitionOfKey } from '../../../infra/eventhubs/partitionKey';
import type { Lake } from '../../../lake/lake';
import { packets } from '../../live/packetSource';

/** The newest events of a partition that are looked into at first; ten times as many after that. */
const FIRST_LOOK = 200;

export async function partitionOf(consumer: EventHubConsumerClient, contract: string): Promise<string> {
  const partitionIds = await consumer.getPartitionIds();
  return partitionIds[partitionOfKey(contract, partitionIds.length)];
}

/** Trade date of a packet's last record, ET. */
export const tradeDateOfPacket = ({ lastTsRecv }: Packet, product: Product): string =>
  tradeDateOf(lastTsRecv, product);

/** Of the newest packet of a contract; undefined where there is none. */
export async function newestTradeDate(options: {
  readonly consumer: EventHubConsumerClient;
  readonly contract: string;
  readonly product: Product;
}): Promise<string | undefined> {
  const { consumer, contract, product } = options;
  const partition = await partitionOf(consumer, contract);
  for await (const packet of newestPackets(consumer, partition)) {
    if (packet.contract !== contract || packet.kind !== 'records') continue;
    return tradeDateOfPacket(packet, product);
  }
  return undefined;
}

/** The contracts of which there are records, those with the newest first. */
export async function contractsIn(lake: Lake, consumer: EventHubConsumerClient): Promise<string[]> {
  const newest = new Map<string, bigint>();
  for (const partition of await consumer.getPartitionIds())
    for (const { kind, contract, packedAt } of await lastPackets(consumer, partition, FIRST_LOOK))
      if (kind === 'records' && lake.products.isOutright(contract)) newest.set(contract, packedAt);
  return [...newest].sort(([, a], [, b]) => (a < b ? 1 : -1)).map(([contract]) => contract);
}

/** Packets of a partition from its end to its beginning. */
async function* newestPackets(consumer: EventHubConsumerClient, partition: string): AsyncGenerator<Packet> {
  for (let look = FIRST_LOOK; ; look *= 10) {
    const last = await lastPackets(consumer, partition, look);
    yield* last.toReversed();
    const { beginningSequenceNumber: first, lastEnqueuedSequenceNumber: end } =
      await consumer.getPartitionProperties(partition);
    if (end - look < first) return;
  }
}

async function lastPackets(
  consumer: EventHubConsumerClient,
  partition: string,
  count: number,
): Promise<Packet[]> {
  const { isEmpty, lastEnqueuedSequenceNumber: end } = await consumer.getPartitionProperties(partition);
  if (isEmpty) return [];
  const found: Packet[] = [];
  const done = new AbortController();
  const poisoned = () => undefined;
  const after = Math.max(end - count, -1);
  for await (const { packets: arrived, caughtUp } of packets({
    consumer,
    partition,
    after,
    poisoned,
    signal: done.signal,
  })) {
    found.push(...arrived.map(({ packet }) => packet));
    if (caughtUp) break;
  }
  return found;
}
