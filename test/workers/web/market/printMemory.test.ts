import fc from 'fast-check';
import { PrintMemory } from '../../../../workers/web/market/printMemory';

/** Rows as in `Prints`, of prints at these times. */
const rowsAt = (...times: number[]): Float64Array =>
  Float64Array.from(times.flatMap((t) => [t, 20_000, 1, 0]));
const timesOf = (prints: PrintMemory): number[] =>
  Array.from({ length: prints.end - prints.first }, (_, k) => prints.at(prints.first + k).t);

test('a print keeps its number while older ones are forgotten', () => {
  const prints = new PrintMemory();
  const all = Array.from({ length: 45_000 }, (_, t) => t);
  for (let from = 0; from < all.length; from += 500) {
    prints.add(rowsAt(...all.slice(from, from + 500)));
    expect(prints.end).toBe(from + 500);
    expect(prints.end - prints.first).toBeLessThanOrEqual(20_000);
  }
  // Each was added with its number as its time.
  for (const number of [prints.first, prints.first + 77, prints.end - 1])
    expect(prints.at(number).t).toBe(number);
});

test('what is told again takes the place of what was told before, with its numbers', () => {
  const prints = new PrintMemory();
  prints.add(rowsAt(1, 2, 3, 4));
  expect(prints.forgetFrom(3).map(({ t }) => t)).toEqual([1, 2]);
  prints.add(rowsAt(3, 4, 5));
  expect(timesOf(prints)).toEqual([1, 2, 3, 4, 5]);
  expect(prints.latest(2).map(({ t }) => t)).toEqual([4, 5]);
});

test('nothing of another session has a number that a print had before', () => {
  const prints = new PrintMemory();
  prints.add(rowsAt(7, 8));
  prints.clear();
  expect([prints.first, prints.end]).toEqual([2, 2]);
  prints.add(rowsAt(1));
  expect(prints.at(2).t).toBe(1);
});

test('the first print that is not before a time', () => {
  const times = fc.array(fc.integer({ min: 0, max: 40 })).map((list) => list.sort((a, b) => a - b));
  fc.assert(
    fc.property(times, fc.integer({ min: -1, max: 41 }), (list, t) => {
      const prints = new PrintMemory();
      prints.add(rowsAt(...list));
      const found = list.findIndex((time) => time >= t);
      expect(prints.from(t)).toBe(found === -1 ? list.length : found);
    }),
  );
});
