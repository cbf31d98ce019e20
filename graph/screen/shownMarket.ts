/** The market as frames tell it: what a screen holds to draw from. */
import { ASK, BID, type BookSide } from '../book/side';
import { LEVEL_WIDTH, type MarketFrame } from './marketFrame';

/** What a screen knows of one price of one side; lots. */
export interface ShownLevel {
  readonly size: number;
  readonly orders: number;
  readonly largest: number;
  /** Since the session began: executed, and pulled or moved by their owners. */
  readonly filled: number;
  readonly pulled: number;
}

/** What became of a frame: drawn, or another one is needed before it. */
export type Taken = 'taken' | 'gap';

export class ShownMarket {
  /** The frame taken last. */
  frame: MarketFrame | undefined;
  private readonly sides = [new Map<number, ShownLevel>(), new Map<number, ShownLevel>()] as const;

  /** @returns `gap` if frames are missing before it: then it is left out, and the whole has to be asked for */
  take(frame: MarketFrame): Taken {
    const last = this.frame;
    if (!frame.whole && frame.number !== (last?.number ?? -1) + 1) return 'gap';
    for (const side of [BID, ASK] as const) {
      const levels = this.sides[side];
      if (frame.whole) levels.clear();
      const rows = frame.levels[side];
      for (let row = 0; row < rows.length; row += LEVEL_WIDTH) {
        const [price, size, orders, largest, filled, pulled] = rows.subarray(row, row + LEVEL_WIDTH);
        levels.set(price, { size, orders, largest, filled, pulled });
      }
    }
    this.frame = frame;
    return 'taken';
  }

  /** @param price ticks; undefined where nothing has ever been told of it */
  level(side: BookSide, price: number): ShownLevel | undefined {
    return this.sides[side].get(price);
  }

  /** All prices with lots, in no order. */
  *levels(side: BookSide): Generator<readonly [price: number, level: ShownLevel]> {
    for (const entry of this.sides[side]) if (entry[1].size > 0) yield entry;
  }
}
