/** Snapshots of a gateway beside the books of the operators, which follow the same records. */
import { DbnDecoder, fileMetadata } from '../../../../graph/dbn';
import { viewOf } from '../../../../graph/dbn/fields';
import { BookSet } from '../../../../graph/book/bookSet';
import type { OrderBook } from '../../../../graph/book/orderBook';
import { ASK, BID, type BookSide } from '../../../../graph/book/side';
import { TimeOrigin } from '../../../../graph/market/time';
import { SnapshotBooks } from '../../../../workers/databento/gateway/snapshotBook';
import { fileSource } from '../../../../workers/replay/fileSource';
import { dataPath, describeWithData } from '../../../support/data';

const METADATA = fileMetadata({ dataset: '', schema: 'mbo', start: 0n, end: null, symbols: [] });
const ORIGIN = new TimeOrigin(1_703_300_000_000_000_000n);
const newBooks = () => new BookSet({ origin: ORIGIN, tickNanos: () => 250_000_000 });

/** Applies records to books. */
const applied = (books: BookSet, bytes: Uint8Array): BookSet => {
  const mbo = (batch: Parameters<BookSet['apply']>[0]) => {
    for (let i = 0; i < batch.length; i++) books.apply(batch, i);
  };
  new DbnDecoder({ mbo }, { metadata: METADATA }).push(bytes);
  return books;
};

/** Every order of a side, price by price, first in the queue first. */
function queue(view: OrderBook, side: BookSide): [number, bigint, number][] {
  const { levels, orders } = view.resting;
  const out: [number, bigint, number][] = [];
  for (let k = 0; levels.at(side, k) >= 0; k++)
    for (let slot = levels.head[levels.at(side, k)]; slot >= 0; slot = orders.next[slot])
      out.push([view.orderPrice(slot), view.orderId(slot), view.orderSize(slot)]);
  return out;
}

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
      const snapshots = new SnapshotBooks();
      for (let at = 0; at < some.length; at += 56) snapshots.take(viewOf(some), at);
      const records = new Uint8Array(Buffer.concat(snapshots.records(() => true, 5n)));

      const expected = applied(newBooks(), some).get(17077, 1)!;
      const found = applied(newBooks(), records).get(17077, 1)!;
      expect(expected.orderCount).toBeGreaterThan(1000);
      for (const side of [BID, ASK] as const) expect(queue(found, side)).toEqual(queue(expected, side));
    },
  );
});
