import fc from 'fast-check';
import { OrderBook } from '../../../graph/book/orderBook';
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
  const saved = someBook().save();

  it('saves to the same bytes again', () => {
    expect(OrderBook.restore(saved, options).save()).toEqual(saved);
  });

  it('is refused whole if it is cut short or goes on too long', () => {
    for (let length = 0; length < saved.length; length++)
      expect(() => OrderBook.restore(saved.subarray(0, length), options)).toThrow(
        expect.objectContaining({ code: 'CorruptBook' }),
      );
    expect(() => OrderBook.restore(new Uint8Array([...saved, 0]), options)).toThrow(
      expect.objectContaining({ code: 'CorruptBook' }),
    );
  });

  it('is a book or an error when bytes are damaged, never anything else', () => {
    fc.assert(
      fc.property(fc.nat(saved.length - 1), fc.integer({ min: 1, max: 255 }), (at, damage) => {
        const bytes = saved.slice();
        bytes[at] ^= damage;
        try {
          const book = OrderBook.restore(bytes, options);
          expect(book.orderCount).toBeLessThan(saved.length);
        } catch (error) {
          expect(['CorruptBook', 'BadArgument']).toContain((error as { code: string }).code);
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
      restored = OrderBook.restore(restored.save(), options);
    }
    expect(restored.save()).toEqual(book.save());
    expect(restored.quality.crossedNs).toBe(book.quality.crossedNs);
  });

  it('names the version and the tick it was saved with when another is asked for', () => {
    expect(() => OrderBook.restore(new Uint8Array([2, ...saved.subarray(1)]), options)).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ expected: 'a book saved in version 1, not 2' }),
      }),
    );
    expect(() => OrderBook.restore(saved, { ...options, tickNanos: 5 })).toThrow(
      expect.objectContaining({ code: 'BadArgument' }),
    );
  });
});
