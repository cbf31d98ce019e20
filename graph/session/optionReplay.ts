/**
 * A day's option records from the lake, merged by capture time with the records of the future: what a live feed does by itself, and
 * a driver that reads tables has to do.
 */
import type { OptionRecord } from '../options/inputs';
import type { DefinitionRow } from '../records/definitionsTable';
import type { MboBatch } from '../records/mbo';
import type { OptionTradeRow } from '../records/optionTradesTable';
import type { StatisticRow } from '../records/statisticsTable';
import type { DateFrame } from '../products/dateFrame';
import type { SessionInput } from './operators';
import { definitionRecord, optionTradeRecord, statisticRecord } from './optionRecords';

/** Rows of Bronze about the options on a product. */
export interface OptionRows {
  readonly definitions: readonly DefinitionRow[];
  readonly statistics: readonly StatisticRow[];
  readonly trades: readonly OptionTradeRow[];
}

/** What takes records of a future and of its options: a `SessionGraph`. */
export interface MergedInput {
  readonly frame: DateFrame;
  push(input: SessionInput): void;
}

interface Captured {
  /** Capture time, ns since the origin. */
  readonly recv: number;
  readonly record: () => OptionRecord | null;
}

/** Where records of options come from, in the order of their capture. */
export interface OptionFeed {
  /** Capture time of the next record, ns since the origin; `Infinity` where none is known. */
  readonly next: number;
  /** Pushes what was captured before `recv`, ns since the origin. */
  pushUntil(recv: number, session: MergedInput): void;
}

export class OptionReplay implements OptionFeed {
  private readonly records: readonly Captured[];
  private at = 0;

  /** @param since leaves out what was captured before, ns since the origin: where a restored session continues */
  constructor({ definitions, statistics, trades }: OptionRows, frame: DateFrame, since = -Infinity) {
    const captured =
      <Row extends { readonly tsRecv: bigint }>(recordOf: (row: Row) => OptionRecord | null) =>
      (row: Row): Captured => ({ recv: Number(row.tsRecv - frame.origin.ns), record: () => recordOf(row) });
    // Sorting is stable: of what was captured at one instant definitions come first, then statistics, then trades.
    this.records = [
      ...definitions.map(captured<DefinitionRow>((row) => definitionRecord(row, frame))),
      ...statistics.map(captured<StatisticRow>((row) => statisticRecord(row))),
      ...trades.map(captured<OptionTradeRow>((row) => optionTradeRecord(row, frame))),
    ]
      .filter(({ recv }) => recv >= since)
      .sort((a, b) => a.recv - b.recv);
  }

  /** Capture time of the next record, ns since the origin; `Infinity` after the last. */
  get next(): number {
    return this.records[this.at]?.recv ?? Infinity;
  }

  /** Pushes what was captured before `recv`, ns since the origin. */
  pushUntil(recv: number, session: MergedInput): void {
    while (this.next < recv) {
      const record = this.records[this.at++].record();
      if (record !== null) session.push({ kind: 'option', record });
    }
  }
}

/**
 * Pushes records `[from, to)` of a batch, and between them those of the options, in the order of capture. What was captured at the
 * instant of a record of the future comes after it.
 */
export function pushMerged(
  session: MergedInput,
  batch: MboBatch,
  options: OptionFeed,
  from = 0,
  to = batch.length,
): void {
  const { origin } = session.frame;
  let pending = from;
  for (let i = from; i < to; i++) {
    const recv = origin.offset(batch.tsRecvWords, i);
    if (recv <= options.next) continue;
    if (i > pending) session.push({ kind: 'records', batch, from: pending, to: i });
    options.pushUntil(recv, session);
    pending = i;
  }
  if (to > pending) session.push({ kind: 'records', batch, from: pending, to });
}
