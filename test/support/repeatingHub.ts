/** A hub whose client begins anew after it was away, as Azure's SDK does: what it has delivered comes again from where it first began. */
import type {
  EventHubConsumerClient,
  PartitionContext,
  ReceivedEventData,
  SubscriptionEventHandlers,
} from '@azure/event-hubs';

export class RepeatingHub {
  private handlers: SubscriptionEventHandlers | undefined;

  readonly consumer = {
    subscribe: (...given: unknown[]) => {
      this.handlers = given.find((one) => typeof one === 'object') as SubscriptionEventHandlers;
      return { isRunning: true, close: () => Promise.resolve() };
    },
    getPartitionIds: () => Promise.resolve(['0']),
    getPartitionProperties: () =>
      Promise.resolve({
        isEmpty: false,
        beginningSequenceNumber: 0,
        lastEnqueuedSequenceNumber: 0,
      }),
  } as unknown as EventHubConsumerClient;

  /** @param bodies of events from a sequence number on */
  async deliver(from: number, ...bodies: unknown[]): Promise<void> {
    const events = bodies.map((body, i) => ({ body, sequenceNumber: from + i, enqueuedTimeUtc: new Date() }));
    await this.handlers!.processEvents(
      events as ReceivedEventData[],
      { partitionId: '0' } as PartitionContext,
    );
  }
}
