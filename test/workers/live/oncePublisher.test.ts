/** Messages of a session in a hub that loses answers: each is there once. */
import { EventHubConsumerClient } from '@azure/event-hubs';
import type { EventContext } from 'rhea';
import { requestFault } from '../../../infra/eventhubs/faultNode';
import { HUBS } from '../../../infra/eventhubs/hubs';
import { EventHubsPeer } from '../../../infra/eventhubs/peer';
import { partitionOfKey } from '../../../infra/eventhubs/partitionKey';
import { OncePublisher } from '../../../workers/live/oncePublisher';
import { Collector, startPeer, type TestPeer } from '../../support/eventHubs';
import { until } from '../../support/until';

const CONTRACT = 'ESH4';
const HUB = 'inference_results';
interface Message {
  readonly schema: string;
  readonly id: string;
}
const message = (n: number): Message => ({ schema: 'test/1', id: `message-${n}` });

let hubs: TestPeer;
beforeAll(async () => {
  hubs = await startPeer({ hubs: HUBS });
});
afterAll(async () => {
  await hubs.peer.stop();
  hubs.remove();
});

const open = (requireOwn: () => Promise<void> = () => Promise.resolve()) => {
  const connection = hubs.peer.connectionString;
  return OncePublisher.open<Message>({ connection, hub: HUB, contract: CONTRACT, stream: 'one', requireOwn });
};

/** Ids in the hub, as far as those that are waited for. */
async function inHub(last: string): Promise<string[]> {
  const partition = String(partitionOfKey(CONTRACT, 4));
  const collector = new Collector(hubs.peer.connectionString, HUB, partition);
  const ids = () => collector.events.map(({ messageId }) => String(messageId));
  await until(() => ids().includes(last));
  await collector.close();
  return ids();
}

test('what came to the hub while its answer was lost is not sent again', async () => {
  const publisher = await open();
  expect(await publisher.publish(message(1))).toBe(true);
  await requestFault(hubs.peer.connectionString, { fault: 'lose', amount: 1 });
  expect(await Promise.all([2, 3, 4].map((n) => publisher.publish(message(n))))).toEqual([true, true, true]);
  expect(await publisher.publish(message(2))).toBe(false);
  expect(await publisher.publish(message(5))).toBe(true);
  await publisher.close();
  expect(await inHub('message-5')).toEqual([1, 2, 3, 4, 5].map((n) => message(n).id));
});

test('a hub that cannot be searched for what was sent is asked again', async () => {
  const publisher = await open();
  const late = Object.assign(new Error('The request timed out'), { retryable: true });
  const search = jest
    .spyOn(EventHubConsumerClient.prototype, 'getPartitionIds')
    .mockRejectedValueOnce(new AggregateError([late, late]));
  await requestFault(hubs.peer.connectionString, { fault: 'lose', amount: 1 });
  expect(await publisher.publish(message(6))).toBe(true);
  expect(search.mock.calls.length).toBeGreaterThan(1);
  search.mockRestore();
  await publisher.close();
  expect(await inHub('message-6')).toEqual([1, 2, 3, 4, 5, 6].map((n) => message(n).id));
});

test('another one of the stream knows what is there', async () => {
  const publisher = await open();
  expect(await publisher.publish(message(3))).toBe(false);
  expect(publisher.count).toBe(6);
  await publisher.close();
});

test('a worker whose session another has taken over sends nothing', async () => {
  const publisher = await open(() => Promise.reject(new Error('taken over')));
  await expect(publisher.publish(message(7))).rejects.toThrow('taken over');
  await publisher.close();
  expect(await inHub('message-6')).not.toContain('message-7');
});

test('what a worker sends that has just lost the session is not sent again by the one that has it', async () => {
  // What was read before the session was taken over is heard after it.
  let taken = false;
  let hear = (): void => {};
  const heard = new Promise<void>((resolve) => (hear = resolve));
  const lost = await open(() => (taken ? Promise.reject(new Error('taken over')) : heard));
  const late = lost.publish(message(8));
  const next = await open();
  hear();
  expect(await late).toBe(true);
  taken = true;
  const theirs = { ...message(8) };
  expect(await Promise.all([next.publish(theirs), next.publish(message(9))])).toEqual([false, true]);
  expect(next.published('message-8')).not.toBe(theirs);
  await Promise.all([lost.close(), next.close()]);
  const ids = await inHub('message-9');
  expect(ids.filter((id) => id === 'message-8')).toHaveLength(1);
});

test('a worker that stood still after it had asked asks again before it sends', async () => {
  const clock = jest.spyOn(Date, 'now');
  let asked = 0;
  const publisher = await open(() => {
    asked++;
    if (asked > 1) return Promise.reject(new Error('taken over'));
    const now = Date.now();
    clock.mockReturnValue(now + 60_000);
    return Promise.resolve();
  });
  await expect(publisher.publish(message(10))).rejects.toThrow('taken over');
  clock.mockRestore();
  expect(asked).toBe(2);
  await publisher.close();
  expect(await inHub('message-9')).not.toContain('message-10');
});

test('what is asked is the last that is waited for before a message is sent: the hub has let the producer in by then', async () => {
  const letIn: string[] = [];
  const peer = EventHubsPeer.prototype as unknown as { onProducer(context: EventContext): void };
  const { onProducer } = peer;
  const seen = jest.spyOn(peer, 'onProducer').mockImplementation(function (this: EventHubsPeer, context) {
    letIn.push((context.receiver!.target as { address: string }).address);
    onProducer.call(this, context);
  });
  const atAsking: boolean[] = [];
  const publisher = await open(() => {
    atAsking.push(letIn.includes(HUB));
    return Promise.resolve();
  });
  expect(await publisher.publish(message(11))).toBe(true);
  seen.mockRestore();
  await publisher.close();
  expect(atAsking).toEqual([true]);
});
