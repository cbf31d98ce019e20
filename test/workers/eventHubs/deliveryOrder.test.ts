import fc from 'fast-check';
import { DeliveryOrder } from '../../../workers/eventHubs/deliveryOrder';

const events = (...numbers: number[]) => numbers.map((sequenceNumber) => ({ sequenceNumber }));
const numbersOf = (taken: readonly { sequenceNumber: number }[]) =>
  taken.map(({ sequenceNumber }) => sequenceNumber);

test('whatever the order of deliveries and however often each comes, all are handed on once and in order', () => {
  const deliveries = fc
    .integer({ min: 1, max: 30 })
    .chain((count) =>
      fc.tuple(
        fc.shuffledSubarray([...Array(count).keys()], { minLength: count }),
        fc.array(fc.nat(count - 1)),
        fc.integer({ min: 1, max: 7 }),
      ),
    );
  fc.assert(
    fc.property(deliveries, fc.integer({ min: -1, max: 50 }), ([shuffled, again, size], last) => {
      const order = new DeliveryOrder(last);
      const delivered = [...shuffled, ...again].map((number) => last + 1 + number);
      const taken: number[] = [];
      for (let at = 0; at < delivered.length; at += size)
        taken.push(...numbersOf(order.take(events(...delivered.slice(at, at + size)))));
      expect(taken).toEqual(shuffled.map((_, i) => last + 1 + i));
      expect(order).toMatchObject({ last: last + shuffled.length, waiting: 0 });
    }),
  );
});

test('where nothing is known the first that comes begins', () => {
  const order = new DeliveryOrder(undefined);
  expect(order.last).toBe(-1);
  expect(numbersOf(order.take(events(7, 9, 8, 9)))).toEqual([7, 8, 9]);
  expect(order.misplaced).toBe(2);
});

test('what does not come is gone on without', () => {
  const order = new DeliveryOrder(3);
  expect(order.giveUp()).toEqual([]);
  expect(order.take(events(9, 7, 8, 11))).toEqual([]);
  expect(order.waiting).toBe(4);
  expect(numbersOf(order.giveUp())).toEqual([7, 8, 9]);
  expect(numbersOf(order.take(events(5, 10)))).toEqual([10, 11]);
});
