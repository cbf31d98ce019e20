/** Resting orders as a gateway needs them: to tell a new session the present book, order by order. */
import { RECORDS } from '../../../graph/dbn';
import { layoutOf } from '../../../graph/dbn/records';
import { Action, Flag, Side, UNDEF_PRICE } from '../../../graph/records/mbo';

const { orderId, price, size, flags, action, side, tsRecv } = layoutOf('mbo', 3).offsets;
const MBO = RECORDS.mbo.rtype;
const MBO_BYTES = layoutOf('mbo', 3).bytes;
const TS_EVENT = 8;
const OF_SNAPSHOT = Flag.Snapshot | Flag.BadTsRecv;

/** One instrument of one publisher. An order is its last record, as of when it took its place, and orders of a price lie in order of priority. */
interface Book {
  readonly head: Uint8Array;
  readonly orders: Map<bigint, Uint8Array>;
  /** Whether its last record was of a snapshot. */
  inSnapshot: boolean;
}

export class SnapshotBooks {
  private readonly books = new Map<string, Book>();

  /** Takes in an order message, which lies at `at` of `view`'s bytes; others change nothing. */
  take(view: DataView, at: number): void {
    if (view.getUint8(at + 1) !== MBO) return;
    const book = this.bookOf(view, at);
    const { orders } = book;
    const id = view.getBigUint64(at + orderId, true);
    const inSnapshot = (view.getUint8(at + flags) & Flag.Snapshot) !== 0;
    // A snapshot stands for all that came before it, whether or not a clear says so.
    if (inSnapshot && !book.inSnapshot) orders.clear();
    book.inSnapshot = inSnapshot;
    switch (view.getUint8(at + action)) {
      case Action.Clear:
        orders.clear();
        break;
      case Action.Add:
        orders.delete(id);
        orders.set(id, recordAt(view, at));
        break;
      case Action.Modify: {
        const before = orders.get(id);
        const record = recordAt(view, at);
        if (before && record[side] === Side.None) record[side] = before[side];
        // Another price or a larger size costs the order its place: it goes to the end. Otherwise it is as old as it was.
        if (before && keepsPlace(before, record))
          record.set(before.subarray(TS_EVENT, TS_EVENT + 8), TS_EVENT);
        else orders.delete(id);
        if (new DataView(record.buffer).getUint32(size, true) === 0) orders.delete(id);
        else orders.set(id, record);
        break;
      }
      case Action.Cancel: {
        const order = orders.get(id);
        if (order === undefined) break;
        const resting = new DataView(order.buffer);
        const left = resting.getUint32(size, true) - view.getUint32(at + size, true);
        if (left <= 0) orders.delete(id);
        else resting.setUint32(size, left, true);
        break;
      }
    }
  }

  /**
   * A clear and an addition for every order, book by book; the last record of a book closes it.
   * @param wants which instruments
   * @param time capture time of the snapshot, ns UTC
   */
  records(wants: (instrumentId: number) => boolean, time: bigint): Uint8Array[] {
    const out: Uint8Array[] = [];
    for (const { head, orders } of this.books.values()) {
      if (!wants(new DataView(head.buffer).getUint32(4, true))) continue;
      out.push(clearOf(head, time));
      for (const order of orders.values()) out.push(additionOf(order, time));
      out[out.length - 1][flags] |= Flag.Last;
    }
    return out;
  }

  private bookOf(view: DataView, at: number): Book {
    const key = `${view.getUint16(at + 2, true)}/${view.getUint32(at + 4, true)}`;
    let book = this.books.get(key);
    if (book === undefined)
      this.books.set(key, (book = { head: recordAt(view, at), orders: new Map(), inSnapshot: false }));
    return book;
  }
}

const recordAt = (view: DataView, at: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + at, MBO_BYTES).slice();

function keepsPlace(before: Uint8Array, after: Uint8Array): boolean {
  const [resting, view] = [new DataView(before.buffer), new DataView(after.buffer)];
  return (
    before[side] === after[side] &&
    resting.getBigInt64(price, true) === view.getBigInt64(price, true) &&
    view.getUint32(size, true) <= resting.getUint32(size, true)
  );
}

function clearOf(head: Uint8Array, time: bigint): Uint8Array {
  const record = head.slice();
  const view = new DataView(record.buffer);
  view.setBigUint64(8, time, true);
  view.setBigUint64(orderId, 0n, true);
  view.setBigInt64(price, UNDEF_PRICE, true);
  view.setUint32(size, 0, true);
  view.setUint8(action, Action.Clear);
  view.setUint8(side, Side.None);
  return ofSnapshot(record, view, time);
}

function additionOf(order: Uint8Array, time: bigint): Uint8Array {
  const record = order.slice();
  record[action] = Action.Add;
  return ofSnapshot(record, new DataView(record.buffer), time);
}

function ofSnapshot(record: Uint8Array, view: DataView, time: bigint): Uint8Array {
  record[flags] = OF_SNAPSHOT;
  view.setBigUint64(tsRecv, time, true);
  return record;
}
