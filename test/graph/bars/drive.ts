/** Drives a bar builder over records as the session driver does. */
import { BarBuilder, type BarOptions } from '../../../graph/bars/barBuilder';
import { OrderBook } from '../../../graph/book/orderBook';
import type { ColumnData, Row, TableBatch } from '../../../graph/datasets/schema';
import { SESSION_NAMES, type SessionCode } from '../../../graph/market/calendar';
import { Flag, type MboBatch } from '../../../graph/records/mbo';
import { TimeOrigin } from '../../../graph/market/time';
import { restoreState, saveState } from '../../../graph/state/blob';
import { START, TICK } from './market';

/** Every minute another part of the session. */
const sessionAt = (t: number) => (((Math.floor(t / 60e9) % 5) + 5) % 5) as SessionCode;
export const sessionName = (t: number) => SESSION_NAMES[sessionAt(t)];

export const options: BarOptions = {
  tickNanos: Number(TICK),
  origin: new TimeOrigin(START),
  sessions: { codeAt: sessionAt },
};

export class Driver {
  readonly book: OrderBook;
  bars: BarBuilder;
  /** Rows taken before the operator was saved. */
  private readonly taken: Row[] = [];

  constructor(private barOptions: BarOptions = options) {
    this.book = new OrderBook(barOptions);
    this.bars = new BarBuilder(barOptions);
  }

  /** Records `from` (included) to `to` (excluded). */
  feed(batch: MboBatch, from = 0, to = batch.length): this {
    const { book } = this;
    for (let i = from; i < to; i++) {
      const t = this.barOptions.origin.offset(batch.tsEventWords, i);
      this.bars.beforeRecord(batch, i, t, book);
      book.apply(batch, i);
      this.bars.onRecord(batch, i, book);
      if ((batch.flags[i] & Flag.Last) !== 0) this.bars.onEventEnd(t, book);
    }
    return this;
  }

  /** Replaces the operator by what its saved form restores to. */
  restart(barOptions = this.barOptions): this {
    this.barOptions = barOptions;
    this.bars = restoreState(new BarBuilder(barOptions), this.save());
    return this;
  }

  save(): Uint8Array {
    this.taken.push(...rowsOf(this.bars.take()));
    return saveState(this.bars);
  }

  finish(end: number): Row[] {
    this.bars.finish(end, this.book);
    return [...this.taken, ...rowsOf(this.bars.take())];
  }
}

export function rowsOf({ columns, rowCount }: TableBatch): Row[] {
  const names = Object.keys(columns);
  return Array.from({ length: rowCount }, (_, i) =>
    Object.fromEntries(
      names.map((name) => [name, (columns[name] as Exclude<ColumnData, Float32Array[]>)[i] as Row[string]]),
    ),
  );
}

/** Differences between two rows in any column, as text; floating point sums may differ in their last digits. */
export function differences(got: Row, expected: Row): string[] {
  const names = new Set([...Object.keys(got), ...Object.keys(expected)]);
  const same = (a: Row[string], b: Row[string]) =>
    typeof a === 'number' && typeof b === 'number'
      ? Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-9 * (1 + Math.abs(b))
      : a === b;
  return [...names]
    .filter((name) => !same(got[name], expected[name]))
    .map((name) => `${name}: ${String(got[name])}, expected ${String(expected[name])}`);
}
