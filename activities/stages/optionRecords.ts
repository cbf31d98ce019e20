/**
 * Definitions of a product's futures and their options, trades of those options, and statistics, on their way into Bronze: each is used, of
 * another instrument, or set aside for a reason. Definitions say which trades and statistics belong to the product.
 */
import { encodeRecord, type RecordView } from '../../graph/dbn/record';
import type { DbnRecord } from '../../graph/dbn/records';
import type { TableBatch } from '../../graph/datasets/schema';
import { concerns } from '../../graph/options/concern';
import { definitionFault } from '../../graph/options/definition';
import type { OptionRecordFacts } from '../../graph/quality/checks';
import { definitionFields, definitionRows } from '../../graph/records/definitionsTable';
import { optionTradeRows } from '../../graph/records/optionTradesTable';
import { statisticRows } from '../../graph/records/statisticsTable';
import { futureSymbol } from '../../graph/products/symbols';
import { isKnownTime, type DeadLetterReason } from '../../graph/records/validate';
import { statisticFault, tradeFault } from '../../graph/records/validateOptions';
import type { SessionFrame } from '../../graph/session/inputs';
import type { StateReader, StateWriter } from '../../graph/state/codec';
import type { Stateful } from '../../graph/state/operator';
import type { DeadLetters } from './deadLetters';
import type { Place } from './rawRuns';

export const OPTION_KINDS = ['definition', 'trades', 'statistics'] as const;
export type OptionKind = (typeof OPTION_KINDS)[number];
export type AboutOptions = DbnRecord<OptionKind>;

/** What became of a record: used, of another instrument, of another day, or set aside for a reason. */
export type Verdict = 'used' | 'other' | 'outside' | DeadLetterReason;
/** Whether files tell of an instrument, other than an option, what it is. */
export type Named = (instrumentId: number) => boolean;

export class OptionRecords implements Stateful {
  private readonly definitions = definitionRows();
  private readonly trades = optionTradeRows();
  private readonly statistics = statisticRows();
  readonly facts: OptionRecordFacts = {
    fileRecords: 0,
    duplicates: 0,
    records: 0,
    deadLetters: 0,
    otherInstruments: 0,
    outsideWindow: 0,
  };
  /** Symbols of the futures and of the options on them, by instrument id, as far as definitions told; null of other instruments. */
  private readonly symbols = new Map<number, string | null>();
  /** What does not say when it was captured belongs where the record before it does. */
  private within = true;

  constructor(
    private readonly frame: SessionFrame,
    private readonly letters: DeadLetters,
  ) {}

  /** Records of another file begin. */
  beginRun(): void {
    this.within = true;
  }

  /** Whether a definition of the day has told what the instrument is. */
  isDefined(instrumentId: number): boolean {
    return this.symbols.has(instrumentId);
  }

  /** Whether a record captured then is of the trade date. */
  isWithin(recv: bigint): boolean {
    const { start, end } = this.frame.clock.session.window;
    if (isKnownTime(recv)) this.within = recv > start && recv <= end;
    return this.within;
  }

  /** Takes a record: its row, or its letter, waits to be taken. */
  take(view: RecordView, place: Place, named: Named): Verdict {
    if (!this.isWithin(view.tsRecv!)) {
      this.facts.outsideWindow++;
      return 'outside';
    }
    const record = view.decode() as AboutOptions;
    return this.count(record, place, this.judge(record, named));
  }

  /** Rows since they were taken last, a batch a table. */
  takeRows(): TableBatch[] {
    return [this.definitions.take(), this.trades.take(), this.statistics.take()];
  }

  save(out: StateWriter): void {
    const { fileRecords, duplicates, records, deadLetters, otherInstruments, outsideWindow } = this.facts;
    out.section('option records', 1);
    out.doubles([fileRecords, duplicates, records, deadLetters, otherInstruments, outsideWindow]);
    out.boolean(this.within);
    out.unsigned(this.symbols.size);
    for (const [id, symbol] of this.symbols) {
      out.unsigned(id);
      out.text(symbol ?? '');
    }
  }

  restore(from: StateReader): void {
    from.section('option records', 1);
    const [fileRecords, duplicates, records, deadLetters, otherInstruments, outsideWindow] = from.doubles(6);
    Object.assign(this.facts, {
      fileRecords,
      duplicates,
      records,
      deadLetters,
      otherInstruments,
      outsideWindow,
    });
    this.within = from.boolean();
    this.symbols.clear();
    for (let left = from.unsigned(); left > 0; left--) this.symbols.set(from.unsigned(), from.text() || null);
  }

  private judge(record: AboutOptions, named: Named): Verdict {
    if (record.type === 'definition') return this.define(record);
    return record.type === 'trades' ? this.trade(record, named) : this.state(record, named);
  }

  private count(record: AboutOptions, place: Place, verdict: Verdict): Verdict {
    const { facts } = this;
    if (verdict === 'used') facts.records++;
    else if (verdict === 'other') facts.otherInstruments++;
    else if (verdict !== 'outside') {
      facts.deadLetters++;
      this.letters.addRecord(record.type, record, encodeRecord(record), place, verdict);
    }
    return verdict;
  }

  private define(record: DbnRecord<'definition'>): Verdict {
    const { product, clock } = this.frame;
    const symbol = record.rawSymbol;
    const ours = concerns({ ...record, symbol }, product);
    const known = this.symbols.get(record.instrumentId);
    if (!ours) {
      this.symbols.set(record.instrumentId, known ?? null);
      return 'other';
    }
    if (!isKnownTime(record.tsRecv)) return 'ts_recv_undefined';
    const fault = definitionFault(definitionFields(record), product, clock.session.tradeDate);
    if (fault !== null) return fault;
    this.symbols.set(record.instrumentId, symbol);
    this.definitions.push({ record, symbol });
    return 'used';
  }

  private trade(record: DbnRecord<'trades'>, named: Named): Verdict {
    const symbol = this.symbolOf(record.instrumentId, named);
    if (symbol === undefined) return 'instrument_undefined';
    // Futures trade in records of their own.
    if (symbol === null || futureSymbol(symbol) !== null) return 'other';
    const fault = tradeFault(record);
    if (fault === null) this.trades.push({ record, symbol });
    return fault ?? 'used';
  }

  private state(record: DbnRecord<'statistics'>, named: Named): Verdict {
    const symbol = this.symbolOf(record.instrumentId, named);
    if (symbol === undefined) return 'instrument_undefined';
    if (symbol === null) return 'other';
    const fault = statisticFault(record);
    if (fault === null) this.statistics.push({ record, symbol });
    return fault ?? 'used';
  }

  /** Null for an instrument known to be another one, undefined for one of which nothing is known. */
  private symbolOf(instrumentId: number, named: Named): string | null | undefined {
    const symbol = this.symbols.get(instrumentId);
    return symbol === undefined && named(instrumentId) ? null : symbol;
  }
}
