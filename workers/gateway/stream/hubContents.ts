/** What is in the hub `mbo_raw` now: of which contracts, and of which trade date. */
import type { EventHubConsumerClient } from '@azure/event-hubs';
import type { Packet } from '../../../graph/feed/packet';
import { tradeDateOf } from '../../../graph/market/calendar';
import type { Products } from '../../../graph/products/catalog';
import type { Product } from '../../../graph/products/profile';
import { partitionOf } from '../../eventHubs/partitionOf';
import { readRange } from '../../eventHubs/readRange';
import { packetIn } from '../../feed/packetsOfEvents';
import { Tail } from '../../feed/tail';

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

/** How far back it is looked first, events, and how much further each time. */
const FIRST_STEP = 64;
const STEP_GROWTH = 4;
/** Events that are read at a place, to find one of the contract among those of others. */
const LOOK_EVENTS = 32;

/**
 * Where the newest stretch of a contract's trade date begins: looked for backwards from the end, in ever longer steps, then between the
 * last two.
 * @returns sequence number of an event before which the stretch has nothing
 */
export async function beginningOfDate(
  consumer: EventHubConsumerClient,
  contract: string,
  product: Product,
  tradeDate: string,
): Promise<number> {
  const partition = await partitionOf(consumer, contract);
  const { beginningSequenceNumber: begin, lastEnqueuedSequenceNumber: end } =
    await consumer.getPartitionProperties(partition);
  /** Whether what comes from there on is of the date; where nothing is of the contract, it is as what comes after it. */
  const isOfDate = async (from: number): Promise<boolean> => {
    let found: string | undefined;
    const to = Math.min(from + LOOK_EVENTS - 1, end);
    await readRange(consumer, partition, { from, to }, (events) => {
      for (const packet of events.flatMap(packetIn))
        if (packet.contract === contract && packet.kind === 'records')
          found ??= tradeDateOfPacket(packet, product);
    });
    return found === undefined || found === tradeDate;
  };
  let [before, within] = [begin - 1, end];
  for (let step = FIRST_STEP; within - step > begin; step *= STEP_GROWTH)
    if (await isOfDate(within - step)) within -= step;
    else {
      before = within - step;
      break;
    }
  while (within - before > LOOK_EVENTS) {
    const middle = (before + within) >> 1;
    if (await isOfDate(middle)) within = middle;
    else before = middle;
  }
  return Math.max(before, begin);
}
