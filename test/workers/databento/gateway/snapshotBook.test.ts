/** Snapshots of a gateway beside the books of the operators, which follow the same records. */
import { DbnDecoder, fileMetadata, type StoredRecord } from '../../../../graph/dbn';
import { viewOf } from '../../../../graph/dbn/fields';
import { BookSet } from '../../../../graph/book/bookSet';
import type { OrderBook } from '../../../../graph/book/orderBook';
import { ASK, BID, type BookSide } from '../../../../graph/book/side';
import { TimeOrigin } from '../../../../graph/market/time';
import { SnapshotBooks } from '../../../../workers/databento/gateway/snapshotBook';
import { fileSource } from '../../../../workers/replay/fileSource';
import { dataPath, describeWithData } from '../../../support/data';
import { order } from '../../../support/feedRecords';

const METADATA = fileMetadata({ dataset: '', schema: 'mbo', start: 0n, end: null, symbols: [] });
const ORIGIN = new TimeOrigin(1_703_300_000_000_000_000n);
const LATER = 1_703_700_000_000_000_000n;
const newBooks = () => new BookSet({ origin: ORIGIN, tickNanos: () => 250_000_000 });

/** Applies records to books. */
const applied = (books: BookSet, bytes: Uint8Array): BookSet => {
  const mbo = (batch: Parameters<BookSet['apply']>[0]) => {
    for (let i = 0; i < batch.length; i++) books.apply(batch, i);
  };
  new DbnDecoder({ mbo }, { metadata: METADATA }).push(bytes);
  return books;
};

/** Every order of a side, price by price, first in the queue first: price, id, size, when it took its place. */
function queue(view: OrderBook, side: BookSide): [number, bigint, number, number][] {
  const { levels, orders } = view.resting;
  const out: [number, bigint, number, number][] = [];
  for (let k = 0; levels.at(side, k) >= 0; k++)
    for (let slot = levels.head[levels.at(side, k)]; slot >= 0; slot = orders.next[slot])
      out.push([view.orderPrice(slot), view.orderId(slot), view.orderSize(slot), view.orderPricedAt(slot)]);
  return out;
}

/** Compares the snapshot after some records with the books they make. */
function expectSameBook(records: Uint8Array, instrumentId: number): OrderBook {
  const snapshots = new SnapshotBooks();
  for (let at = 0; at < records.length; at += 56) snapshots.take(viewOf(records), at);
  const snapshot = new Uint8Array(Buffer.concat(snapshots.records(() => true, LATER)));
  const expected = applied(newBooks(), records).get(instrumentId, 1)!;
  const found = applied(newBooks(), snapshot).get(instrumentId, 1)!;
  for (const side of [BID, ASK] as const) expect(queue(found, side)).toEqual(queue(expected, side));
  expect(found.quality.duplicateAdds).toBe(0);
  return found;
}

test('an order is as old as its place: what costs a place, and what does not', () => {
  const time = (n: number) => 1_703_541_600_000_000_000n + BigInt(n) * 1_000_000_000n;
  const change = (n: number, sequence: number, more: Partial<StoredRecord<'mbo'>>) =>
    order(1, sequence, time(n), { action: 'M', ...more });
  const records = [
    ...[1, 2, 3, 4, 5, 6].map((n) => order(1, n, time(n))),
    change(10, 1, { size: 2 }),
    change(11, 2, { size: 4 }),
    change(12, 3, { size: 3, side: 'N' }),
    change(13, 4, { side: 'A', price: 4_806_000_000_000n }),
    change(14, 5, { size: 0 }),
    order(1, 6, time(15), { action: 'C', size: 1 }),
    change(16, 7, { size: 0 }),
  ];
  expect(expectSameBook(new Uint8Array(Buffer.concat(records)), 1).orderCount).toBe(5);
});

describeWithData('of real data', () => {
  // The first ends with a book, over which the second brings a snapshot without a clear; they are of one contract.
  const files = ['20231224', '20231225'].map((day) => dataPath(`esh4-glbx-mdp3-${day}.mbo.dbn.zst`));

  test.each([0.05, 0.3, 0.77, 1])(
    'a snapshot after %d of the records makes the book they make',
    async (share) => {
      const { signal } = new AbortController();
      const source = await fileSource(files, signal);
      const blocks: Uint8Array[] = [];
      for await (const { bytes } of source.blocks(0n, signal)) blocks.push(bytes);
      const all = new Uint8Array(Buffer.concat(blocks));
      const some = all.subarray(0, Math.floor((all.length / 56) * share) * 56);
      expect(expectSameBook(some, 17077).orderCount).toBeGreaterThan(1000);
    },
  );
});
