/** What a lane hands to its taker. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Lane } from '../../../workers/live/lane';
import type { Poison } from '../../../workers/live/placed';

const event = (sequence: number, bytes: number): Poison => ({
  partition: '0',
  sequence,
  received: 1n,
  body: new Uint8Array(bytes),
  fault: 'none',
});

test('what has piled up comes in pieces, each with what waits behind it, and the last is caught up', async () => {
  const lane = new Lane('ESH4', -1, 2 ** 30);
  const events = Array.from({ length: 50 }, (_, sequence) => event(sequence, 100_000));
  await lane.give(events, { last: 49, misplaced: 0, waiting: 7, enqueuedAt: undefined, caughtUp: false });
  await lane.give([], { last: 49, misplaced: 0, waiting: 0, enqueuedAt: undefined, caughtUp: true });
  const sequences: number[] = [];
  let pieces = 0;
  for await (const arrived of lane.arrivals()) {
    pieces++;
    sequences.push(...arrived.events.map(({ sequence }) => sequence));
    expect(arrived.waiting).toBe(events.length - sequences.length);
    expect(arrived.caughtUp).toBe(sequences.length === events.length);
    if (arrived.caughtUp) lane.end();
  }
  expect(sequences).toEqual(events.map(({ sequence }) => sequence));
  expect(pieces).toBeGreaterThan(3);
});

test('whoever gives waits until there is room', async () => {
  const lane = new Lane('ESH4', -1, 1000);
  let given = false;
  const told = { last: 2, misplaced: 0, waiting: 0, enqueuedAt: undefined, caughtUp: true };
  const giving = lane.give([event(1, 900), event(2, 900)], told).then(() => (given = true));
  await nextTurn();
  expect(given).toBe(false);
  for await (const { events } of lane.arrivals()) {
    expect(events).toHaveLength(2);
    await giving;
    lane.end();
  }
  expect(given).toBe(true);
});

test('how often the hub has said that there is no more is counted where it brought nothing', async () => {
  const lane = new Lane('ES.OPT', -1, 2 ** 30);
  const told = { last: 1, misplaced: 0, waiting: 0, enqueuedAt: undefined, caughtUp: true };
  await lane.give([], told);
  await lane.give([event(1, 9)], told);
  await lane.give([], told);
  expect(lane.timesDry).toBe(1);
  lane.shift();
  await lane.give([], { ...told, caughtUp: false });
  expect(lane.timesDry).toBe(1);
  await lane.give([], told);
  expect(lane.timesDry).toBe(2);
});
