/**
 * Who traded with whom inside one venue event.
 *
 * On CME a trade (T) carries the id of the aggressing order, and the fills (F) that follow carry those of the orders it
 * met; all of them come before the cancels and modifies (C, M) that take the lots out of the book. So an event's trades
 * and fills are remembered until it ends: its C and M records are read against them.
 *
 * An aggressor is classified when its event is over, by its id, because ids rise with the time of order entry:
 * - *fresh*: the id is new and higher than every id before it - a market order or a limit order priced through;
 * - *modified*: the id rests in the book - an order moved through the market by its owner. Such an order, and no other, has a fill of
 *   its own printed too: that tells it also where the book began midway and does not know the order;
 * - *stop*: the id is new to the book but far older than the newest - an order that waited out of sight for its trigger;
 * - *ambiguous*: new to the book and only a little older than the newest - a stop, or an order overtaken on the way in;
 * - *auction*: no aggressor at all (side N or no id) - uncrossings and implied trades.
 */
import { Side, type MboBatch } from '../records/mbo';
import type { StateReader, StateWriter } from '../state/codec';
import { NumberList } from '../state/numberList';
import type { Stateful } from '../state/operator';

export const Aggressor = { Fresh: 0, Modified: 1, Stop: 2, Ambiguous: 3, Auction: 4 } as const;
export type AggressorKind = (typeof Aggressor)[keyof typeof Aggressor];

/** How far below the newest id an unseen id must lie to be a stop: closer ones may have been overtaken in the gateway. */
const STOP_ID_GAP = 200;

/** What classifying a trade asks of the book. */
export interface OrderIndex {
  /** Slot of a resting order, or -1. */
  find(idLow: number, idHigh: number): number;
}

const WORD = 4294967296;

/**
 * Called for every order that aggressed in an event: what kind of aggressor it was, its side (DBN letter), its lots and trades, and how
 * many ticks lie between its best and its worst price.
 */
type OnAggressor = (kind: AggressorKind, side: number, lots: number, trades: number, ticks: number) => void;

/** Numbers of an aggressor's row, from its beginning. */
const KIND = 2;
const SIDE = 3;
const LOTS = 4;
const TRADES = 5;
const LOWEST = 6;
const HIGHEST = 7;
const WIDTH = 8;

export class Executions implements Stateful {
  /** Rows of (id low, id high, kind, side, lots, trades, lowest ticks, highest ticks). */
  private readonly aggressors = new NumberList(WIDTH);
  /** Rows of (id low, id high, lots): fills of resting orders. */
  private readonly fills = new NumberList(3);
  /** Highest order id of the stream so far. */
  private highestLow = 0;
  private highestHigh = 0;
  /** The aggressor of the last trade, -1 when it had none. */
  private current = -1;

  /**
   * Remembers the aggressor of trade `i`. Call before the book applies the record.
   * @param ticks the trade's price
   * @returns whether there is one; auctions and implied matches have none
   */
  trade(batch: MboBatch, i: number, ticks: number, book: OrderIndex): boolean {
    const low = batch.orderIdWords[2 * i];
    const high = batch.orderIdWords[2 * i + 1];
    this.current = -1;
    if (low === 0 && high === 0) return false;
    const { aggressors } = this;
    let row = this.aggressorRow(low, high);
    if (row < 0) {
      row = aggressors.push();
      const { values } = aggressors;
      values[row] = low;
      values[row + 1] = high;
      values[row + KIND] = batch.side[i] === Side.None ? Aggressor.Auction : this.kindOf(low, high, book);
      values[row + SIDE] = batch.side[i];
      values[row + LOTS] = values[row + TRADES] = 0;
      values[row + LOWEST] = values[row + HIGHEST] = ticks;
      this.see(low, high);
    }
    this.current = row;
    const { values } = aggressors;
    values[row + LOTS] += batch.size[i];
    values[row + TRADES]++;
    if (ticks < values[row + LOWEST]) values[row + LOWEST] = ticks;
    if (ticks > values[row + HIGHEST]) values[row + HIGHEST] = ticks;
    return values[row + KIND] !== Aggressor.Auction;
  }

  /** Remembers fill `i`; one of the aggressor itself says that it had rested. */
  fill(batch: MboBatch, i: number): void {
    const low = batch.orderIdWords[2 * i];
    const high = batch.orderIdWords[2 * i + 1];
    const { current } = this;
    const own = this.aggressors.values;
    if (current >= 0 && own[current] === low && own[current + 1] === high) {
      if (own[current + KIND] !== Aggressor.Auction) own[current + KIND] = Aggressor.Modified;
      return;
    }
    const row = this.fills.push();
    const { values } = this.fills;
    values[row] = low;
    values[row + 1] = high;
    values[row + 2] = batch.size[i];
  }

  /** Takes note of the id of record `i`, which is neither a trade nor a fill. */
  order(batch: MboBatch, i: number): void {
    this.see(batch.orderIdWords[2 * i], batch.orderIdWords[2 * i + 1]);
  }

  /** Lots of a resting order filled in this event since the book last changed it; asking again gives 0. */
  takeFilled(low: number, high: number): number {
    const { values, length } = this.fills;
    let lots = 0;
    for (let row = 0; row < length; row += 3) {
      if (values[row] !== low || values[row + 1] !== high) continue;
      lots += values[row + 2];
      values[row + 2] = 0;
    }
    return lots;
  }

  /** Whether an order aggressed in this event. */
  isAggressor(low: number, high: number): boolean {
    return this.aggressors.length > 0 && this.aggressorRow(low, high) >= 0;
  }

  /** Ends the event. */
  endEvent(onAggressor: OnAggressor): void {
    const { values, length } = this.aggressors;
    for (let row = 0; row < length; row += WIDTH)
      if (values[row + KIND] !== Aggressor.Auction)
        onAggressor(
          values[row + KIND] as AggressorKind,
          values[row + SIDE],
          values[row + LOTS],
          values[row + TRADES],
          values[row + HIGHEST] - values[row + LOWEST],
        );
    this.aggressors.clear();
    this.fills.clear();
    this.current = -1;
  }

  save(out: StateWriter): void {
    out.section('bars.executions', 2);
    out.doubles([this.highestLow, this.highestHigh, this.current]);
    out.list(this.aggressors);
    out.list(this.fills);
  }

  restore(from: StateReader): void {
    from.section('bars.executions', 2);
    [this.highestLow, this.highestHigh, this.current] = from.doubles(3);
    from.list(this.aggressors);
    from.list(this.fills);
  }

  private kindOf(low: number, high: number, book: OrderIndex): AggressorKind {
    if (book.find(low, high) >= 0) return Aggressor.Modified;
    const behind = (this.highestHigh - high) * WORD + (this.highestLow - low);
    if (behind < 0) return Aggressor.Fresh;
    return behind > STOP_ID_GAP ? Aggressor.Stop : Aggressor.Ambiguous;
  }

  private see(low: number, high: number): void {
    if (high < this.highestHigh || (high === this.highestHigh && low <= this.highestLow)) return;
    this.highestLow = low;
    this.highestHigh = high;
  }

  private aggressorRow(low: number, high: number): number {
    const { values, length } = this.aggressors;
    for (let row = 0; row < length; row += WIDTH)
      if (values[row] === low && values[row + 1] === high) return row;
    return -1;
  }
}
