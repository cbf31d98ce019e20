/**
 * Who traded with whom inside one venue event.
 *
 * On CME a trade (T) carries the id of the aggressing order, and the fills (F) that follow carry those of the orders it
 * met; all of them come before the cancels and modifies (C, M) that take the lots out of the book. So an event's trades
 * and fills are remembered until it ends: its C and M records are read against them.
 *
 * An aggressor is told by its id, because ids rise with the time of order entry:
 * - *fresh*: the id is new and higher than every id before it - a market order or a limit order priced through;
 * - *modified*: the id rests in the book - an order moved through the market by its owner;
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

export class Executions implements Stateful {
  /** Rows of (id low, id high, kind, side, lots, lowest ticks, highest ticks). */
  private readonly aggressors = new NumberList(7);
  /** Rows of (id low, id high, lots): fills of resting orders. */
  private readonly fills = new NumberList(3);
  /** Highest order id of the stream so far. */
  private highestLow = 0;
  private highestHigh = 0;
  /** The aggressor of the last trade, -1 when it had none. */
  private current = -1;

  /**
   * Classifies trade `i` and remembers its aggressor. Call before the book applies the record.
   * @param ticks the trade's price
   */
  trade(batch: MboBatch, i: number, ticks: number, book: OrderIndex): AggressorKind {
    const low = batch.orderIdWords[2 * i];
    const high = batch.orderIdWords[2 * i + 1];
    this.current = -1;
    if (low === 0 && high === 0) return Aggressor.Auction;
    const { aggressors } = this;
    let row = this.aggressorRow(low, high);
    if (row < 0) {
      row = aggressors.push();
      const { values } = aggressors;
      values[row] = low;
      values[row + 1] = high;
      values[row + 2] = batch.side[i] === Side.None ? Aggressor.Auction : this.kindOf(low, high, book);
      values[row + 3] = batch.side[i];
      values[row + 4] = 0;
      values[row + 5] = values[row + 6] = ticks;
      this.see(low, high);
    }
    this.current = row;
    const { values } = aggressors;
    values[row + 4] += batch.size[i];
    if (ticks < values[row + 5]) values[row + 5] = ticks;
    if (ticks > values[row + 6]) values[row + 6] = ticks;
    return values[row + 2] as AggressorKind;
  }

  /** Remembers fill `i`, unless it is the aggressor's own (printed when it was modified through the market). */
  fill(batch: MboBatch, i: number): void {
    const low = batch.orderIdWords[2 * i];
    const high = batch.orderIdWords[2 * i + 1];
    const { current } = this;
    const own = this.aggressors.values;
    if (current >= 0 && own[current] === low && own[current + 1] === high) return;
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

  /**
   * Ends the event.
   * @param sweep told of every aggressor that traded at two prices or more: its side (DBN letter), lots and width in ticks
   */
  endEvent(sweep: (side: number, lots: number, ticks: number) => void): void {
    const { values, length } = this.aggressors;
    for (let row = 0; row < length; row += 7)
      if (values[row + 6] > values[row + 5] && values[row + 2] !== Aggressor.Auction)
        sweep(values[row + 3], values[row + 4], values[row + 6] - values[row + 5]);
    this.aggressors.clear();
    this.fills.clear();
    this.current = -1;
  }

  save(out: StateWriter): void {
    out.section('bars.executions', 1);
    out.doubles([this.highestLow, this.highestHigh, this.current]);
    out.list(this.aggressors);
    out.list(this.fills);
  }

  restore(from: StateReader): void {
    from.section('bars.executions', 1);
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
    for (let row = 0; row < length; row += 7) if (values[row] === low && values[row + 1] === high) return row;
    return -1;
  }
}
