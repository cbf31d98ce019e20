import type { EventHubConsumerClient, ReceivedEventData, SubscriptionEventHandlers } from '@azure/event-hubs';
import { arrivals, type Arrived } from '../../../workers/live/packetSource';

/** A partition whose deliveries a test makes: it has events up to `end`, whatever has been delivered. */
class Partition {
  end = 7;
  away = false;
  private handlers: SubscriptionEventHandlers | undefined;

  readonly consumer = {
    subscribe: (_: string, handlers: SubscriptionEventHandlers) => {
      this.handlers = handlers;
      return { isRunning: true, close: () => Promise.resolve() };
    },
    getPartitionProperties: () =>
      this.away
        ? Promise.reject(new Error('the hub is away'))
        : Promise.resolve({
            isEmpty: false,
            beginningSequenceNumber: 0,
            lastEnqueuedSequenceNumber: this.end,
            lastEnqueuedOnUtc: new Date(1000),
          }),
  } as unknown as EventHubConsumerClient;

  /** Delivers events; without any, the client says that none came for a while. */
  async deliver(...sequenceNumbers: number[]): Promise<void> {
    const events = sequenceNumbers.map((sequenceNumber) => ({ body: Buffer.from('?'), sequenceNumber }));
    await this.handlers!.processEvents(
      events as ReceivedEventData[],
      {
        lastEnqueuedEventProperties: { sequenceNumber: this.end },
      } as Parameters<SubscriptionEventHandlers['processEvents']>[1],
    );
  }
}

test('a hub that delivers nothing for a while has not come to its end', async () => {
  const partition = new Partition();
  const { signal } = new AbortController();
  const from = { sequenceNumber: 3, isInclusive: false };
  const coming = arrivals({ consumer: partition.consumer, partition: '0', from, signal });
  const next = async (...delivered: number[]): Promise<Arrived> => {
    const arrived = coming.next();
    await partition.deliver(...delivered);
    return (await arrived).value as Arrived;
  };
  expect(await next()).toMatchObject({ caughtUp: false, waiting: 4 });
  expect(await next(4, 5)).toMatchObject({ caughtUp: false, waiting: 2 });
  expect(await next()).toMatchObject({ caughtUp: false, waiting: 2 });
  partition.away = true;
  expect(await next()).toMatchObject({ caughtUp: false });
  partition.away = false;
  expect(await next(6, 7)).toMatchObject({ caughtUp: true, waiting: 0 });
  expect(await next()).toMatchObject({ caughtUp: true, waiting: 0 });
  await coming.return(undefined);
});

test('what is older than the time that is read from is not waited for', async () => {
  const partition = new Partition();
  const { signal } = new AbortController();
  for (const [enqueuedOn, caughtUp] of [
    [1001, true],
    [999, false],
  ] as const) {
    const coming = arrivals({ consumer: partition.consumer, partition: '0', from: { enqueuedOn }, signal });
    const arrived = coming.next();
    await partition.deliver();
    expect((await arrived).value).toMatchObject({ caughtUp });
    await coming.return(undefined);
  }
});
