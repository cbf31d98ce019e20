/**
 * The book's twin: the same rules over Maps of BigInts, so plain and slow that it is right by inspection.
 * Prices are int64 in 1e-9 units, times ns since the epoch; a queue is an array of orders, a side a Map of levels.
 */
import type { BookQuality } from '../../../graph/book/quality';
import { LAST, MAYBE_BAD_BOOK, MBP, type MboRecord, SNAPSHOT, TOP_OF_BOOK } from './records';

const UNDEF_PRICE = 2n ** 63n - 1n;
type SideLetter = 'B' | 'A';

export interface TwinOrder {
  id: bigint;
  side: SideLetter;
  price: bigint;
  size: number;
  /** null where a snapshot does not tell. */
  enteredAt: bigint | null;
  pricedAt: bigint | null;
}

interface TwinLevel {
  queue: TwinOrder[];
  aggregate: number;
}

export interface TwinChange {
  kind: 'none' | 'add' | 'cancel' | 'modify' | 'clear';
  fault: string;
  known: boolean;
  side?: SideLetter;
  oldSide?: SideLetter;
  oldPrice?: bigint;
  oldSize?: number;
  newPrice?: bigint;
  newSize?: number;
  lostPriority: boolean;
  enteredAt?: bigint;
  pricedAt?: bigint;
}

export type TwinQuality = Record<Exclude<keyof BookQuality, 'firstCrossedAt' | 'lastCrossedAt'>, number> & {
  firstCrossedAt: bigint | null;
  lastCrossedAt: bigint | null;
};

const YEAR = 365n * 86_400_000_000_000n;

/** A snapshot's order was placed at its ts_event, if that lies before the capture by no more than orders can rest. */
function placedAt({ flags, tsEvent, tsRecv }: MboRecord): bigint | null {
  const possible = tsEvent <= tsRecv && tsRecv - tsEvent <= 20n * YEAR;
  return (flags & SNAPSHOT) === 0 || possible ? tsEvent : null;
}

class Orders {
  readonly byId = new Map<bigint, TwinOrder>();
  readonly sides = { B: new Map<bigint, TwinLevel>(), A: new Map<bigint, TwinLevel>() };

  level(side: SideLetter, price: bigint): TwinLevel {
    let level = this.sides[side].get(price);
    if (!level) this.sides[side].set(price, (level = { queue: [], aggregate: 0 }));
    return level;
  }

  enqueue(order: TwinOrder): void {
    this.byId.set(order.id, order);
    this.level(order.side, order.price).queue.push(order);
  }

  dequeue(order: TwinOrder): void {
    this.byId.delete(order.id);
    const level = this.level(order.side, order.price);
    level.queue.splice(level.queue.indexOf(order), 1);
    this.tidy(order.side, order.price);
  }

  tidy(side: SideLetter, price: bigint): void {
    const level = this.level(side, price);
    if (level.queue.length === 0 && level.aggregate === 0) this.sides[side].delete(price);
  }

  prices(side: SideLetter): bigint[] {
    const rising = [...this.sides[side].keys()].sort((a, b) => (a < b ? -1 : 1));
    return side === 'B' ? rising.reverse() : rising;
  }

  lots(side: SideLetter, price: bigint): number {
    const level = this.sides[side].get(price);
    return level ? level.queue.reduce((sum, order) => sum + order.size, level.aggregate) : 0;
  }
}

export class TwinBook {
  orders = new Orders();
  before: Orders | null = null;
  phase: 'empty' | 'warming' | 'snapshot' | 'just read' | 'live' = 'empty';
  openedByClear = false;
  snapshotRecv = 0n;
  lastSequence = 0;
  crossedNow = false;
  eventAt: bigint | null = null;
  /** ts_event of the event that no F_LAST has ended; null where there is none. */
  open: bigint | null = null;
  change: TwinChange = { kind: 'none', fault: 'None', known: true, lostPriority: false };
  quality: TwinQuality = {
    crossed: 0,
    locked: 0,
    crossedNs: 0,
    firstCrossedAt: null,
    lastCrossedAt: null,
    unknownCancels: 0,
    unknownModifies: 0,
    unknownFills: 0,
    unknownWhileWarming: 0,
    duplicateAdds: 0,
    overCancels: 0,
    sideChanges: 0,
    offTickPrices: 0,
    refusedNoPrice: 0,
    refusedPriceOutOfRange: 0,
    refusedSide: 0,
    refusedAction: 0,
    refusedSize: 0,
    sequenceBackwards: 0,
    maybeBadBook: 0,
    gaps: 0,
    unmarkedEnds: 0,
    clears: 0,
    snapshots: 0,
    auditedSnapshots: 0,
    auditedOrders: 0,
    ordersMissing: 0,
    ordersExtra: 0,
    ordersChanged: 0,
    levelsDiffering: 0,
    queuesDiffering: 0,
  };

  constructor(readonly tick: bigint) {}

  get state(): string {
    return this.phase === 'just read' ? 'live' : this.phase;
  }

  apply(r: MboRecord): void {
    this.change = { kind: 'none', fault: 'None', known: true, lostPriority: false };
    const has = (flag: number) => (r.flags & flag) !== 0;
    if (this.open !== null && (r.tsEvent !== this.open || has(SNAPSHOT))) {
      this.quality.unmarkedEnds++;
      this.noteState(this.open);
    }
    this.open = has(SNAPSHOT) || has(LAST) || r.action === 'R' ? null : r.tsEvent;
    this.follow(r, has(SNAPSHOT), has(MAYBE_BAD_BOOK));

    if (!'ACM'.includes(r.action)) this.applyOther(r, has(TOP_OF_BOOK) || has(MBP), has(SNAPSHOT));
    else if (has(TOP_OF_BOOK)) this.applyTopOfBook(r);
    else if (has(MBP)) this.applyLevel(r);
    else if (r.action === 'A') this.add(r);
    else if (r.action === 'C') this.cancel(r);
    else this.modify(r);

    if (has(LAST)) this.endEvent(r, has(SNAPSHOT));
  }

  private follow(r: MboRecord, snapshot: boolean, badBook: boolean): void {
    if (snapshot) {
      const reading = this.phase === 'snapshot' || this.phase === 'just read';
      const isMore = reading && (this.openedByClear || r.tsRecv === this.snapshotRecv);
      if (r.action === 'R' || !isMore) {
        this.quality.snapshots++;
        this.openedByClear = r.action === 'R';
        this.snapshotRecv = r.tsRecv;
        if (this.phase === 'live' || this.phase === 'just read') this.before = this.orders;
        this.orders = new Orders();
      }
      this.phase = 'snapshot';
    } else {
      if (this.phase === 'snapshot') this.audit();
      if (this.phase === 'snapshot' || this.phase === 'just read') this.phase = 'live';
      if (this.phase === 'empty') this.phase = 'warming';
      if (r.action !== 'R') {
        if (r.sequence < this.lastSequence) this.quality.sequenceBackwards++;
        this.lastSequence = r.sequence;
      }
    }
    if (badBook) {
      this.quality.maybeBadBook++;
      if (this.phase === 'live') {
        this.quality.gaps++;
        this.phase = 'warming';
      }
    }
  }

  private applyOther(r: MboRecord, aggregated: boolean, snapshot: boolean): void {
    if (r.action === 'T' || r.action === 'N') return;
    if (r.action === 'F') {
      if (!aggregated && r.side !== 'N' && !this.orders.byId.has(r.id)) this.unknown('unknownFills');
    } else if (r.action === 'R') {
      this.quality.clears++;
      this.orders = new Orders();
      this.lastSequence = 0;
      if (!snapshot) this.phase = 'live';
      this.change.kind = 'clear';
    } else this.refuse('UnknownAction');
  }

  private add(r: MboRecord): void {
    const fault = this.faultOf(r, r.side) ?? (r.size === 0 ? 'NoSize' : null);
    if (fault) return this.refuse(fault);
    this.noteTick(r.price);
    const old = this.orders.byId.get(r.id);
    const order = { ...placeOf(r), enteredAt: placedAt(r), pricedAt: placedAt(r) };
    if (old) {
      this.quality.duplicateAdds++;
      this.orders.dequeue(old);
      this.change = { ...moved(old, order), fault: 'DuplicateOrder' };
    } else this.change = added(order);
    this.orders.enqueue(order);
  }

  private cancel(r: MboRecord): void {
    const order = this.orders.byId.get(r.id);
    if (!order) return this.unknown('unknownCancels');
    if (r.size > order.size) this.quality.overCancels++;
    const left = Math.max(0, order.size - r.size);
    this.change = { ...stayed(order, left), kind: 'cancel' };
    if (left === 0) this.orders.dequeue(order);
    else order.size = left;
  }

  private modify(r: MboRecord): void {
    const old = this.orders.byId.get(r.id);
    const side = old && r.side === 'N' ? old.side : r.side;
    const fault = this.faultOf(r, side) ?? (!old && r.size === 0 ? 'NoSize' : null);
    if (fault) return this.refuse(fault);
    this.noteTick(r.price);
    if (!old) {
      const order = { ...placeOf(r), enteredAt: placedAt(r), pricedAt: placedAt(r) };
      this.orders.enqueue(order);
      this.change = added(order);
      return this.unknown('unknownModifies');
    }
    if (r.size === 0) {
      this.change = stayed(old, 0);
      this.orders.dequeue(old);
    } else if (side === old.side && r.price === old.price && r.size <= old.size) {
      this.change = stayed(old, r.size);
      old.size = r.size;
    } else {
      if (side !== old.side) this.quality.sideChanges++;
      const order = { ...placeOf({ ...r, side }), enteredAt: old.enteredAt, pricedAt: placedAt(r) };
      this.change = moved(old, order);
      this.orders.dequeue(old);
      this.orders.enqueue(order);
    }
  }

  private applyTopOfBook(r: MboRecord): void {
    const gone = r.action === 'C' || r.price === UNDEF_PRICE;
    const fault = gone ? this.faultOf({ ...r, price: 0n }, r.side) : this.faultOf(r, r.side);
    if (fault) return this.refuse(fault);
    const side = r.side as SideLetter;
    if (!gone) this.noteTick(r.price);
    const lots = gone ? 0 : r.size;
    const best = this.orders.prices(side)[0];
    const old = best === undefined ? 0 : this.orders.lots(side, best);
    for (const { queue } of this.orders.sides[side].values())
      for (const { id } of queue) this.orders.byId.delete(id);
    this.orders.sides[side].clear();
    if (lots > 0) this.orders.level(side, r.price).aggregate = lots;
    this.change = aggregated(side, best ?? r.price, old, lots > 0 ? r.price : best, lots);
  }

  private applyLevel(r: MboRecord): void {
    const fault = this.faultOf(r, r.side);
    if (fault) return this.refuse(fault);
    const side = r.side as SideLetter;
    this.noteTick(r.price);
    const level = this.orders.level(side, r.price);
    const old = level.aggregate;
    if (r.action === 'C' && old === 0) {
      this.orders.tidy(side, r.price);
      return this.unknown('unknownCancels');
    }
    level.aggregate = r.action === 'C' ? Math.max(0, old - r.size) : r.size;
    this.change = aggregated(side, r.price, old, r.price, level.aggregate);
    this.orders.tidy(side, r.price);
  }

  private endEvent(r: MboRecord, snapshot: boolean): void {
    if (snapshot && this.phase === 'snapshot') {
      this.audit();
      this.phase = 'just read';
    }
    this.noteState(snapshot ? r.tsRecv : r.tsEvent);
  }

  private noteState(now: bigint): void {
    if (this.crossedNow && now > this.eventAt!) this.quality.crossedNs += Number(now - this.eventAt!);
    this.eventAt = now;
    const bid = this.orders.prices('B')[0];
    const ask = this.orders.prices('A')[0];
    this.crossedNow = bid !== undefined && ask !== undefined && bid > ask;
    if (this.crossedNow) {
      this.quality.crossed++;
      this.quality.firstCrossedAt ??= now;
      this.quality.lastCrossedAt = now;
    } else if (bid !== undefined && bid === ask) this.quality.locked++;
  }

  private audit(): void {
    const { before, orders, quality } = this;
    this.before = null;
    if (!before) return;
    quality.auditedSnapshots++;
    quality.auditedOrders += new Set([...before.byId.keys(), ...orders.byId.keys()]).size;
    for (const id of before.byId.keys()) if (!orders.byId.has(id)) quality.ordersExtra++;
    for (const order of orders.byId.values()) {
      const old = before.byId.get(order.id);
      if (!old) {
        quality.ordersMissing++;
        continue;
      }
      const samePlace = old.side === order.side && old.price === order.price;
      if (!samePlace || old.size !== order.size) quality.ordersChanged++;
      order.enteredAt = old.enteredAt ?? order.enteredAt;
      if (samePlace) order.pricedAt = old.pricedAt ?? order.pricedAt;
    }
    for (const side of ['B', 'A'] as const)
      for (const price of new Set([...before.prices(side), ...orders.prices(side)])) {
        const ids = (of: Orders) => of.sides[side].get(price)?.queue.map(({ id }) => id) ?? [];
        const [ours, theirs] = [ids(before), ids(orders)];
        if (ours.length !== theirs.length || before.lots(side, price) !== orders.lots(side, price))
          quality.levelsDiffering++;
        else if (String(ours) !== String(theirs)) quality.queuesDiffering++;
      }
  }

  private faultOf(r: MboRecord, side: string): string | null {
    if (side !== 'B' && side !== 'A') return 'UnknownSide';
    if (r.price === UNDEF_PRICE) return 'NoPrice';
    const exactAsFraction = r.price >= -(2n ** 50n) && r.price < 2n ** 50n;
    const ticks = r.price / this.tick;
    const exactAsTicks = r.price % this.tick === 0n && ticks < 2n ** 53n && ticks > -(2n ** 53n);
    return exactAsFraction || exactAsTicks ? null : 'PriceOutOfRange';
  }

  private noteTick(price: bigint): void {
    if (price % this.tick !== 0n) this.quality.offTickPrices++;
  }

  private unknown(counter: 'unknownCancels' | 'unknownModifies' | 'unknownFills'): void {
    this.change.fault = 'UnknownOrder';
    this.change.known = false;
    this.quality[this.phase === 'warming' ? 'unknownWhileWarming' : counter]++;
  }

  private refuse(fault: string): void {
    this.change.fault = fault;
    const counters = {
      NoPrice: 'refusedNoPrice',
      PriceOutOfRange: 'refusedPriceOutOfRange',
      UnknownSide: 'refusedSide',
      UnknownAction: 'refusedAction',
      NoSize: 'refusedSize',
    } as const;
    this.quality[counters[fault as keyof typeof counters]]++;
  }
}

const placeOf = (r: MboRecord) => ({
  id: r.id,
  side: r.side as SideLetter,
  price: r.price,
  size: r.size,
});

const added = (order: TwinOrder): TwinChange => ({
  kind: 'add',
  fault: 'None',
  known: true,
  side: order.side,
  oldSide: order.side,
  oldPrice: order.price,
  oldSize: 0,
  newPrice: order.price,
  newSize: order.size,
  lostPriority: false,
  ...(order.enteredAt !== null && { enteredAt: order.enteredAt }),
  ...(order.pricedAt !== null && { pricedAt: order.pricedAt }),
});

const stayed = (order: TwinOrder, left: number): TwinChange => ({
  ...added(order),
  kind: 'modify',
  oldSize: order.size,
  newSize: left,
});

const moved = (old: TwinOrder, order: TwinOrder): TwinChange => ({
  ...stayed(old, order.size),
  side: order.side,
  newPrice: order.price,
  lostPriority: true,
});

function aggregated(
  side: SideLetter,
  oldPrice: bigint | undefined,
  oldSize: number,
  newPrice: bigint | undefined,
  newSize: number,
): TwinChange {
  const nothing = { kind: 'none', fault: 'None', known: true, lostPriority: false } as const;
  if (oldSize === 0 && newSize === 0) return nothing;
  const kind = oldSize === 0 ? 'add' : newSize === 0 ? 'cancel' : 'modify';
  return { ...nothing, kind, side, oldSide: side, oldPrice, oldSize, newPrice, newSize };
}
