/**
 * The trades family: prices and volumes by aggressor, what kind of order aggressed, sweeps, iceberg refreshes.
 *
 * Volume is the sum of trades (T) alone: fills (F) also print the aggressor's own when a resting order is modified through
 * the market, and fall short where implied liquidity, which is not in the book, took part.
 */
import type { PriceScale } from '../../book/priceScale';
import type { BookSide } from '../../book/side';
import { type Column, count, elementsOf, lots, price } from '../../datasets/column';
import { Side } from '../../records/mbo';
import type { StateReader, StateWriter } from '../../state/codec';
import type { Stateful } from '../../state/operator';
import { Aggressor, type AggressorKind } from '../executions';
import { bothSides } from './bothSides';

/** Totals of the bar; open, high, low and close in ticks. */
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
const AUCTION_VOL = 10;
const AUCTION_TRADES = 11;
/** By kind of aggressor: bought lots, sold lots, trades. */
const BY_KIND = 12;
const kindAt = (kind: AggressorKind) => BY_KIND + 3 * kind;
/** By way: number, lots, ticks. */
const BUY_SWEEPS = kindAt(Aggressor.Auction);
const SELL_SWEEPS = BUY_SWEEPS + 3;
/** By side: number, lots. */
const REFRESHES = SELL_SWEEPS + 3;
const refreshesAt = (side: BookSide) => REFRESHES + 2 * side;
const TOTALS = REFRESHES + 4;

export class TradeFamily implements Stateful {
  readonly totals = new Float64Array(TOTALS);

  constructor() {
    this.restart();
  }

  /** @param aggressed whether an order did; @param side DBN letter of the aggressor; @param ticks price */
  trade(aggressed: boolean, side: number, ticks: number, size: number): void {
    const { totals } = this;
    if (totals[TRADES]++ === 0) totals[OPEN] = totals[HIGH] = totals[LOW] = ticks;
    else if (ticks > totals[HIGH]) totals[HIGH] = ticks;
    else if (ticks < totals[LOW]) totals[LOW] = ticks;
    totals[CLOSE] = ticks;
    totals[VOLUME] += size;
    totals[side === Side.Bid ? BUY_VOL : side === Side.Ask ? SELL_VOL : NONE_VOL] += size;
    if (aggressed) return;
    totals[AUCTION_VOL] += size;
    totals[AUCTION_TRADES]++;
  }

  fill(size: number): void {
    this.totals[FILL_VOL] += size;
  }

  /** One aggressor of a finished event; over two prices or more it swept. An arrow function, because it is passed as a callback. */
  readonly aggressor = (
    kind: AggressorKind,
    side: number,
    size: number,
    trades: number,
    ticks: number,
  ): void => {
    const { totals } = this;
    const at = kindAt(kind);
    totals[side === Side.Bid ? at : at + 1] += size;
    totals[at + 2] += trades;
    if (ticks === 0) return;
    const sweeps = side === Side.Bid ? BUY_SWEEPS : SELL_SWEEPS;
    totals[sweeps]++;
    totals[sweeps + 1] += size;
    totals[sweeps + 2] += ticks;
  };

  /** An iceberg of the side displayed `size` lots anew. */
  refresh(side: BookSide, size: number): void {
    const at = refreshesAt(side);
    this.totals[at]++;
    this.totals[at + 1] += size;
  }

  /** Starts a bar. */
  restart(): void {
    this.totals.fill(0);
    this.totals.fill(NaN, OPEN, CLOSE + 1);
  }

  save(out: StateWriter): void {
    out.section('bars.trades', 1);
    out.doubles(this.totals);
  }

  restore(from: StateReader): void {
    from.section('bars.trades', 1);
    from.into(this.totals);
  }
}

interface Bar {
  readonly trades: TradeFamily;
  readonly scale: PriceScale;
}

const total = elementsOf(({ trades }: Bar) => trades.totals);
const priceAt =
  (at: number) =>
  ({ trades, scale }: Bar) =>
    scale.points(trades.totals[at]);

const KINDS = [
  ['fresh', 'a new order', Aggressor.Fresh],
  ['modified', 'a resting order moved through the market', Aggressor.Modified],
  ['stop', 'a triggered stop (inferred from its old id)', Aggressor.Stop],
  ['ambiguous', 'a stop or an order overtaken on the way in', Aggressor.Ambiguous],
] as const;

const kindColumns = KINDS.flatMap(([name, aggressor, kind]) => [
  lots(`${name}_buy_vol`, { meaning: `Lots bought by ${aggressor}`, value: total(kindAt(kind)) }),
  lots(`${name}_sell_vol`, { meaning: `Lots sold by ${aggressor}`, value: total(kindAt(kind) + 1) }),
  count(`${name}_trades`, {
    meaning: `T records whose aggressor was ${aggressor}`,
    value: total(kindAt(kind) + 2),
  }),
]);

const SWEEPS = [
  ['buy', BUY_SWEEPS],
  ['sell', SELL_SWEEPS],
] as const;

const sweepColumns = SWEEPS.flatMap(([way, at]) => [
  count(`sweep_${way}_n`, {
    meaning: `Aggressors that traded at two prices or more within one event, ${way}ing`,
    value: total(at),
  }),
  lots(`sweep_${way}_lots`, { meaning: `Lots those ${way} sweeps traded`, value: total(at + 1) }),
  count(`sweep_${way}_ticks`, {
    unit: 'ticks',
    meaning: `Sum of the widths of those ${way} sweeps`,
    value: total(at + 2),
  }),
]);

export const TRADE_COLUMNS: readonly Column<Bar>[] = [
  price('open', { meaning: 'First trade price; null without trades', value: priceAt(OPEN) }),
  price('high', { meaning: 'Highest trade price; null without trades', value: priceAt(HIGH) }),
  price('low', { meaning: 'Lowest trade price; null without trades', value: priceAt(LOW) }),
  price('close', { meaning: 'Last trade price; null without trades', value: priceAt(CLOSE) }),
  lots('volume', { meaning: 'Lots traded: the sum of T records', value: total(VOLUME) }),
  count('trades', { meaning: 'T records', value: total(TRADES) }),
  lots('buy_vol', { meaning: 'Lots traded with a buying aggressor', value: total(BUY_VOL) }),
  lots('sell_vol', { meaning: 'Lots traded with a selling aggressor', value: total(SELL_VOL) }),
  lots('side_none_vol', {
    meaning: 'Lots traded without an aggressor side: auctions and implied trades',
    value: total(NONE_VOL),
  }),
  lots('fill_vol', {
    meaning:
      'Lots of all F records: resting fills, and the own fills of aggressors modified through the market',
    value: total(FILL_VOL),
  }),
  ...kindColumns,
  lots('auction_vol', {
    meaning: 'Lots of trades without an aggressing order: uncrossings and implied trades',
    value: total(AUCTION_VOL),
  }),
  count('auction_trades', {
    meaning: 'T records without an aggressing order',
    value: total(AUCTION_TRADES),
  }),
  ...sweepColumns,
  ...bothSides<Bar>((name, side) => [
    count(`iceberg_${name}_n`, {
      meaning: `Refreshes of native ${name} icebergs: filled for all it displayed, displayed again at the price`,
      value: total(refreshesAt(side)),
    }),
    lots(`iceberg_${name}_lots`, {
      meaning: `Lots those ${name} refreshes newly displayed`,
      value: total(refreshesAt(side) + 1),
    }),
  ]),
];
