import {
  earliestEventPosition,
  type EventHubConsumerClient,
  type EventPosition,
  type ReceivedEventData,
  type SubscribeOptions,
  type SubscriptionEventHandlers,
} from '@azure/event-hubs';
import { openConsumer, openProducer } from '../../../workers/eventHubs/clients';
import { arrivals, type Arrived } from '../../../workers/live/packetSource';
import { startPeer, TEST_HUB } from '../../support/eventHubs';
import { until } from '../../support/until';

/** A partition whose deliveries a test makes: it has events up to `end`, whatever has been delivered. */
class Partition {
  end = 7;
  away = false;
  /** Where it has been read from. */
  readonly begun: (EventPosition | undefined)[] = [];
  private handlers: SubscriptionEventHandlers | undefined;

  readonly consumer = {
    subscribe: (_: string, handlers: SubscriptionEventHandlers, { startPosition }: SubscribeOptions) => {
      this.handlers = handlers;
      this.begun.push(startPosition as EventPosition);
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
    await until(() => this.handlers !== undefined);
    const events = sequenceNumbers.map((sequenceNumber) => ({
      body: Buffer.from('?'),
      sequenceNumber,
      enqueuedTimeUtc: new Date(1000),
    }));
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

describe('deliveries out of order', () => {
  const numbersIn = ({ events }: Arrived) => events.map(({ event }) => event.sequence);

  function read(partition: Partition, from: EventPosition) {
    const { signal } = new AbortController();
    const coming = arrivals({ consumer: partition.consumer, partition: '0', from, signal });
    return {
      next: async (...delivered: number[]): Promise<Arrived> => {
        const arrived = coming.next();
        await partition.deliver(...delivered);
        return (await arrived).value as Arrived;
      },
      coming,
    };
  }

  test('are put right, the first of all too', async () => {
    const partition = new Partition();
    const { next, coming } = read(partition, earliestEventPosition);
    expect(numbersIn(await next(1))).toEqual([]);
    expect(numbersIn(await next(0, 3, 3, 2, 6))).toEqual([0, 1, 2, 3]);
    const arrived = await next(4, 7, 5);
    expect(numbersIn(arrived)).toEqual([4, 5, 6, 7]);
    expect(arrived).toMatchObject({ last: 7, caughtUp: true, misplaced: 5 });
    await coming.return(undefined);
  });

  test('what stays away is asked for again, and gone on without where it is no more', async () => {
    const partition = new Partition();
    const { next, coming } = read(partition, { sequenceNumber: 2, isInclusive: false });
    expect(numbersIn(await next(3, 5))).toEqual([3]);
    const idle = await next();
    expect([numbersIn(idle), idle.caughtUp]).toEqual([[], false]);
    const again = coming.next();
    await until(() => partition.begun.length === 2);
    expect(partition.begun[1]).toEqual({ sequenceNumber: 3, isInclusive: false });
    await partition.deliver(4, 5, 7);
    expect(numbersIn((await again).value as Arrived)).toEqual([4, 5]);
    await next();
    const last = coming.next();
    await until(() => partition.begun.length === 3);
    await partition.deliver(7);
    expect(numbersIn((await last).value as Arrived)).toEqual([]);
    const arrived = await next();
    expect([numbersIn(arrived), arrived.caughtUp]).toEqual([[7], true]);
    await coming.return(undefined);
  });
});

describe('a hub of the machine', () => {
  const partition = '0';
  async function send(connection: string, ...texts: string[]): Promise<void> {
    const producer = openProducer(connection, TEST_HUB, {});
    await producer.sendBatch(
      texts.map((text) => ({ body: Buffer.from(text) })),
      { partitionId: partition },
    );
    await producer.close();
  }

  test('that was away is gone on with where it was read to, and that it was away is told', async () => {
    const hub = await startPeer();
    const { address, connectionString } = hub.peer;
    const stopping = new AbortController();
    const consumer = openConsumer('$Default', connectionString, TEST_HUB);
    const numbers: number[] = [];
    const faults: string[] = [];
    let misplaced = 0;
    const reading = (async () => {
      for await (const arrived of arrivals({
        consumer,
        partition,
        from: earliestEventPosition,
        signal: stopping.signal,
        onFault: ({ message }) => faults.push(message),
      })) {
        numbers.push(...arrived.events.map(({ event }) => event.sequence));
        ({ misplaced } = arrived);
      }
    })();
    await send(connectionString, 'one', 'two', 'three');
    await until(() => numbers.length === 3);
    await hub.peer.stop();
    await until(() => faults.length > 1);
    const [host, port] = address.split(':');
    const back = await hub.restart({ host, port: Number(port) });
    await send(connectionString, 'four');
    await until(() => numbers.length === 4);
    stopping.abort();
    await reading;
    await consumer.close();
    await back.stop();
    hub.remove();
    expect([numbers, misplaced]).toEqual([[0, 1, 2, 3], 0]);
    expect(faults[0]).toContain('ECONNREFUSED');
  });

  test('that has begun anew has not what a session goes on behind', async () => {
    const hub = await startPeer();
    const { connectionString } = hub.peer;
    await send(connectionString, 'one');
    const consumer = openConsumer('$Default', connectionString, TEST_HUB);
    const from = { sequenceNumber: 4, isInclusive: false };
    const { signal } = new AbortController();
    const coming = arrivals({ consumer, partition, from, signal });
    await expect(coming.next()).rejects.toMatchObject({
      code: 'NoInput',
      message: expect.stringContaining('begun anew'),
    });
    await consumer.close();
    await hub.peer.stop();
    hub.remove();
  });
});
