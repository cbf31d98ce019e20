/**
 * A plain rebuild of a book from MBO rows, with Maps and nothing shared with the simulator, that keeps count of everything odd
 * and of the figures the simulator is calibrated by.
 */
import { Flag, type MboBatch } from '../../../graph/records/mbo';

interface Order {
  bid: boolean;
  /** Quarter points. */
  price: number;
  size: number;
  /** Engine time of its A; NaN for one known from a snapshot. */
  entered: number;
}

interface Row {
  action: string;
  side: string;
  id: number;
  price: number;
  size: number;
}

const count = (counts: Record<string, number>, key: string, by = 1) => {
  counts[key] = (counts[key] ?? 0) + by;
};

export function quantile(values: number[], p: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))];
}

/** Where a price lies as seen from the best price of its side. */
function zone(distance: number): string {
  if (distance < 0) return 'inside';
  if (distance === 0) return 'touch';
  if (distance <= 3) return '1-3';
  return distance <= 10 ? '4-10' : 'beyond';
}

export class Replica {
  readonly orders = new Map<number, Order>();
  private readonly levels = { bid: new Map<number, Set<number>>(), ask: new Map<number, Set<number>>() };
  /** Everything a consistent feed has none of. */
  readonly faults: Record<string, number> = {};
  readonly actions: Record<string, number> = {};
  readonly flags: Record<string, number> = {};
  readonly patterns: Record<string, number> = {};
  readonly modifies = { price: 0, down: 0, up: 0, same: 0 };
  readonly adds: Record<string, number> = {};
  readonly cancels: Record<string, number> = {};
  readonly fills: Record<string, number> = {};
  readonly spreads: Record<string, number> = {};
  readonly aggressors = { fresh: 0, amended: 0, stop: 0, auction: 0, ambiguous: 0 };
  readonly perSecond = new Map<number, number>();
  readonly lifetimes: number[] = [];
  readonly delays: number[] = [];
  readonly addSizes: number[] = [];
  snapshots: { rows: number; received: bigint; difference: number }[] = [];
  icebergRefreshes = 0;
  volume = 0;
  filled = 0;
  crossed = 0;
  events = 0;
  lastReceived = 0n;
  lastEvent = 0n;

  private event: Row[] = [];
  private highestId = 0;
  private bestBid = -Infinity;
  private bestAsk = Infinity;
  private replaced: Map<number, Order> | null = null;
  private origin = -1n;

  /** @param trading whether prices may not cross at a time; the figures are taken then */
  constructor(private readonly trading: (tsEvent: bigint) => boolean = () => true) {}

  /** @param instrument takes only the rows of this one */
  apply(batch: MboBatch, instrument?: number): void {
    for (let i = 0; i < batch.length; i++)
      if (instrument === undefined || batch.instrumentId[i] === instrument) this.row(batch, i);
  }

  private row(batch: MboBatch, i: number): void {
    const flags = batch.flags[i];
    const action = String.fromCharCode(batch.action[i]);
    const side = String.fromCharCode(batch.side[i]);
    const id = Number(batch.orderId[i]);
    const price = Number(batch.price[i]) / 250_000_000;
    const size = batch.size[i];
    const tsEvent = batch.tsEvent[i];
    const tsRecv = batch.tsRecv[i];
    if (this.origin < 0n) this.origin = tsRecv;
    count(this.flags, String(flags));
    if (tsRecv < this.lastReceived) count(this.faults, 'capture time goes back');
    this.lastReceived = tsRecv;
    if (flags & Flag.Snapshot) {
      this.snapshotRow(action, side === 'B', id, price, size, flags, tsRecv, batch.tsInDelta[i]);
      return;
    }
    if (this.replaced) {
      count(this.faults, 'snapshot without an end');
      this.replaced = null;
    }
    if (tsEvent > tsRecv) count(this.faults, 'captured before it happened');
    if (batch.tsInDelta[i] <= 0) count(this.faults, 'no send delay');
    if (tsEvent < this.lastEvent) count(this.faults, 'engine time goes back');
    else if (tsEvent === this.lastEvent && this.event.length === 0)
      count(this.faults, 'two events at one time');
    this.lastEvent = tsEvent;
    const t = Number(tsEvent - this.origin);
    const counted = this.trading(tsEvent);
    if (counted) {
      count(this.actions, action);
      this.delays.push(Number(tsRecv - tsEvent));
      const second = Math.floor(t / 1e9);
      this.perSecond.set(second, (this.perSecond.get(second) ?? 0) + 1);
    }
    if (this.event.length === 0) {
      this.bestBid = this.best(true);
      this.bestAsk = this.best(false);
    }
    this.event.push({ action, side, id, price, size });
    if (action === 'T') this.trade(side, id, size, counted);
    else if (action === 'F') this.fill(id, size, side);
    else if (action === 'A') this.add(id, { bid: side === 'B', price, size, entered: t }, counted, flags);
    else if (action === 'C') this.cancel(id, price, size, side, t, counted, flags);
    else if (action === 'M') this.modify(id, price, size, side, counted);
    else count(this.faults, `action ${action}`);
    if (action === 'A' || action === 'T') this.highestId = Math.max(this.highestId, id);
    if (flags & Flag.Last) this.end(counted);
  }

  private snapshotRow(
    action: string,
    bid: boolean,
    id: number,
    price: number,
    size: number,
    flags: number,
    received: bigint,
    delta: number,
  ): void {
    if (!(flags & Flag.BadTsRecv) || delta !== 0) count(this.faults, 'snapshot flags');
    if (this.event.length > 0) count(this.faults, 'snapshot within an event');
    if (action === 'R' || !this.replaced) {
      if (action !== 'R') count(this.faults, 'snapshot without its clear');
      this.replaced = new Map(this.orders);
      this.orders.clear();
      this.levels.bid.clear();
      this.levels.ask.clear();
      this.snapshots.push({ rows: 0, received, difference: 0 });
    }
    const snapshot = this.snapshots[this.snapshots.length - 1];
    if (snapshot.received !== received) count(this.faults, 'snapshot of two times');
    if (action === 'R') {
      snapshot.rows++;
      return;
    }
    snapshot.rows++;
    const before = this.replaced!.get(id);
    if (!before || before.price !== price || before.size !== size || before.bid !== bid)
      snapshot.difference++;
    this.replaced!.delete(id);
    this.insert(id, { bid, price, size, entered: before?.entered ?? NaN });
    this.highestId = Math.max(this.highestId, id);
    if (flags & Flag.Last) {
      snapshot.difference += this.replaced!.size;
      this.replaced = null;
    }
  }

  private trade(side: string, id: number, size: number, counted: boolean): void {
    if (!counted && side !== 'N') count(this.faults, 'trade outside trading');
    this.volume += size;
    if (side === 'N') this.aggressors.auction++;
    else if (this.orders.has(id)) this.aggressors.amended++;
    else if (
      id >= this.highestId ||
      this.event.some((row) => row.action === 'T' && row.id === id && row !== this.event.at(-1))
    )
      this.aggressors.fresh++;
    else if (id < this.highestId - 200) this.aggressors.stop++;
    else this.aggressors.ambiguous++;
  }

  private fill(id: number, size: number, side: string): void {
    const order = this.orders.get(id);
    if (!order) count(this.faults, 'fill of an unknown order');
    else if (side !== 'N' && order.bid !== (side === 'B')) count(this.faults, 'fill on the wrong side');
    this.filled += size;
  }

  private add(id: number, order: Order, counted: boolean, flags: number): void {
    if (this.orders.has(id)) count(this.faults, 'added twice');
    if (!(order.size > 0 && order.price > 0)) count(this.faults, 'empty order');
    const alone = this.event.length === 1 && (flags & Flag.Last) !== 0;
    if (counted && alone) {
      const distance = order.bid ? this.bestBid - order.price : order.price - this.bestAsk;
      count(this.adds, zone(distance));
    }
    if (counted) this.addSizes.push(order.size);
    if (id <= this.highestId && !this.event.some((row) => row.action === 'T' && row.id === id))
      count(this.faults, 'new order with an old id');
    this.insert(id, order);
  }

  private cancel(
    id: number,
    price: number,
    size: number,
    side: string,
    t: number,
    counted: boolean,
    flags: number,
  ): void {
    const order = this.orders.get(id);
    if (!order) {
      count(this.faults, 'cancel of an unknown order');
      return;
    }
    if (order.price !== price || order.size !== size || order.bid !== (side === 'B'))
      count(this.faults, 'cancel of other terms');
    if (counted) {
      if (order.entered === order.entered) this.lifetimes.push(t - order.entered);
      const distance = order.bid ? this.bestBid - order.price : order.price - this.bestAsk;
      const alone = this.event.length === 1 && (flags & Flag.Last) !== 0;
      count(alone ? this.cancels : this.fills, zone(distance));
    }
    this.drop(id, order);
  }

  private modify(id: number, price: number, size: number, side: string, counted: boolean): void {
    const order = this.orders.get(id);
    if (!order) {
      count(this.faults, 'modify of an unknown order');
      return;
    }
    if (order.bid !== (side === 'B')) count(this.faults, 'modify changes the side');
    const filled = this.event
      .filter((row) => row.action === 'F' && row.id === id)
      .reduce((sum, row) => sum + row.size, 0);
    if (filled >= order.size && price === order.price) this.icebergRefreshes++;
    else if (filled > 0 && size !== order.size - filled) count(this.faults, 'modify disagrees with the fill');
    if (counted) {
      if (price !== order.price) this.modifies.price++;
      else if (size < order.size) this.modifies.down++;
      else if (size > order.size) this.modifies.up++;
      else this.modifies.same++;
    }
    this.drop(id, order);
    this.insert(id, { ...order, price, size });
  }

  private end(counted: boolean): void {
    this.events++;
    const traded = this.sum((row) => row.action === 'T');
    const auction = this.event.some((row) => row.action === 'T' && row.side === 'N');
    const aggressors = new Set(this.event.filter((row) => row.action === 'T').map((row) => row.id));
    const resting = this.sum((row) => row.action === 'F' && !aggressors.has(row.id));
    if (resting !== (auction ? 2 * traded : traded)) count(this.faults, 'fills do not match the trades');
    const bid = this.best(true);
    const ask = this.best(false);
    if (counted) {
      const pattern = this.event.map((row) => row.action).join('');
      count(this.patterns, pattern);
      if (bid >= ask) count(this.faults, 'crossed while trading');
      count(this.spreads, String(ask - bid));
    } else if (bid >= ask) this.crossed++;
    this.event = [];
  }

  private sum(which: (row: Row) => boolean): number {
    return this.event.reduce((sum, row) => sum + (which(row) ? row.size : 0), 0);
  }

  best(bid: boolean): number {
    const prices = bid ? this.levels.bid : this.levels.ask;
    const known = bid ? this.knownBid : this.knownAsk;
    if (prices.has(known)) return known;
    const found = bid ? Math.max(...prices.keys()) : Math.min(...prices.keys());
    if (bid) this.knownBid = found;
    else this.knownAsk = found;
    return found;
  }
  private knownBid = NaN;
  private knownAsk = NaN;

  private insert(id: number, order: Order): void {
    this.orders.set(id, order);
    const prices = order.bid ? this.levels.bid : this.levels.ask;
    let ids = prices.get(order.price);
    if (!ids) prices.set(order.price, (ids = new Set()));
    ids.add(id);
    if (order.bid ? order.price > this.knownBid : order.price < this.knownAsk) {
      if (order.bid) this.knownBid = order.price;
      else this.knownAsk = order.price;
    }
  }

  private drop(id: number, order: Order): void {
    this.orders.delete(id);
    const prices = order.bid ? this.levels.bid : this.levels.ask;
    const ids = prices.get(order.price)!;
    ids.delete(id);
    if (ids.size === 0) prices.delete(order.price);
  }

  /** Share of a key in counts. */
  static share(counts: Record<string, number>, key: string): number {
    return (counts[key] ?? 0) / Object.values(counts).reduce((sum, n) => sum + n, 0);
  }
}
