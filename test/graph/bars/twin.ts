/**
 * Bars computed the slow way: a map of orders, lists of everything that happened in the open bar, and every column from its
 * definition when the bar ends. Shares no code with the operators it checks.
 */
import type { Row } from '../../../graph/datasets/schema';
import { SNAPSHOT, LAST, type MboRecord } from '../book/records';
import { START, TICK } from './market';

type SideName = 'bid' | 'ask';
const SIDES: SideName[] = ['bid', 'ask'];

export interface Order {
  id: bigint;
  side: SideName;
  price: number;
  size: number;
  since: number;
  place: number;
}
interface Level {
  price: number;
  size: number;
  orders: Order[];
}
interface State {
  t: number;
  bid: Level[];
  ask: Level[];
  /** Whether an event led here; otherwise the book was replaced. */
  flow: boolean;
}
interface Trade {
  kind: string;
  side: string;
  price: number;
  size: number;
  id: bigint;
  event: number;
}
interface Moved {
  what: 'add' | 'pull' | 'mod' | 'fill';
  side: SideName;
  price: number;
  band: string;
  lots: number;
  counts: boolean;
}

/** One order before and after a record. */
export interface Transition {
  action: string;
  t: number;
  before?: Order;
  after?: Order;
  /** Lots filled in the event so far that no earlier record accounted for. */
  executed: number;
  aggressor: boolean;
}

/** All of a bar that another twin may want to know. */
export interface BarFacts {
  start: number;
  end: number;
  before: Order[];
  after: Order[];
  midBefore: number;
  midAfter: number;
  transitions: Transition[];
}

const sideName = (letter: string): SideName => (letter === 'B' ? 'bid' : 'ask');
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
const ticksOf = (price: bigint) => Number(price) / Number(TICK);
const points = (ticks: number) => ticks * 0.25;

export interface TwinOptions {
  barNanos: number;
  sessionAt(t: number): string;
  onBar?(facts: BarFacts): void;
}

export class TwinBars {
  readonly rows: Row[] = [];

  private orders = new Map<bigint, Order>();
  private places = 0;
  private readingSnapshot = false;
  /** The live book a snapshot came over: orders in the same place keep the time they were known to have taken it. */
  private known: Map<bigint, Order> | null = null;
  private bookState = 'empty';
  private highestId = 0n;

  private start = NaN;
  private events = 0;
  private eventNumber = 0;
  /** Records of the open event, null between events. */
  private event: MboRecord[] | null = null;
  private aggressors = new Map<bigint, string>();
  private fills = new Map<bigint, number>();
  private replaced = true;

  private states: State[] = [];
  private trades: Trade[] = [];
  private fillLots: number[] = [];
  private plain: MboRecord[] = [];
  private moved: Moved[] = [];
  private refreshes: { side: SideName; lots: number }[] = [];
  private transitions: Transition[] = [];
  private before: Order[] = [];
  private midBefore = NaN;
  private startPrice: Record<SideName, number> = { bid: NaN, ask: NaN };

  constructor(private readonly options: TwinOptions) {}

  push(record: MboRecord): void {
    const t = Number(record.tsEvent - START);
    const last = (record.flags & LAST) !== 0;
    if ((record.flags & SNAPSHOT) !== 0 || record.action === 'R') {
      this.replace(record, last);
      return;
    }
    if (!this.event) {
      this.begin(t);
      this.event = [];
      this.eventNumber++;
      this.aggressors.clear();
      this.fills.clear();
    }
    this.event.push(record);
    this.endSnapshot();
    if (this.bookState !== 'live') this.bookState = 'warming';
    this.apply(record);
    if (!last) return;
    this.event = null;
    this.events++;
    const previous = this.states.at(-1)!.t;
    this.states.push({
      ...this.look(),
      t: Math.min(Math.max(t, previous, this.start), this.end),
      flow: true,
    });
  }

  finish(end: number): Row[] {
    if (Number.isNaN(this.start)) return this.rows;
    this.event = null;
    this.begin(end);
    if (this.start < end) this.close();
    return this.rows;
  }

  private get end(): number {
    return this.start + this.options.barNanos;
  }

  private begin(t: number): void {
    const { barNanos } = this.options;
    const grid = Number(START % BigInt(barNanos));
    const opens = Number.isNaN(this.start);
    if (opens) {
      this.start = Math.floor((t + grid) / barNanos) * barNanos - grid;
      this.states = [{ t: this.start, bid: [], ask: [], flow: false }];
    }
    if (this.replaced) this.states.push({ ...this.look(), t: this.states.at(-1)!.t, flow: false });
    this.replaced = false;
    if (opens) this.open();
    while (t >= this.end) {
      this.close();
      this.open();
    }
  }

  private open(): void {
    this.transitions = [];
    this.before = this.allOrders();
    this.midBefore = this.mid();
  }

  private allOrders = () => [...this.orders.values()].map((order) => ({ ...order }));

  private mid(): number {
    const { bid, ask } = this.states.at(-1)!;
    return ((bid[0]?.price ?? NaN) + (ask[0]?.price ?? NaN)) / 2;
  }

  private replace(record: MboRecord, last: boolean): void {
    this.event = null;
    this.replaced = true;
    if (record.id > this.highestId) this.highestId = record.id;
    const snapshot = (record.flags & SNAPSHOT) !== 0;
    if (snapshot && !this.readingSnapshot)
      this.known = this.bookState === 'live' ? new Map(this.orders) : null;
    if (record.action === 'R' || (snapshot && !this.readingSnapshot)) this.orders.clear();
    this.readingSnapshot = snapshot;
    this.bookState = snapshot ? 'snapshot' : 'live';
    if (record.action === 'A') this.rest(record, Number(record.tsEvent - START));
    if (snapshot && last) this.endSnapshot();
  }

  private endSnapshot(): void {
    if (this.readingSnapshot) this.bookState = 'live';
    this.readingSnapshot = false;
    for (const order of this.orders.values()) {
      const before = this.known?.get(order.id);
      if (before?.side === order.side && before.price === order.price) order.since = before.since;
    }
    this.known = null;
  }

  private rest(record: MboRecord, since: number): void {
    const { id, size } = record;
    const side = sideName(record.side);
    this.orders.set(id, { id, side, price: ticksOf(record.price), size, since, place: this.places++ });
  }

  private apply(record: MboRecord): void {
    const { action, id, size } = record;
    if (action === 'T') this.applyTrade(record);
    if (action === 'F') {
      this.fillLots.push(size);
      const aggressor = this.event!.filter((r) => r.action === 'T').at(-1);
      if (id !== aggressor?.id) this.fills.set(id, (this.fills.get(id) ?? 0) + size);
      else if (this.aggressors.get(id) !== 'auction') {
        this.aggressors.set(id, 'modified');
        for (const trade of this.trades)
          if (trade.id === id && trade.event === this.eventNumber) trade.kind = 'modified';
      }
    }
    if (!'ACM'.includes(action)) return;
    this.plain.push(record);
    if (id > this.highestId) this.highestId = id;
    const order = this.orders.get(id);
    const transition: Transition = {
      action,
      t: Number(record.tsEvent - START),
      before: order && { ...order },
      executed: this.fills.get(id) ?? 0,
      aggressor: this.aggressors.has(id),
    };
    this.applyOrder(record, order);
    const after = this.orders.get(id);
    this.transitions.push({ ...transition, after: after && { ...after } });
  }

  private applyOrder(record: MboRecord, order: Order | undefined): void {
    const { action, id, size } = record;
    if (!order) {
      if (action === 'C') return;
      this.rest(record, Number(record.tsEvent - START));
      this.note(action === 'A' ? 'add' : 'mod', sideName(record.side), ticksOf(record.price), size, true);
      return;
    }
    const executed = this.fills.get(id) ?? 0;
    this.fills.delete(id);
    if (action === 'C') this.applyCancel(order, Math.min(size, order.size), executed);
    else this.applyModify(order, record, executed);
  }

  private applyTrade({ id, side, price, size }: MboRecord): void {
    let kind = 'auction';
    if (id !== 0n) {
      const behind = this.highestId - id;
      const unseen = behind < 0n ? 'fresh' : behind > 200n ? 'stop' : 'ambiguous';
      kind =
        this.aggressors.get(id) ?? (side === 'N' ? 'auction' : this.orders.has(id) ? 'modified' : unseen);
      this.aggressors.set(id, kind);
      if (id > this.highestId) this.highestId = id;
    }
    this.trades.push({ kind, side, price: ticksOf(price), size, id, event: this.eventNumber });
  }

  private applyCancel(order: Order, removed: number, executed: number): void {
    const filled = Math.min(executed, removed);
    this.note('fill', order.side, order.price, filled, false);
    if (removed > filled) {
      const modified = this.aggressors.has(order.id);
      this.note(
        modified ? 'mod' : 'pull',
        order.side,
        order.price,
        modified ? filled - removed : removed - filled,
        true,
      );
    }
    order.size -= removed;
    if (order.size === 0) this.orders.delete(order.id);
  }

  private applyModify(order: Order, record: MboRecord, executed: number): void {
    const side = sideName(record.side);
    const price = ticksOf(record.price);
    const filled = Math.min(executed, order.size);
    const remainder = order.size - filled;
    this.note('fill', order.side, order.price, filled, false);
    if (side === order.side && price === order.price) {
      if (record.size !== remainder) this.note('mod', side, price, record.size - remainder, true);
      if (record.size > 0 && executed >= order.size) this.refreshes.push({ side, lots: record.size });
    } else {
      this.note('mod', order.side, order.price, -remainder, record.size === 0);
      if (record.size > 0) this.note('mod', side, price, record.size, true);
    }
    const keepsPlace =
      side === order.side && price === order.price && record.size <= order.size && record.action === 'M';
    if (!keepsPlace) Object.assign(order, { place: this.places++, since: Number(record.tsEvent - START) });
    Object.assign(order, { side, price, size: record.size });
    if (order.size === 0) this.orders.delete(order.id);
  }

  private note(what: Moved['what'], side: SideName, price: number, lots: number, counts: boolean): void {
    const best = this.states.at(-1)![side][0]?.price;
    const behind = best === undefined ? -1 : side === 'bid' ? best - price : price - best;
    const bounds: [number, string][] = [
      [-Infinity, 'inside'],
      [0, 'touch'],
      [1, 't1_3'],
      [4, 't4_10'],
      [11, 'beyond'],
    ];
    const band = bounds.filter(([from]) => behind >= from).at(-1)![1];
    this.moved.push({ what, side, price, band, lots, counts });
  }

  private look(): { bid: Level[]; ask: Level[] } {
    const levels = (side: SideName) => {
      const byPrice = new Map<number, Order[]>();
      for (const order of [...this.orders.values()].sort((a, b) => a.place - b.place))
        if (order.side === side)
          byPrice.set(order.price, [...(byPrice.get(order.price) ?? []), { ...order }]);
      return [...byPrice]
        .map(([price, orders]) => ({ price, orders, size: sum(orders.map(({ size }) => size)) }))
        .sort((a, b) => (side === 'bid' ? b.price - a.price : a.price - b.price));
    };
    return { bid: levels('bid'), ask: levels('ask') };
  }

  private close(): void {
    const state = this.states.at(-1)!;
    const row: Row = {
      bar_start_utc: START + BigInt(this.start),
      session: this.options.sessionAt(this.start),
      book_state: this.bookState,
      last_events: this.events,
      ...this.tradeColumns(),
      ...this.stateColumns(),
      ...this.flowColumns(),
      ...this.ofiColumns(),
    };
    const crossed = (state.bid[0]?.price ?? NaN) >= (state.ask[0]?.price ?? NaN);
    row.trading_state =
      row.session === 'halt' ? (this.events > 0 ? 'pre_open' : 'closed') : crossed ? 'auction' : 'continuous';
    for (const side of SIDES)
      Object.assign(row, this.ladderColumns(side, state[side]), this.wallColumns(side));
    row.weighted_mid = weightedMid(state);
    this.rows.push(row);
    this.options.onBar?.({
      start: this.start,
      end: this.end,
      before: this.before,
      after: this.allOrders(),
      midBefore: this.midBefore,
      midAfter: this.mid(),
      transitions: this.transitions,
    });

    this.start = this.end;
    this.states = [{ ...state, t: this.start }];
    this.events = 0;
    this.trades = [];
    this.fillLots = [];
    this.plain = [];
    this.moved = [];
    this.refreshes = [];
  }

  private tradeColumns(): Row {
    const { trades } = this;
    const prices = trades.map(({ price }) => points(price));
    const lots = (keep: (trade: Trade) => boolean) => sum(trades.filter(keep).map(({ size }) => size));
    const row: Row = {
      open: prices[0] ?? NaN,
      high: prices.length > 0 ? Math.max(...prices) : NaN,
      low: prices.length > 0 ? Math.min(...prices) : NaN,
      close: prices.at(-1) ?? NaN,
      volume: lots(() => true),
      trades: trades.length,
      buy_vol: lots(({ side }) => side === 'B'),
      sell_vol: lots(({ side }) => side === 'A'),
      side_none_vol: lots(({ side }) => side === 'N'),
      fill_vol: sum(this.fillLots),
      auction_vol: lots(({ kind }) => kind === 'auction'),
    };
    for (const kind of ['fresh', 'modified', 'stop', 'ambiguous']) {
      row[`${kind}_buy_vol`] = lots((trade) => trade.kind === kind && trade.side === 'B');
      row[`${kind}_sell_vol`] = lots((trade) => trade.kind === kind && trade.side === 'A');
    }
    for (const kind of ['fresh', 'modified', 'stop', 'ambiguous', 'auction'])
      row[`${kind}_trades`] = trades.filter((trade) => trade.kind === kind).length;
    for (const [way, letter] of [
      ['buy', 'B'],
      ['sell', 'A'],
    ]) {
      const groups = new Map<string, Trade[]>();
      for (const trade of trades)
        if (trade.side === letter && trade.kind !== 'auction') {
          const key = `${trade.event} ${trade.id}`;
          groups.set(key, [...(groups.get(key) ?? []), trade]);
        }
      const width = (group: Trade[]) => {
        const at = group.map(({ price }) => price);
        return Math.max(...at) - Math.min(...at);
      };
      const sweeps = [...groups.values()].filter((group) => width(group) > 0);
      row[`sweep_${way}_n`] = sweeps.length;
      row[`sweep_${way}_lots`] = sum(sweeps.flat().map(({ size }) => size));
      row[`sweep_${way}_ticks`] = sum(sweeps.map(width));
    }
    for (const side of SIDES) {
      const mine = this.refreshes.filter((refresh) => refresh.side === side);
      row[`iceberg_${side}_n`] = mine.length;
      row[`iceberg_${side}_lots`] = sum(mine.map((refresh) => refresh.lots));
    }
    return row;
  }

  private stateColumns(): Row {
    const { bid, ask } = this.states.at(-1)!;
    const lots = (levels: Level[], depth: number) => sum(levels.slice(0, depth).map(({ size }) => size));
    const spread = (s: State) => points((s.ask[0]?.price ?? NaN) - (s.bid[0]?.price ?? NaN));
    const imbalance = (depth: number) => (s: State) =>
      (lots(s.bid, depth) - lots(s.ask, depth)) / (lots(s.bid, depth) + lots(s.ask, depth));
    const average = (figure: (s: State) => number) => {
      const spans = this.states.map((s, k) => ({
        value: figure(s),
        span: (this.states[k + 1]?.t ?? this.end) - s.t,
      }));
      const known = spans.filter(({ value, span }) => !Number.isNaN(value) && span > 0);
      return sum(known.map(({ value, span }) => value * span)) / sum(known.map(({ span }) => span));
    };
    const b = points(bid[0]?.price ?? NaN);
    const a = points(ask[0]?.price ?? NaN);
    return {
      bid: b,
      ask: a,
      bid_sz: lots(bid, 1),
      ask_sz: lots(ask, 1),
      bid_n: bid[0]?.orders.length ?? 0,
      ask_n: ask[0]?.orders.length ?? 0,
      depth10_bid: lots(bid, 10),
      depth10_ask: lots(ask, 10),
      mid: (a + b) / 2,
      microprice: b + ((a - b) * lots(bid, 1)) / (lots(bid, 1) + lots(ask, 1)),
      spread: a - b,
      spread_twa: average(spread),
      imbalance_l1: imbalance(1)(this.states.at(-1)!),
      imbalance_l1_twa: average(imbalance(1)),
      imbalance_l10: imbalance(10)(this.states.at(-1)!),
      imbalance_l10_twa: average(imbalance(10)),
    };
  }

  private flowColumns(): Row {
    const row: Row = {};
    for (const side of SIDES) {
      const mine = this.plain.filter((record) => record.side !== 'N' && sideName(record.side) === side);
      const lots = (action: string) => sum(mine.filter((r) => r.action === action).map(({ size }) => size));
      row[`add_${side}`] = lots('A');
      row[`cxl_${side}`] = lots('C');
      row[`mod_${side}_n`] = mine.filter(({ action }) => action === 'M').length;
      for (const band of ['inside', 'touch', 't1_3', 't4_10', 'beyond'])
        for (const what of ['add', 'pull', 'mod', 'fill']) {
          const here = this.moved.filter((m) => m.side === side && m.band === band && m.what === what);
          row[`${what}_${side}_${band}`] = sum(here.map(({ lots }) => lots));
          if (what !== 'fill') row[`${what}_${side}_${band}_n`] = here.filter(({ counts }) => counts).length;
        }
    }
    return row;
  }

  private ofiColumns(): Row {
    const row: Row = {};
    for (let k = 0; k < 10; k++) {
      let total = 0;
      for (let n = 1; n < this.states.length; n++) {
        if (!this.states[n].flow) continue;
        const at = (s: State, side: SideName) =>
          s[side][k] ?? { price: side === 'bid' ? -1e9 : 1e9, size: 0 };
        const [b1, b0] = [at(this.states[n], 'bid'), at(this.states[n - 1], 'bid')];
        const [a1, a0] = [at(this.states[n], 'ask'), at(this.states[n - 1], 'ask')];
        total += (b1.price >= b0.price ? b1.size : 0) - (b1.price <= b0.price ? b0.size : 0);
        total += (a1.price >= a0.price ? a0.size : 0) - (a1.price <= a0.price ? a1.size : 0);
      }
      row[`ofi_l${k + 1}`] = total;
    }
    return row;
  }

  private ladderColumns(side: SideName, all: Level[]): Row {
    const levels = all.slice(0, 10);
    const row: Row = {};
    for (let k = 0; k < 10; k++) {
      const number = String(k + 1).padStart(2, '0');
      row[`${side}_px_${number}`] = points(levels[k]?.price ?? NaN);
      row[`${side}_sz_${number}`] = levels[k]?.size ?? 0;
      row[`${side}_n_${number}`] = levels[k]?.orders.length ?? 0;
    }
    const gaps = levels.slice(1).map(({ price }, k) => Math.abs(price - levels[k].price));
    row[`gap_max_${side}`] = gaps.length > 0 ? Math.max(...gaps) : NaN;
    row[`gap_mean_${side}`] = sum(gaps) / gaps.length;

    // One entry per lot: moments of a plain sample.
    const lots = levels.flatMap(({ price, size }) =>
      Array<number>(size).fill(Math.abs(price - levels[0].price)),
    );
    const mean = sum(lots) / lots.length;
    const moment = (power: number) => sum(lots.map((d) => (d - mean) ** power)) / lots.length;
    row[`cog_${side}`] = mean;
    row[`skew_${side}`] = levels.length > 1 ? moment(3) / moment(2) ** 1.5 : NaN;
    row[`best_share_${side}`] = levels.length > 0 ? levels[0].size / lots.length : NaN;
    row[`hhi_${side}`] = levels.length > 0 ? sum(levels.map(({ size }) => (size / lots.length) ** 2)) : NaN;
    const xs = levels.map(({ price }) => Math.abs(price - levels[0].price));
    const ys = levels.map((_, k) => sum(levels.slice(0, k + 1).map(({ size }) => size)));
    const n = levels.length;
    row[`slope_${side}`] =
      n > 1
        ? (n * sum(xs.map((x, k) => x * ys[k])) - sum(xs) * sum(ys)) /
          (n * sum(xs.map((x) => x * x)) - sum(xs) ** 2)
        : NaN;
    return row;
  }

  private wallColumns(side: SideName): Row {
    const row: Row = {};
    const there = this.moved.filter((m) => m.side === side && m.price === this.startPrice[side]);
    row[`wall_${side}_pulled`] = -sum(
      there.map(({ what, lots }) => (what === 'pull' ? -lots : what === 'mod' ? Math.min(lots, 0) : 0)),
    );
    row[`wall_${side}_filled`] = sum(there.filter(({ what }) => what === 'fill').map(({ lots }) => lots));

    const best = this.states.at(-1)![side][0]?.price ?? NaN;
    const levels = this.look()[side].filter(
      ({ price }) => Math.abs(price - best) <= 20 && (side === 'bid' ? price <= best : price >= best),
    );
    const size = Math.max(0, ...levels.map((level) => level.size));
    const wall = levels.find((level) => level.size === size);
    const others = levels.filter((level) => level !== wall).map((level) => level.size);
    others.sort((a, b) => a - b);
    const h = (others.length - 1) / 2;
    const orders = levels.flatMap((level) => level.orders);
    const bigSize = Math.max(0, ...orders.map((order) => order.size));
    const big = orders.find((order) => order.size === bigSize);
    row[`wall_${side}`] = points(wall?.price ?? NaN);
    row[`wall_${side}_ticks`] = Math.abs((wall?.price ?? NaN) - best);
    row[`wall_${side}_sz`] = wall?.size ?? 0;
    row[`wall_${side}_n`] = wall?.orders.length ?? 0;
    row[`wall_${side}_ratio`] =
      wall && others.length > 0 ? wall.size / ((others[Math.floor(h)] + others[Math.ceil(h)]) / 2) : NaN;
    row[`wall_${side}_age`] = this.heldFor(Math.min(...(wall?.orders ?? []).map(({ since }) => since)));
    row[`big_${side}`] = points(big?.price ?? NaN);
    row[`big_${side}_ticks`] = Math.abs((big?.price ?? NaN) - best);
    row[`big_${side}_sz`] = big?.size ?? 0;
    row[`big_${side}_age`] = this.heldFor(big?.since ?? NaN);
    this.startPrice[side] = wall?.price ?? NaN;
    return row;
  }

  /** Seconds; unknown of what was placed after the bar. */
  private heldFor(since: number): number {
    return since <= this.end ? (this.end - since) / 1e9 : NaN;
  }
}

/** Mean prices of ten levels a side, each weighted with the lots of the other. */
function weightedMid({ bid, ask }: State): number {
  const mean = (levels: Level[]) =>
    sum(levels.map((l) => points(l.price) * l.size)) / sum(levels.map((l) => l.size));
  const lots = (levels: Level[]) => sum(levels.map((l) => l.size));
  const [bids, asks] = [bid.slice(0, 10), ask.slice(0, 10)];
  return (mean(bids) * lots(asks) + mean(asks) * lots(bids)) / (lots(bids) + lots(asks));
}
