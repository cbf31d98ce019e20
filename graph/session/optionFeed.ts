/**
 * What is told about the options on a contract, in the order in which it became known: definitions, open interest,
 * settlements and trades of one trade date, to be merged by capture time with the records of the future.
 */
import { utcDay } from '../dbn/text';
import { Side, type MboBatch } from '../records/mbo';
import { optionDefinition, type DefinitionFields } from '../options/definition';
import type { OptionsOperator } from '../options/optionsOperator';
import type { DateFrame } from './inputs';
import type { SilverGraph } from './silverGraph';

/** Rows of the Bronze tables, as far as they matter here. Times are ns UTC, prices 1e-9. */
export interface OptionRows {
  definitions: readonly (DefinitionFields & { tsRecv: bigint })[];
  statistics: readonly {
    tsRecv: bigint;
    instrumentId: number;
    statType: number;
    tsRef: bigint | null;
    price: bigint | null;
    quantity: bigint | null;
    /** 1 new, 2 deleted. */
    updateAction: number;
  }[];
  trades: readonly {
    tsRecv: bigint;
    tsEvent: bigint;
    instrumentId: number;
    price: bigint;
    size: number;
    side: string;
  }[];
}

const SETTLEMENT = 3;
const OPEN_INTEREST = 9;
const DELETED = 2;
const SIDE_LETTER: Record<string, number> = { A: Side.Ask, B: Side.Bid };

interface FeedEvent {
  /** Capture time, ns since the origin. */
  recv: number;
  apply(options: OptionsOperator): void;
}

export class OptionFeed {
  private readonly events: FeedEvent[];
  private at = 0;

  constructor(rows: OptionRows, { product, origin, clock }: DateFrame) {
    const offset = (ns: bigint) => Number(ns - origin.ns);
    const points = (price: bigint | null) => (price === null ? NaN : Number(price) / 1e9);
    const date = clock.session.tradeDate;
    const events: FeedEvent[] = rows.definitions.map((fields) => ({
      recv: offset(fields.tsRecv),
      apply: (options) => options.define(optionDefinition(fields, product, date, origin)),
    }));
    for (const { tsRecv, instrumentId, statType, tsRef, price, quantity, updateAction } of rows.statistics) {
      // Statistics of a date may come before its definitions; what cannot be placed then is told again the next day.
      const day = tsRef === null ? NaN : utcDay(tsRef);
      const gone = updateAction === DELETED;
      if (statType === OPEN_INTEREST) {
        const lots = gone || quantity === null ? NaN : Number(quantity);
        events.push({
          recv: offset(tsRecv),
          apply: (options) => options.openInterest(instrumentId, day, lots),
        });
      } else if (statType === SETTLEMENT && !gone && price !== null)
        events.push({
          recv: offset(tsRecv),
          apply: (options) => options.settlement(instrumentId, day, points(price)),
        });
    }
    for (const { tsRecv, tsEvent, instrumentId, price, size, side } of rows.trades)
      events.push({
        recv: offset(tsRecv),
        apply: (options) =>
          options.trade(instrumentId, offset(tsEvent), points(price), size, SIDE_LETTER[side] ?? Side.None),
      });
    // Stable: what became known at the same instant stays in the order definitions, statistics, trades.
    this.events = events.sort((a, b) => a.recv - b.recv);
  }

  /** Capture time of the next event, ns since the origin; `Infinity` after the last. */
  get next(): number {
    return this.events[this.at]?.recv ?? Infinity;
  }

  /** Hands over everything that became known before `recv`, ns since the origin. */
  advanceTo(recv: number, options: OptionsOperator): void {
    while (this.next < recv) this.events[this.at++].apply(options);
  }

  /** Passes over everything that became known before `recv`: an earlier feed has handed it over. */
  skipTo(recv: number): void {
    while (this.next < recv) this.at++;
  }
}

/**
 * Pushes records `[from, to)` of a batch, and between them what became known of the options: both by time of capture. What became
 * known at the instant of a record comes after it.
 */
export function pushMerged(
  graph: SilverGraph,
  batch: MboBatch,
  options: OptionFeed,
  from = 0,
  to = batch.length,
): void {
  const { origin } = graph.frame;
  let pending = from;
  for (let i = from; i < to; i++) {
    const recv = origin.offset(batch.tsRecvWords, i);
    if (recv <= options.next) continue;
    graph.push(batch, pending, i);
    options.advanceTo(recv, graph.options);
    pending = i;
  }
  graph.push(batch, pending, to);
}
