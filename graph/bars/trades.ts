/**
 * The trades family: prices and volumes by aggressor, what kind of order aggressed, sweeps, iceberg refreshes.
 *
 * Volume is the sum of trades (T) alone: fills (F) also print the aggressor's own when a resting order is modified through
 * the market, and fall short where implied liquidity, which is not in the book, took part.
 */
import { BID, type BookSide } from '../book/side';
import { Side } from '../records/mbo';
import { bothSides, count, lots, points, type Points } from './columns';
import { Aggressor, type AggressorKind } from './executions';
import type { MemoryReader, MemoryWriter } from '../state/memory';

const KIND_MEANING = {
  fresh: 'a new order',
  modified: 'a resting order moved through the market',
  stop: 'a triggered stop (inferred from its old id)',
  ambiguous: 'a stop or an order overtaken on the way in',
} as const;
const KINDS = ['fresh', 'modified', 'stop', 'ambiguous'] as const satisfies (keyof typeof KIND_MEANING)[];

export const TRADE_COLUMNS = [
  points('open', 'First trade price; null without trades'),
  points('high', 'Highest trade price; null without trades'),
  points('low', 'Lowest trade price; null without trades'),
  points('close', 'Last trade price; null without trades'),
  lots('volume', 'Lots traded: the sum of T records'),
  count('trades', 'T records'),
  lots('buy_vol', 'Lots traded with a buying aggressor'),
  lots('sell_vol', 'Lots traded with a selling aggressor'),
  lots('side_none_vol', 'Lots traded without an aggressor side: auctions and implied trades'),
  lots(
    'fill_vol',
    'Lots of all F records: resting fills, and the own fills of aggressors modified through the market',
  ),
  ...KINDS.flatMap((kind) => [
    lots(`${kind}_buy_vol`, `Lots bought by ${KIND_MEANING[kind]}`),
    lots(`${kind}_sell_vol`, `Lots sold by ${KIND_MEANING[kind]}`),
    count(`${kind}_trades`, `T records whose aggressor was ${KIND_MEANING[kind]}`),
  ]),
  lots('auction_vol', 'Lots of trades without an aggressing order: uncrossings and implied trades'),
  count('auction_trades', 'T records without an aggressing order'),
  ...(['buy', 'sell'] as const).flatMap((way) => [
    count(`sweep_${way}_n`, `Aggressors that traded at two prices or more within one event, ${way}ing`),
    lots(`sweep_${way}_lots`, `Lots those ${way} sweeps traded`),
    { ...count(`sweep_${way}_ticks`, `Sum of the widths of those ${way} sweeps`), unit: 'ticks' },
  ]),
  ...bothSides((side) => [
    count(
      `iceberg_${side}_n`,
      `Refreshes of native ${side} icebergs: filled for all it displayed, displayed again at the price`,
    ),
    lots(`iceberg_${side}_lots`, `Lots those ${side} refreshes newly displayed`),
  ]),
];

/** Running totals, in the order of the columns; open, high, low and close are ticks. */
const OPEN = 0;
const HIGH = 1;
const LOW = 2;
const CLOSE = 3;
const VOLUME = 4;
const TRADES = 5;
const BUY_VOL = 6;
const SELL_VOL = 7;
const NONE_VOL = 8;
const FILL_VOL = 9;
/** Per kind: bought lots, sold lots, trades. */
const BY_KIND = 10;
const AUCTION_VOL = BY_KIND + 3 * KINDS.length;
const AUCTION_TRADES = AUCTION_VOL + 1;
/** Per way: number, lots, ticks. */
const SWEEPS = AUCTION_TRADES + 1;
/** Per side: number, lots. */
const ICEBERGS = SWEEPS + 6;
const TOTALS = ICEBERGS + 4;

export class TradeFamily {
  private readonly totals = new Float64Array(TOTALS);

  constructor() {
    this.restart();
  }

  /** @param side DBN letter of the aggressor; @param ticks price */
  trade(kind: AggressorKind, side: number, ticks: number, size: number): void {
    const { totals } = this;
    if (totals[TRADES]++ === 0) totals[OPEN] = totals[HIGH] = totals[LOW] = ticks;
    else if (ticks > totals[HIGH]) totals[HIGH] = ticks;
    else if (ticks < totals[LOW]) totals[LOW] = ticks;
    totals[CLOSE] = ticks;
    totals[VOLUME] += size;
    totals[side === Side.Bid ? BUY_VOL : side === Side.Ask ? SELL_VOL : NONE_VOL] += size;
    if (kind === Aggressor.Auction) {
      totals[AUCTION_VOL] += size;
      totals[AUCTION_TRADES]++;
      return;
    }
    const at = BY_KIND + 3 * kind;
    totals[side === Side.Bid ? at : at + 1] += size;
    totals[at + 2]++;
  }

  fill(size: number): void {
    this.totals[FILL_VOL] += size;
  }

  /** One aggressor that traded at two prices or more. An arrow, because it is handed on as it is. */
  readonly sweep = (side: number, size: number, ticks: number): void => {
    const at = side === Side.Bid ? SWEEPS : SWEEPS + 3;
    this.totals[at]++;
    this.totals[at + 1] += size;
    this.totals[at + 2] += ticks;
  };

  /** An iceberg of the side displayed `size` lots anew. */
  refresh(side: BookSide, size: number): void {
    const at = side === BID ? ICEBERGS : ICEBERGS + 2;
    this.totals[at]++;
    this.totals[at + 1] += size;
  }

  /** Writes the family's columns and starts the next bar. */
  close(price: Points, row: Float64Array, at: number): number {
    const { totals } = this;
    row.set(totals, at);
    for (let k = OPEN; k <= CLOSE; k++) row[at + k] = price(totals[k]);
    this.restart();
    return at + TOTALS;
  }

  save(out: MemoryWriter): void {
    out.numbers(this.totals);
  }

  load(from: MemoryReader): void {
    from.into(this.totals);
  }

  private restart(): void {
    this.totals.fill(0);
    this.totals.fill(NaN, OPEN, CLOSE + 1);
  }
}
