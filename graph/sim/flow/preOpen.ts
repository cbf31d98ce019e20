/** The pre-open: orders are entered, changed and cancelled without trading, some at prices that cross, at a rate that rises toward the opening. */
import { ADD_DISTANCE, ADD_SIZE, FAR, FAR_DISTANCE } from '../calibration';
import { OrderKind, type Exchange } from '../exchange/exchange';
import { ASK, BID, type BookSide } from '../exchange/matchingBook';
import type { OvernightOrders } from './overnightOrders';
import type { Random } from '../../random/random';

/** Events besides the orders good till cancelled that are entered again. */
const EVENTS = 700;
const FIRST_AFTER = 200e6;
const ADD_SHARE = 0.52;
const CANCEL_SHARE = 0.24;
/** Orders priced to trade at the opening, and by how many ticks at most. */
const CROSSING_SHARE = 0.12;
const CROSSING_TICKS = 12;

export class PreOpen {
  /** When the next event is due. */
  nextAt = Infinity;
  /** The day's orders entered so far, by slot. */
  orders: number[] = [];
  private left = 0;
  private end = 0;

  constructor(
    private readonly exchange: Exchange,
    private readonly overnight: OvernightOrders,
    private readonly random: Random,
  ) {}

  /** @param end when the last event may happen */
  begin(start: number, end: number): void {
    this.orders = [];
    this.left = EVENTS + this.overnight.missing;
    this.end = end;
    this.nextAt = start + FIRST_AFTER;
  }

  /** Carries out the event due now. @param center latent price, ticks */
  act(center: number): void {
    const { random, exchange, orders, overnight } = this;
    const t = this.nextAt;
    this.left--;
    const u = random.unit();
    const k = orders.length === 0 ? -1 : random.below(orders.length);
    if (random.chance(overnight.missing / (this.left + 1))) overnight.enter(t, center);
    else if (u < ADD_SHARE || k < 0) {
      const side = random.chance(0.5) ? BID : ASK;
      const price = this.price(side, center);
      orders.push(exchange.add(t, side, price, ADD_SIZE.draw(random), OrderKind.Day));
    } else if (u < ADD_SHARE + CANCEL_SHARE) {
      exchange.cancel(t, orders[k]);
      orders[k] = orders[orders.length - 1];
      orders.pop();
    } else {
      const { book } = exchange;
      const slot = orders[k];
      exchange.reprice(t, slot, this.price(book.side[slot] as BookSide, center), book.size[slot]);
    }
    this.scheduleNext(t);
  }

  private scheduleNext(t: number): void {
    const share = Math.min(this.random.exponential() * 1.1, 3) / (this.left + 1);
    const rest = this.end - t;
    this.nextAt = this.left <= 0 || rest < 1e6 ? Infinity : t + 1000 + Math.floor(rest * share);
  }

  private price(side: BookSide, center: number): number {
    const { random } = this;
    const middle = Math.round(center);
    let behind: number;
    if (random.chance(CROSSING_SHARE)) behind = -random.between(0, CROSSING_TICKS);
    else {
      const drawn = ADD_DISTANCE.draw(random);
      behind = 1 + (drawn === FAR ? Math.floor(FAR_DISTANCE.draw(random)) : drawn);
    }
    return side === BID ? middle - behind : middle + behind;
  }
}
