/**
 * The state family: the top of the book at the bar's end, and on average over the bar.
 *
 * Averages are over time, from one finished event to the next and from the last one to the bar's end; time during which
 * the figure does not exist (a side is empty) counts neither above nor below the line.
 */
import type { PriceScale } from '../../book/priceScale';
import { ASK, BID } from '../../book/side';
import { BALANCES, type Column, count, figure, lots, price } from '../../datasets/column';
import type { StateReader, StateWriter } from '../../state/codec';
import type { Stateful } from '../../state/operator';
import type { TopLevels } from '../topLevels';
import { bothSides } from './bothSides';

/** (bid - ask) / (bid + ask), NaN when there is neither. */
const imbalance = (bid: number, ask: number) => (bid - ask) / (bid + ask);

/** The figures that are averaged: spread in ticks, imbalance of lots at the touch and of ten levels. */
const SPREAD = 0;
const L1 = 1;
const L10 = 2;

export class StateFamily implements Stateful {
  /** The figures since `since`. */
  readonly current = new Float64Array(3).fill(NaN);
  /** Their integrals over the bar, and the ns during which each existed. */
  private readonly integral = new Float64Array(3);
  private readonly span = new Float64Array(3);
  private since = 0;

  /** Starts averaging at a time before which nothing is known. */
  open(t: number): void {
    this.since = t;
  }

  /** Takes the ladder's new state, which begins at `t`. */
  update(top: TopLevels, t: number): void {
    this.accrue(t);
    const [bids, asks] = top;
    this.current[SPREAD] = asks.best - bids.best;
    this.current[L1] = imbalance(bids.size[0], asks.size[0]);
    this.current[L10] = imbalance(bids.lots, asks.lots);
  }

  /** Lets the present state last until `t`: the averages are those up to then. */
  accrue(t: number): void {
    const elapsed = t - this.since;
    if (elapsed <= 0) return;
    this.since = t;
    const { current, integral, span } = this;
    for (let k = 0; k < 3; k++) {
      const value = current[k];
      if (value !== value) continue;
      integral[k] += value * elapsed;
      span[k] += elapsed;
    }
  }

  average(k: number): number {
    return this.span[k] > 0 ? this.integral[k] / this.span[k] : NaN;
  }

  /** Starts a bar. */
  restart(): void {
    this.integral.fill(0);
    this.span.fill(0);
  }

  save(out: StateWriter): void {
    out.section('bars.state', 1);
    out.doubles(this.current);
    out.doubles(this.integral);
    out.doubles(this.span);
    out.double(this.since);
  }

  restore(from: StateReader): void {
    from.section('bars.state', 1);
    from.into(this.current);
    from.into(this.integral);
    from.into(this.span);
    this.since = from.double();
  }
}

interface Bar {
  readonly top: TopLevels;
  readonly state: StateFamily;
  readonly scale: PriceScale;
}

function microprice([bids, asks]: TopLevels): number {
  const [bidLots, askLots] = [bids.size[0], asks.size[0]];
  return (bids.best * askLots + asks.best * bidLots) / (bidLots + askLots);
}

export const STATE_COLUMNS: readonly Column<Bar>[] = [
  ...bothSides<Bar>((name, side) => [
    price(name, {
      meaning: `Best ${name} price at the bar's end`,
      value: ({ top, scale }) => scale.points(top[side].best),
    }),
    lots(`${name}_sz`, {
      meaning: `Displayed lots at the best ${name} at the bar's end`,
      value: ({ top }) => top[side].size[0],
    }),
    count(`${name}_n`, {
      meaning: `Orders at the best ${name} at the bar's end`,
      value: ({ top }) => top[side].orders[0],
    }),
    lots(`depth10_${name}`, {
      meaning: `Displayed lots of the ten best ${name} levels at the bar's end`,
      value: ({ top }) => top[side].lots,
    }),
  ]),
  price('mid', {
    meaning: "Mid price at the bar's end",
    formula: '(bid + ask) / 2',
    value: ({ top, scale }) => scale.points(top[BID].best + top[ASK].best) / 2,
  }),
  price('microprice', {
    meaning: "Microprice at the bar's end: the mid drawn toward the side with fewer lots at the touch",
    formula: '(bid * ask_sz + ask * bid_sz) / (bid_sz + ask_sz)',
    value: ({ top, scale }) => scale.points(microprice(top)),
  }),
  price('spread', {
    meaning: "Spread at the bar's end; negative while an auction crosses the book",
    formula: 'ask - bid',
    value: ({ state, scale }) => scale.points(state.current[SPREAD]),
  }),
  price('spread_twa', {
    meaning: 'Time-weighted mean of ask - bid over the bar',
    value: ({ state, scale }) => scale.points(state.average(SPREAD)),
  }),
  figure('imbalance_l1', {
    range: BALANCES,
    meaning: "Imbalance of the lots at the touch at the bar's end",
    formula: '(bid_sz - ask_sz) / (bid_sz + ask_sz)',
    value: ({ state }) => state.current[L1],
  }),
  figure('imbalance_l1_twa', {
    range: BALANCES,
    meaning: 'Time-weighted mean of imbalance_l1 over the bar',
    value: ({ state }) => state.average(L1),
  }),
  figure('imbalance_l10', {
    range: BALANCES,
    meaning: "Imbalance of the lots of ten levels a side at the bar's end",
    formula: '(depth10_bid - depth10_ask) / (depth10_bid + depth10_ask)',
    value: ({ state }) => state.current[L10],
  }),
  figure('imbalance_l10_twa', {
    range: BALANCES,
    meaning: 'Time-weighted mean of imbalance_l10 over the bar',
    value: ({ state }) => state.average(L10),
  }),
];
