import fc from 'fast-check';
import { OrderBook } from '../../../graph/book/orderBook';
import { restoreState, saveState } from '../../../graph/state/blob';
import { MboBatch } from '../../../graph/records/mbo';
import { TimeOrigin } from '../../../graph/market/time';
import { batchOf, record, writeRow } from './records';
import { Clock, START, streams, TICK } from './streams';
import { TwinBook } from './twin';

const options = { tickNanos: Number(TICK), origin: new TimeOrigin(START) };

function someBook(): OrderBook {
  const [steps] = fc.sample(streams(400), { numRuns: 1, seed: 7 });
  const book = new OrderBook(options);
  const twin = new TwinBook(TICK);
  const row = new MboBatch(1);
  for (const next of new Clock().records(steps, twin)) {
    twin.apply(next);
    writeRow(row, 0, next);
    book.apply(row, 0);
  }
  return book;
}

describe('a saved book', () => {
  const saved = saveState(someBook());

  it('saves to the same bytes again', () => {
    expect(saveState(restoreState(new OrderBook(options), saved))).toEqual(saved);
  });

  it('takes the place of what a book holds, as that of the start of a session', () => {
    expect(saveState(restoreState(someBook(), saved))).toEqual(saved);
    const empty = saveState(new OrderBook(options));
    expect(saveState(restoreState(someBook(), empty))).toEqual(empty);
  });

  it('is refused whole if it is cut short or goes on too long', () => {
    for (let length = 0; length < saved.length; length++)
      expect(() => restoreState(new OrderBook(options), saved.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'CorruptState' }),
      );
    expect(() => restoreState(new OrderBook(options), new Uint8Array([...saved, 0]))).toThrow(
      expect.objectContaining({ code: 'CorruptState' }),
    );
  });

  it('is a book or an error when bytes are damaged, never anything else', () => {
    fc.assert(
      fc.property(fc.nat(saved.length - 1), fc.integer({ min: 1, max: 255 }), (at, damage) => {
        const bytes = saved.slice();
        bytes[at] ^= damage;
        try {
          const book = restoreState(new OrderBook(options), bytes);
          expect(book.orderCount).toBeLessThan(saved.length);
        } catch (error) {
          expect((error as { code: string }).code).toBe('CorruptState');
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('goes on the same even if its times are no times', () => {
    const book = new OrderBook(options);
    const rows = [0n, 2n ** 64n - 1n, START].flatMap((tsEvent, k) => [
      record({ id: BigInt(2 * k), side: 'A', price: 0n, tsEvent, tsRecv: tsEvent }),
      record({ id: BigInt(2 * k + 1), side: 'B', price: TICK, tsEvent, tsRecv: tsEvent }),
    ]);
    const batch = batchOf(rows);
    let restored = new OrderBook(options);
    for (let i = 0; i < batch.length; i++) {
      book.apply(batch, i);
      restored.apply(batch, i);
      restored = restoreState(new OrderBook(options), saveState(restored));
    }
    expect(saveState(restored)).toEqual(saveState(book));
    expect(restored.quality.crossedNs).toBe(book.quality.crossedNs);
  });

  it('names the version and the tick it was saved with when another is asked for', () => {
    const refused = (expected: string) =>
      expect.objectContaining({ code: 'CorruptState', details: expect.objectContaining({ expected }) });
    // The codec's word, then the section: its name with its length, its version.
    const version = 4 + 1 + 'book'.length;
    const later = saved.map((byte, k) => (k === version ? byte + 1 : byte));
    expect(() => restoreState(new OrderBook(options), later)).toThrow(refused('version 2, not 3'));
    expect(() => restoreState(new OrderBook({ ...options, tickNanos: 5 }), saved)).toThrow(
      refused('a tick of 5, not 250000000'),
    );
  });
});
