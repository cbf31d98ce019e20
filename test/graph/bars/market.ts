/**
 * A tiny exchange for tests: turns arbitrary commands into the records such a venue would publish, with everything that
 * makes bars hard - sweeps, stops, icebergs, auctions, orders modified through the market, late and broken events,
 * unknown orders, snapshots and clears.
 */
import fc from 'fast-check';
import { SNAPSHOT, LAST, record, type MboRecord } from '../book/records';

export const TICK = 250_000_000n;
/** 2023-12-25T23:00:00Z. */
export const START = 1_703_545_200_000_000_000n;
const MIDDLE = 400;

const USUAL = [
  'add',
  'addAtTouch',
  'burst',
  'cancel',
  'reduce',
  'move',
  'resize',
  'jump',
  'sweep',
  'stop',
  'overtaken',
  'modifiedThrough',
  'auction',
  'iceberg',
  'flash',
] as const;
const RARE = ['unknown', 'duplicate', 'late', 'nothing', 'broken', 'snapshot', 'clear'] as const;

export interface Command {
  kind: (typeof USUAL)[number] | (typeof RARE)[number];
  a: number;
  b: number;
  c: number;
  /** ms before it. */
  wait: number;
}

/** Arbitrary runs of commands; shrinks towards few and plain ones. */
export const commands = (maxLength: number): fc.Arbitrary<Command[]> =>
  fc.array(
    fc.record({
      kind: fc.oneof(
        { weight: 12, arbitrary: fc.constantFrom(...USUAL) },
        { weight: 1, arbitrary: fc.constantFrom(...RARE) },
      ),
      a: fc.nat(1000),
      b: fc.nat(1000),
      c: fc.nat(1000),
      wait: fc.oneof({ weight: 9, arbitrary: fc.nat(1500) }, { weight: 1, arbitrary: fc.nat(40_000) }),
    }),
    { maxLength, size: 'max' },
  );

interface Resting {
  id: bigint;
  side: 'B' | 'A';
  price: number;
  size: number;
  /** Rises with every loss of priority. */
  place: number;
}

const opposite = (side: 'B' | 'A') => (side === 'B' ? 'A' : 'B');

class Exchange {
  readonly records: MboRecord[] = [];
  private orders: Resting[] = [];
  private places = 0;
  private newestId = 1_000_000n;
  private oldId = 1_000n;
  private now = START;
  private sequence = 1;
  private event: Partial<MboRecord>[] = [];

  run({ kind, a, b, c, wait }: Command): void {
    this.now += BigInt(wait) * 1_000_000n + 1n;
    const side = a % 2 === 0 ? 'B' : 'A';
    const order = this.orders[b % Math.max(1, this.orders.length)];
    // Two snapshots in a row are the book's business, not the bars'.
    if (kind === 'snapshot' && ((this.records.at(-1)?.flags ?? 0) & SNAPSHOT) !== 0) return;
    switch (kind) {
      case 'add':
        this.add(side, this.priceNear(side, b % 16), 1 + (c % 9));
        break;
      case 'addAtTouch':
        this.add(side, this.best(side)?.price ?? this.priceNear(side, 0), 1 + (c % 40));
        break;
      case 'burst':
        for (let k = 0; k < 2 + (a % 12); k++) {
          const turn = k % 2 === 0 ? side : opposite(side);
          this.add(turn, this.priceNear(turn, (b + k) % 16), 1 + k);
        }
        break;
      case 'cancel':
        if (order) this.cancel(order, order.size);
        break;
      case 'reduce':
        if (order) this.cancel(order, Math.max(1, order.size >> 1));
        break;
      case 'move':
        if (order) this.modify(order, order.price + (c % 7) - 3, order.size);
        break;
      case 'resize':
        if (order) this.modify(order, order.price, 1 + (c % 20));
        break;
      case 'jump':
        if (order) this.modify(order, this.priceNear(order.side, c % 14), 1 + (a % 6));
        break;
      case 'sweep':
        this.trade(this.freshId(b), side, 1 + (c % 25), c % 3 === 0);
        break;
      case 'stop':
        this.trade((this.oldId += 3n), side, 1 + (c % 4), false);
        if (c % 2) this.trade((this.oldId += 3n), side, 2, false);
        break;
      case 'overtaken':
        this.trade(this.newestId - BigInt(b % 3 ? b % 200 : 200 + (b % 3)), side, 1 + (c % 3), false);
        break;
      case 'modifiedThrough':
        if (order) this.modifyThrough(order, 1 + (c % 12));
        break;
      case 'auction':
        this.auction(1 + (c % 6));
        break;
      case 'iceberg':
        this.iceberg(side, 1 + (c % 9), a % 4);
        break;
      case 'flash': {
        // Better than any price a finished event has seen, and gone within its own.
        const best = this.best(side)?.price ?? MIDDLE;
        this.add(side, side === 'B' ? best + 1 : best - 1, 2 + (c % 5));
        if (b % 2 === 0) this.trade(this.freshId(b), opposite(side), 1 + (c % 6), false);
        else this.cancel(this.orders.at(-1)!, 1 + (c % 3));
        break;
      }
      case 'unknown':
        this.put({
          action: 'CMF'[c % 3],
          side,
          id: 5_000_000_000_000n + BigInt(b),
          price: this.px(this.priceNear(side, 2)),
          size: 3,
        });
        if (c % 3 === 1)
          this.orders.push({
            id: 5_000_000_000_000n + BigInt(b),
            side,
            price: this.priceNear(side, 2),
            size: 3,
            place: this.places++,
          });
        this.orders = [...new Map(this.orders.map((o) => [o.id, o])).values()];
        break;
      case 'duplicate':
        if (order) {
          Object.assign(order, { price: this.priceNear(order.side, c % 5), size: 4, place: this.places++ });
          this.put({ action: 'A', side: order.side, id: order.id, price: this.px(order.price), size: 4 });
        }
        break;
      case 'late':
        this.add(side, this.priceNear(side, b % 8), 2);
        return this.flush(true, this.now - BigInt(c) * 20_000_000n);
      case 'nothing':
        this.put({ action: 'N', side: 'N', size: 0 });
        break;
      case 'broken':
        // The packet with the event's end was lost.
        this.add(side, this.priceNear(side, b % 5), 1);
        return this.flush(false);
      case 'snapshot':
        return this.snapshot(a % 3 === 0, b % 2 === 0, c % 4);
      case 'clear':
        this.orders = [];
        this.put({ action: 'R', side: 'N', size: 0 });
        if (c % 2) this.add(side, this.priceNear(side, 1), 5);
        break;
    }
    this.flush(true);
  }

  private px = (ticks: number) => BigInt(ticks) * TICK;

  private best(side: 'B' | 'A'): Resting | undefined {
    const better = (x: Resting, y: Resting) =>
      (side === 'B' ? y.price - x.price : x.price - y.price) || x.place - y.place;
    return this.orders.filter((order) => order.side === side).sort(better)[0];
  }

  /** A price `k` ticks behind one tick from the middle, or at times inside the spread or through the other side. */
  private priceNear(side: 'B' | 'A', k: number): number {
    return side === 'B' ? MIDDLE - k + 1 : MIDDLE + k;
  }

  private freshId(step: number): bigint {
    return (this.newestId += 1n + BigInt(step % 60));
  }

  private put(fields: Partial<MboRecord>): void {
    this.event.push(fields);
  }

  private flush(last: boolean, at = this.now): void {
    this.event.forEach((fields, k) =>
      this.records.push(
        record({
          flags: last && k === this.event.length - 1 ? LAST | 2 : 0,
          ...fields,
          tsEvent: at,
          tsRecv: at + 100n,
          sequence: this.sequence++,
        }),
      ),
    );
    this.event = [];
  }

  private add(side: 'B' | 'A', price: number, size: number, id = this.freshId(price)): void {
    this.orders.push({ id, side, price, size, place: this.places++ });
    this.put({ action: 'A', side, id, price: this.px(price), size });
  }

  private cancel(order: Resting, size: number): void {
    this.put({ action: 'C', side: order.side, id: order.id, price: this.px(order.price), size });
    order.size -= size;
    if (order.size <= 0) this.orders = this.orders.filter((other) => other !== order);
  }

  private modify(order: Resting, price: number, size: number): void {
    if (price !== order.price || size > order.size) order.place = this.places++;
    Object.assign(order, { price, size });
    this.put({ action: 'M', side: order.side, id: order.id, price: this.px(price), size });
  }

  /** Matches an aggressor; the C and M that take the lots out follow all fills. */
  private trade(id: bigint, side: 'B' | 'A', lots: number, rests: boolean, own?: Resting): void {
    const removals: (() => void)[] = [];
    const working = new Map(this.orders.map((order) => [order, order.size]));
    let left = lots;
    let price = NaN;
    while (left > 0) {
      const open = [...working].filter(([order, size]) => order.side !== side && size > 0 && order !== own);
      if (open.length === 0) break;
      const best = open.reduce((x, y) => {
        const gap = side === 'B' ? y[0].price - x[0].price : x[0].price - y[0].price;
        return gap < 0 || (gap === 0 && y[0].place < x[0].place) ? y : x;
      })[0].price;
      const here = open.filter(([order]) => order.price === best).sort((x, y) => x[0].place - y[0].place);
      const traded = Math.min(
        left,
        here.reduce((sum, [, size]) => sum + size, 0),
      );
      price = best;
      this.put({ action: 'T', side, id, price: this.px(best), size: traded });
      if (own) this.put({ action: 'F', side, id, price: this.px(best), size: traded });
      let rest = traded;
      for (const [order, size] of here) {
        if (rest === 0) break;
        const filled = Math.min(rest, size);
        rest -= filled;
        working.set(order, size - filled);
        this.put({ action: 'F', side: order.side, id: order.id, price: this.px(best), size: filled });
      }
      left -= traded;
    }
    for (const [order, size] of working) {
      if (size === order.size) continue;
      removals.push(() =>
        size === 0 ? this.cancel(order, order.size) : this.modify(order, order.price, size),
      );
    }
    if (rests && left > 0 && !Number.isNaN(price) && !own) this.add(side, price, left, id);
    removals.forEach((remove) => remove());
  }

  /** The owner moves a resting order through the market: it trades under its own id, then leaves or stays with the rest. */
  private modifyThrough(order: Resting, lots: number): void {
    const before = this.event.length;
    const traded = Math.min(lots, order.size);
    this.trade(order.id, order.side, traded, false, order);
    const done = this.event.slice(before).reduce((sum, r) => sum + (r.action === 'T' ? r.size! : 0), 0);
    if (done >= order.size) this.cancel(order, order.size);
    else if (done > 0) this.modify(order, order.price, order.size - done);
  }

  private auction(lots: number): void {
    const bid = this.best('B');
    const ask = this.best('A');
    if (!bid || !ask) return;
    const traded = Math.min(lots, bid.size, ask.size);
    const price = this.px(MIDDLE);
    this.put({ action: 'T', side: 'N', id: 0n, price, size: traded });
    for (const order of [bid, ask]) this.put({ action: 'F', side: 'N', id: order.id, price, size: traded });
    for (const order of [bid, ask])
      if (order.size === traded) this.cancel(order, traded);
      else this.modify(order, order.price, order.size - traded);
  }

  /** The best order opposite is an iceberg: filled for all it displays, or more, it displays another tranche. */
  private iceberg(side: 'B' | 'A', tranche: number, hidden: number): void {
    const order = this.best(opposite(side));
    if (!order) return;
    const size = order.size + hidden;
    this.put({ action: 'T', side, id: this.freshId(1), price: this.px(order.price), size });
    this.put({ action: 'F', side: order.side, id: order.id, price: this.px(order.price), size });
    order.place = this.places++;
    order.size = tranche;
    this.put({ action: 'M', side: order.side, id: order.id, price: this.px(order.price), size: tranche });
  }

  /** The book as it is, or missing an order, in one run of flagged records. */
  private snapshot(withClear: boolean, withLast: boolean, missing: number): void {
    if (missing === 1) this.orders.pop();
    this.orders.sort((x, y) => x.place - y.place);
    if (withClear)
      this.records.push(
        record({ action: 'R', side: 'N', size: 0, flags: SNAPSHOT | 8, tsEvent: this.now, tsRecv: this.now }),
      );
    this.orders.forEach((order, k) =>
      this.records.push(
        record({
          action: 'A',
          side: order.side,
          id: order.id,
          price: this.px(order.price),
          size: order.size,
          flags: SNAPSHOT | 8 | (withLast && k === this.orders.length - 1 ? LAST : 0),
          // As old as orders are in real snapshots.
          tsEvent: START - 40n * 86_400_000_000_000n + BigInt(k),
          tsRecv: this.now,
          sequence: 0,
        }),
      ),
    );
  }
}

/** The records of a run of commands. */
export function recordsOf(run: readonly Command[]): MboRecord[] {
  const exchange = new Exchange();
  for (const command of run) exchange.run(command);
  return exchange.records;
}

/** Sum of a price and its reflection, ticks. */
export const mirrorAxis = 801;

/** The record as it would be if prices ran the other way and the sides changed places. */
export function mirror(r: MboRecord): MboRecord {
  const side = r.side === 'B' ? 'A' : r.side === 'A' ? 'B' : r.side;
  return { ...r, side, price: r.price === 0n ? 0n : BigInt(mirrorAxis) * TICK - r.price };
}
