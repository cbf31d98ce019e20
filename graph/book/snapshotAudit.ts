/** The book rebuilt so far against the venue's own: every difference is a message lost, or one misread. */
import type { BookQuality } from './quality';
import type { RestingOrders } from './restingOrders';
import { ASK, BID } from './side';

/**
 * Compares a live book with the snapshot that came over it, counting the differences into `quality`.
 *
 * Orders the book already knew keep the times it knew them by: a snapshot says only when an order last moved, and a
 * wall does not become younger because midnight passed.
 */
export function auditSnapshot(book: RestingOrders, snapshot: RestingOrders, quality: BookQuality): void {
  quality.auditedSnapshots++;
  compareOrders(book, snapshot, quality);
  compareLevels(book, snapshot, quality);
}

function compareOrders(book: RestingOrders, snapshot: RestingOrders, quality: BookQuality): void {
  const known = book.orders;
  const orders = snapshot.orders;
  let shared = 0;
  snapshot.forEach((slot) => {
    const before = known.find(orders.idLow[slot], orders.idHigh[slot]);
    if (before < 0) return;
    shared++;
    if (!Number.isNaN(known.enteredAt[before])) orders.enteredAt[slot] = known.enteredAt[before];
    const samePlace =
      snapshot.side(slot) === book.side(before) && snapshot.price(slot) === book.price(before);
    if (samePlace && !Number.isNaN(known.pricedAt[before])) orders.pricedAt[slot] = known.pricedAt[before];
    if (!samePlace || orders.size[slot] !== known.size[before]) quality.ordersChanged++;
  });
  quality.ordersMissing += orders.count - shared;
  quality.ordersExtra += known.count - shared;
  quality.auditedOrders += orders.count + known.count - shared;
}

function compareLevels(book: RestingOrders, snapshot: RestingOrders, quality: BookQuality): void {
  const ours = book.levels;
  const theirs = snapshot.levels;
  for (const side of [BID, ASK] as const) {
    let shared = 0;
    for (let k = 0; k < theirs.count(side); k++) {
      const level = theirs.at(side, k);
      const same = ours.find(side, theirs.price[level]);
      if (same < 0) continue;
      shared++;
      if (ours.size[same] !== theirs.size[level] || ours.orders[same] !== theirs.orders[level])
        quality.levelsDiffering++;
      else if (!sameQueue(book, same, snapshot, level)) quality.queuesDiffering++;
    }
    quality.levelsDiffering += ours.count(side) + theirs.count(side) - 2 * shared;
  }
}

/** Whether two queues of equal length hold the same orders in the same order. */
function sameQueue(a: RestingOrders, levelA: number, b: RestingOrders, levelB: number): boolean {
  let x = a.levels.head[levelA];
  let y = b.levels.head[levelB];
  for (; x >= 0; x = a.orders.next[x], y = b.orders.next[y])
    if (a.orders.idLow[x] !== b.orders.idLow[y] || a.orders.idHigh[x] !== b.orders.idHigh[y]) return false;
  return true;
}
