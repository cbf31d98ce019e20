import type { MboBatch } from '../records/mbo';
import type { TimeOrigin } from '../market/time';
import { OrderBook } from './orderBook';

interface BookEntry {
  readonly instrumentId: number;
  readonly publisherId: number;
  readonly book: OrderBook;
}

interface BookSetOptions {
  origin: TimeOrigin;
  /** Tick of an instrument in 1e-9 of the currency, 1 where unknown; asked once, at its first record. */
  tickNanos(instrumentId: number, publisherId: number): number;
}

/** One book per publisher and instrument: consolidated feeds mix publishers whose order ids mean nothing to each other. */
export class BookSet implements Iterable<BookEntry> {
  private readonly entries = new Map<number, BookEntry>();
  private last: BookEntry | undefined;

  constructor(private readonly options: BookSetOptions) {}

  /** Books in the order of their first records. */
  [Symbol.iterator](): Iterator<BookEntry> {
    return this.entries.values();
  }

  /** The book of an instrument at a publisher, if a record of it was seen. */
  get(instrumentId: number, publisherId: number): OrderBook | undefined {
    return this.entries.get(keyOf(instrumentId, publisherId))?.book;
  }

  /** Applies record `i` to its book and returns that book. */
  apply(batch: MboBatch, i: number): OrderBook {
    const { book } = this.entryOf(batch.instrumentId[i], batch.publisherId[i]);
    book.apply(batch, i);
    return book;
  }

  /** The entry of an instrument at a publisher, made if need be. */
  entryOf(instrumentId: number, publisherId: number): BookEntry {
    const { last } = this;
    if (last && last.instrumentId === instrumentId && last.publisherId === publisherId) return last;
    const key = keyOf(instrumentId, publisherId);
    let entry = this.entries.get(key);
    if (!entry) {
      const { origin } = this.options;
      const tickNanos = this.options.tickNanos(instrumentId, publisherId);
      entry = { instrumentId, publisherId, book: new OrderBook({ origin, tickNanos }) };
      this.entries.set(key, entry);
    }
    this.last = entry;
    return entry;
  }
}

/** 48 bits: exact in a double. */
const keyOf = (instrumentId: number, publisherId: number) => publisherId * 4294967296 + instrumentId;
