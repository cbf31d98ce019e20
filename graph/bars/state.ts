/**
 * The state family: where the market stands at the bar's end, and on average over the bar.
 *
 * Averages are over time, from one finished event to the next and from the last one to the bar's end; time during which
 * the figure does not exist (a side is empty) counts neither above nor below the line.
 */
import { ASK, BID } from '../book/side';
import { bothSides, count, figure, lots, points, type Points } from './columns';
import type { TopLevels } from './ladder';
import type { MemoryReader, MemoryWriter } from '../state/memory';

export const STATE_COLUMNS = [
  ...bothSides((side) => [
    points(side, `Best ${side} price at the bar's end`),
    lots(`${side}_sz`, `Displayed lots at the best ${side} at the bar's end`),
    count(`${side}_n`, `Orders at the best ${side} at the bar's end`),
    lots(`depth10_${side}`, `Displayed lots of the ten best ${side} levels at the bar's end`),
  ]),
  points('mid', "(ask + bid) / 2 at the bar's end"),
  points('microprice', "(bid x ask lots + ask x bid lots) / (bid + ask lots) at the touch at the bar's end"),
  points('spread', "ask - bid at the bar's end; negative while an auction crosses the book"),
  points('spread_twa', 'Time-weighted mean of ask - bid over the bar'),
  figure('imbalance_l1', '1', "(bid - ask lots) / (bid + ask lots) at the touch at the bar's end"),
  figure('imbalance_l1_twa', '1', 'Time-weighted mean of imbalance_l1 over the bar'),
  figure('imbalance_l10', '1', "(bid - ask lots) / (bid + ask lots) over ten levels a side at the bar's end"),
  figure('imbalance_l10_twa', '1', 'Time-weighted mean of imbalance_l10 over the bar'),
];

/** (bid - ask) / (bid + ask), NaN when there is neither. */
const imbalance = (bid: number, ask: number) => (bid - ask) / (bid + ask);

const SPREAD = 0;
const L1 = 1;
const L10 = 2;

export class StateFamily {
  /** Spread in ticks, L1 and L10 imbalance since `since`. */
  private readonly current = new Float64Array(3).fill(NaN);
  /** Their integrals over the bar, and the ns during which each existed. */
  private readonly integral = new Float64Array(3);
  private readonly span = new Float64Array(3);
  private since = 0;

  /** Starts the account at a time before which nothing is known. */
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

  /** Writes the family's columns for the bar that ends at `end`, and starts the next. */
  close(top: TopLevels, end: number, price: Points, row: Float64Array, at: number): number {
    this.accrue(end);
    for (const side of [BID, ASK] as const) {
      const { best, size, orders, lots } = top[side];
      row[at++] = price(best);
      row[at++] = size[0];
      row[at++] = orders[0];
      row[at++] = lots;
    }
    const bid = top[BID].best;
    const ask = top[ASK].best;
    const bidLots = top[BID].size[0];
    const askLots = top[ASK].size[0];
    row[at++] = price(bid + ask) / 2;
    row[at++] = price((bid * askLots + ask * bidLots) / (bidLots + askLots));
    row[at++] = price(this.current[SPREAD]);
    row[at++] = price(this.average(SPREAD));
    row[at++] = this.current[L1];
    row[at++] = this.average(L1);
    row[at++] = this.current[L10];
    row[at++] = this.average(L10);
    this.integral.fill(0);
    this.span.fill(0);
    return at;
  }

  save(out: MemoryWriter): void {
    out.numbers(this.current);
    out.numbers(this.integral);
    out.numbers(this.span);
    out.numbers([this.since]);
  }

  load(from: MemoryReader): void {
    from.into(this.current);
    from.into(this.integral);
    from.into(this.span);
    [this.since] = from.numbers(1);
  }

  private accrue(t: number): void {
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

  private average(k: number): number {
    return this.span[k] > 0 ? this.integral[k] / this.span[k] : NaN;
  }
}
