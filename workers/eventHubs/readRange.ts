/** Events of one partition that are there already, from one sequence number to another. */
import type { EventHubConsumerClient, ReceivedEventData } from '@azure/event-hubs';
import { DeliveryOrder } from './deliveryOrder';

const MOST_EVENTS = 200;
/** After so long without an event it is asked whether those that are waited for have been removed meanwhile. */
const IDLE_SECONDS = 1;

/**
 * Calls back with what there still is of `[from, to]`, in order.
 * @throws what the SDK does
 */
export async function readRange(
  consumer: EventHubConsumerClient,
  partition: string,
  { from, to }: { from: number; to: number },
  take: (events: readonly ReceivedEventData[]) => void,
): Promise<void> {
  let settle = (): void => {};
  let fail: (reason: unknown) => void = () => {};
  const order = new DeliveryOrder<ReceivedEventData>(from - 1);
  const done = new Promise<void>((resolve, reject) => ([settle, fail] = [resolve, reject]));
  const subscription = consumer.subscribe(
    partition,
    {
      processEvents: async (delivered) => {
        const events = order.take(delivered);
        // What does not come in its turn has been removed.
        if (order.waiting > (delivered.length > 0 ? MOST_EVENTS : 0)) events.push(...order.giveUp());
        take(events.filter(({ sequenceNumber }) => sequenceNumber <= to));
        const isIdle = delivered.length === 0;
        if (order.last >= to || (isIdle && (await isRemoved(consumer, partition, to)))) settle();
      },
      processError: (error) => {
        fail(error);
        return Promise.resolve();
      },
    },
    {
      startPosition: { sequenceNumber: from, isInclusive: true },
      maxBatchSize: MOST_EVENTS,
      maxWaitTimeInSeconds: IDLE_SECONDS,
    },
  );
  try {
    await done;
  } finally {
    await subscription.close();
  }
}

async function isRemoved(consumer: EventHubConsumerClient, partition: string, to: number): Promise<boolean> {
  const { isEmpty, beginningSequenceNumber } = await consumer.getPartitionProperties(partition);
  return isEmpty || beginningSequenceNumber > to;
}
