/** The bar being built: its time and its families. Closed, it is what its row of `silver.bars` is made of. */
import type { BookState } from '../book/bookState';
import type { OrderBook } from '../book/orderBook';
import type { PriceScale } from '../book/priceScale';
import { ASK, BID } from '../book/side';
import type { TimeOrigin } from '../market/time';
import type { SessionCode } from '../market/calendar';
import type { StateReader, StateWriter } from '../state/codec';
import type { Stateful } from '../state/operator';
import { LadderPrices } from './families/ladder';
import { OfiFamily } from './families/ofi';
import { OrderFlowFamily } from './families/orderFlow';
import { DepthShape } from './families/shape';
import { StateFamily } from './families/state';
import { TradeFamily } from './families/trades';
import { WallFamily } from './families/wall';
import { LadderSide, type TopLevels } from './topLevels';

/** Tells the part of the session at a time, ns since the origin. */
export interface Sessions {
  codeAt(t: number): SessionCode;
}

interface OpenBarOptions {
  origin: TimeOrigin;
  scale: PriceScale;
  sessions: Sessions;
  /** Length of a bar, ns. */
  barNanos: number;
  wallReachTicks: number;
}

export class OpenBar implements Stateful {
  /** `[start, end)`, ns since the origin; NaN before the first bar. */
  start = NaN;
  end = NaN;
  /** Time of the last finished event, within the bar. */
  now = NaN;
  /** Venue events finished in the bar. */
  lastEvents = 0;
  /** Of a closed bar. */
  session: SessionCode = 0;
  bookState: BookState = 'empty';

  readonly origin: TimeOrigin;
  readonly scale: PriceScale;
  readonly top: TopLevels = [new LadderSide(BID), new LadderSide(ASK)];
  readonly trades = new TradeFamily();
  readonly state = new StateFamily();
  readonly orderFlow = new OrderFlowFamily();
  readonly ofi = new OfiFamily();
  readonly ladder = [new LadderPrices(), new LadderPrices()] as const;
  readonly shapes = [new DepthShape(), new DepthShape()] as const;
  readonly wall: WallFamily;

  /** Where the origin lies on the grid of bars, which is that of the UTC epoch. */
  private readonly gridPhase: number;

  constructor(private readonly options: OpenBarOptions) {
    const { origin, scale, barNanos, wallReachTicks } = options;
    this.origin = origin;
    this.scale = scale;
    this.wall = new WallFamily(wallReachTicks);
    this.gridPhase = Number(origin.ns % BigInt(barNanos));
  }

  /** Ticks, NaN while a side is empty. */
  get mid(): number {
    return (this.top[BID].best + this.top[ASK].best) / 2;
  }

  /** Becomes the first bar: the one `t` lies in, ns since the origin. */
  open(t: number): void {
    const { gridPhase, options } = this;
    const { barNanos } = options;
    this.start = Math.floor((t + gridPhase) / barNanos) * barNanos - gridPhase;
    this.end = this.start + barNanos;
    this.now = this.start;
    this.state.open(this.start);
  }

  /** An event is finished: `t`, its ts_event, may be late for the bar or beyond its end. */
  endEvent(t: number): void {
    this.lastEvents++;
    if (t > this.now) this.now = t < this.end ? t : this.end;
  }

  /** Makes every figure that of the bar's end, at which the book stands. */
  close(book: OrderBook): void {
    const { top, end, ladder, shapes, scale } = this;
    this.session = this.options.sessions.codeAt(this.start);
    this.bookState = book.state;
    this.state.accrue(end);
    for (const side of [BID, ASK] as const) {
      ladder[side].read(top[side], scale);
      shapes[side].read(top[side]);
    }
    this.wall.read(book, top, end);
  }

  /** Becomes the bar that follows: state carried, sums zero. */
  next(): void {
    for (const family of [this.trades, this.state, this.orderFlow, this.ofi, this.wall]) family.restart();
    this.lastEvents = 0;
    this.start = this.now = this.end;
    this.end = this.start + this.options.barNanos;
  }

  save(out: StateWriter): void {
    out.section('bars.open', 1);
    out.doubles([this.start, this.end, this.now, this.lastEvents]);
    for (const part of this.parts()) part.save(out);
  }

  restore(from: StateReader): void {
    from.section('bars.open', 1);
    [this.start, this.end, this.now, this.lastEvents] = from.doubles(4);
    for (const part of this.parts()) part.restore(from);
  }

  private parts(): readonly Stateful[] {
    const { top, trades, state, orderFlow, ofi, wall } = this;
    return [...top, trades, state, orderFlow, ofi, wall];
  }
}
