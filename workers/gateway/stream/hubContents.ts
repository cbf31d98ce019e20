/** What is in the hub `mbo_raw` now: of which contracts, and of which trade date. */
import type { EventHubConsumerClient } from '@azure/event-hubs';
import type { Packet } from '../../../graph/feed/packet';
import { tradeDateOf } from '../../../graph/market/calendar';
import type { Products } from '../../../graph/products/catalog';
import type { Product } from '../../../graph/products/profile';
import { partitionOfKey } from '../../../infra/eventhubs/partitionKey';
import { Tail } from '../../feed/tail';

export async function partitionOf(consumer: EventHubConsumerClient, contract: string): Promise<string> {
  const partitionIds = await consumer.getPartitionIds();
  return partitionIds[partitionOfKey(contract, partitionIds.length)];
}

/** Trade date of a packet's last record, ET. */
export const tradeDateOfPacket = ({ lastTsRecv }: Packet, product: Product): string =>
  tradeDateOf(lastTsRecv, product);

/** Trade date of the newest packet of a contract; undefined where there is none. */
export async function newestTradeDate(
  consumer: EventHubConsumerClient,
  contract: string,
  product: Product,
): Promise<string | undefined> {
  const tail = await Tail.open(consumer, await partitionOf(consumer, contract));
  for (;;) {
    const newest = tail.packets.findLast(
      (packet) => packet.contract === contract && packet.kind === 'records',
    );
    if (newest) return tradeDateOfPacket(newest, product);
    if (tail.isWhole) return undefined;
    await tail.readFurther();
  }
}

/** The contracts among the newest packets of every partition, those with the newest first. */
export async function contractsIn(consumer: EventHubConsumerClient, products: Products): Promise<string[]> {
  const newest = new Map<string, bigint>();
  for (const partition of await consumer.getPartitionIds()) {
    const tail = await Tail.open(consumer, partition);
    if (!tail.isWhole) await tail.readFurther();
    for (const { kind, contract, packedAt } of tail.packets)
      if (kind === 'records' && products.isOutright(contract)) newest.set(contract, packedAt);
  }
  return [...newest].sort(([, a], [, b]) => (a < b ? 1 : -1)).map(([contract]) => contract);
}
