/**
 * The tape since it was last looked at. Trades of one event at one price by one side are one print: a single order met several that
 * rested there. Those of an event are told when it is over.
 */
import { NumberList } from '../state/numberList';

/** Who aggressed; of a cross nobody did. Of an iceberg's refresh it is the side it rests on. */
export const PrintKind = { Buy: 0, Sell: 1, Cross: 2 } as const;
export type PrintKindCode = (typeof PrintKind)[keyof typeof PrintKind];

/** What is remarkable of a print; flags. A refresh is no trade: an iceberg shows its next lots. */
export const PrintMark = { Stop: 4, Sweep: 8, Refresh: 16 } as const;
type PrintMarkFlag = (typeof PrintMark)[keyof typeof PrintMark];

/** Numbers of a print: ns since the origin, ticks, lots, kind with marks. */
const [TIME, PRICE, LOTS, KIND] = [0, 1, 2, 3];
export const PRINT_WIDTH = 4;

/** Prints kept between two looks; of more, the oldest are left out, and counted. */
export const MOST_PRINTS = 20_000;

export class Prints {
  /** Prints left out since the last look: nobody looked for too long. */
  dropped = 0;
  private readonly rows = new NumberList(PRINT_WIDTH);
  /** Where the prints of the event begin that goes on. */
  private eventFrom = 0;

  /** Rows of (ns since the origin, ticks, lots, kind with marks) of events that are over; valid until the next change. */
  get values(): Float64Array {
    return this.rows.values.subarray(0, this.eventFrom);
  }

  trade(t: number, price: number, lots: number, kind: PrintKindCode): void {
    const { values, length } = this.rows;
    for (let row = this.eventFrom; row < length; row += PRINT_WIDTH)
      if (values[row + PRICE] === price && values[row + KIND] === kind) {
        values[row + LOTS] += lots;
        return;
      }
    this.add(t, price, lots, kind);
  }

  refresh(t: number, price: number, lots: number, kind: PrintKindCode): void {
    this.add(t, price, lots, kind | PrintMark.Refresh);
  }

  /** Marks the trades of a side in the event that goes on. */
  mark(kind: PrintKindCode, mark: PrintMarkFlag): void {
    const { values, length } = this.rows;
    for (let row = this.eventFrom; row < length; row += PRINT_WIDTH)
      if ((values[row + KIND] & (3 | PrintMark.Refresh)) === kind) values[row + KIND] |= mark;
  }

  endEvent(): void {
    if (this.rows.length > MOST_PRINTS * PRINT_WIDTH) this.forgetOldest();
    this.eventFrom = this.rows.length;
  }

  /** Those of the event that goes on stay: what is remarkable of them is not known yet. */
  clear(): void {
    const { rows, eventFrom } = this;
    rows.values.copyWithin(0, eventFrom, rows.length);
    rows.length -= eventFrom;
    this.eventFrom = 0;
    this.dropped = 0;
  }

  private add(t: number, price: number, lots: number, kind: number): void {
    const row = this.rows.push();
    const { values } = this.rows;
    values[row + TIME] = t;
    values[row + PRICE] = price;
    values[row + LOTS] = lots;
    values[row + KIND] = kind;
  }

  private forgetOldest(): void {
    const half = Math.floor(MOST_PRINTS / 2) * PRINT_WIDTH;
    const { values, length } = this.rows;
    this.dropped += (length - half) / PRINT_WIDTH;
    values.copyWithin(0, length - half, length);
    this.rows.length = half;
  }
}

/** Prints that are told to whoever comes late. */
export const MOST_RECENT = 4000;

/** The latest prints of a tape, whoever has looked at them. */
export class RecentPrints {
  private rows = new Float64Array(0);

  /** Rows as in `Prints`, oldest first. */
  get values(): Float64Array {
    return this.rows;
  }

  add(values: Float64Array): void {
    if (values.length === 0) return;
    const most = MOST_RECENT * PRINT_WIDTH;
    const added = values.subarray(Math.max(0, values.length - most));
    const kept = this.rows.subarray(Math.max(0, this.rows.length + added.length - most));
    const rows = new Float64Array(kept.length + added.length);
    rows.set(kept);
    rows.set(added, kept.length);
    this.rows = rows;
  }
}
