/** Snapshots of a book: the clear, then every order, all captured at once. */
import { Side } from '../../records/mbo';
import type { EventWriter } from './eventWriter';
import { ASK, BID, NONE, type MatchingBook } from '../exchange/matchingBook';

/** Packets of the exchange's weekly snapshot. */
const FIRST_SEQUENCE = 600;
const ORDERS_A_PACKET = 30;

/** The daily snapshot: orders by the time they took their place. @param received capture time of all its rows */
export function writeSnapshot(book: MatchingBook, writer: EventWriter, received: number): void {
  const slots = inPriority(book).sort((a, b) => book.pricedAt[a] - book.pricedAt[b]);
  write(slots, book, writer, received);
}

/**
 * The snapshot the exchange itself takes before a week begins: level by level. Places and packet numbers begin anew with it.
 * @param t when it is taken @param received capture time of all its rows
 */
export function writeWeeklySnapshot(
  book: MatchingBook,
  writer: EventWriter,
  t: number,
  received: number,
): void {
  const slots = inPriority(book);
  slots.forEach((slot, k) => {
    book.pricedAt[slot] = t;
    book.pricedIn[slot] = FIRST_SEQUENCE + Math.floor(k / ORDERS_A_PACKET);
  });
  writer.sequence = FIRST_SEQUENCE + Math.ceil(slots.length / ORDERS_A_PACKET);
  write(slots, book, writer, received);
}

function write(slots: readonly number[], book: MatchingBook, writer: EventWriter, received: number): void {
  writer.clear(slots.length > 0 ? book.pricedAt[slots[0]] : received, received);
  slots.forEach((slot, k) =>
    writer.snapshotOrder(
      book.side[slot] === BID ? Side.Bid : Side.Ask,
      book.id[slot],
      book.price[slot],
      book.size[slot],
      book.pricedAt[slot],
      book.pricedIn[slot],
      received,
      k === slots.length - 1,
    ),
  );
}

/** Every order: bids from the best down, asks from the best up, each price in its queue's order. */
function inPriority(book: MatchingBook): number[] {
  const slots: number[] = [];
  for (const side of [BID, ASK] as const) {
    let price = book.bestPrice(side);
    while (price > 0 && price < book.ticks) {
      for (let slot = book.first(side, price); slot !== NONE; slot = book.next[slot]) slots.push(slot);
      price = book.nextPrice(side, price);
    }
  }
  return slots;
}
