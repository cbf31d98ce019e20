import { BookSet } from '../../../graph/book/bookSet';
import { BID } from '../../../graph/book/side';
import { TimeOrigin } from '../../../graph/market/time';
import { batchOf, record } from './records';

describe('book set', () => {
  it('keeps one book per publisher and instrument, whose order ids mean nothing to each other', () => {
    const asked: number[][] = [];
    const books = new BookSet({
      origin: new TimeOrigin(0n),
      tickNanos(...instrument) {
        asked.push(instrument);
        return instrument[0] === 2 ? 1_000_000_000 : 250_000_000;
      },
    });
    const places = [
      [1, 1],
      [2, 1],
      [1, 2],
      [1, 1],
      [4_294_967_295, 65_535],
      [65_537, 1],
    ];
    const batch = batchOf(
      places.map(([instrumentId, publisherId], k) =>
        record({ instrumentId, publisherId, id: BigInt(k === 3 ? 1 : 0), price: 5_000_000_000n }),
      ),
    );
    for (let i = 0; i < batch.length; i++) books.apply(batch, i);

    expect([...books].map(({ instrumentId, publisherId }) => [instrumentId, publisherId])).toEqual([
      [1, 1],
      [2, 1],
      [1, 2],
      [4_294_967_295, 65_535],
      [65_537, 1],
    ]);
    expect(asked).toHaveLength(5);
    expect(books.get(1, 1)?.orderCount).toBe(2);
    expect(books.get(1, 1)?.quality.duplicateAdds).toBe(0);
    expect(books.get(2, 1)?.bestPrice(BID)).toBe(5);
    expect(books.get(1, 2)?.bestPrice(BID)).toBe(20);
    expect(books.get(3, 1)).toBeUndefined();
  });
});
