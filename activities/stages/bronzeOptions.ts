/** The smaller Bronze tables: definitions of the product's futures and their options, trades of those options, and statistics. */
import { encodeRecord, type RecordView } from '../../graph/dbn/record';
import type { DbnRecord } from '../../graph/dbn/records';
import { concerns } from '../../graph/options/concern';
import { definitionFault } from '../../graph/options/definition';
import type { OptionRecordFacts } from '../../graph/quality/checks';
import type { MergedFiles } from '../../graph/quality/overlaps';
import type { LetterType } from '../../graph/records/deadLettersTable';
import { definitionFields, definitionRows } from '../../graph/records/definitionsTable';
import { optionTradeRows } from '../../graph/records/optionTradesTable';
import { statisticRows } from '../../graph/records/statisticsTable';
import { futureSymbol } from '../../graph/products/symbols';
import { isKnownTime, type DeadLetterReason } from '../../graph/records/validate';
import { statisticFault, tradeFault } from '../../graph/records/validateOptions';
import type { SessionFrame } from '../../graph/session/inputs';
import type { DeadLetters } from './deadLetters';
import type { RawInput, RawInputs } from './inputs';
import { readRecords, type Place } from './rawRuns';

/** What became of a record: used, of another instrument, or set aside for a reason. */
type Verdict = 'used' | 'other' | DeadLetterReason;
/** Whether files tell of an instrument, other than an option, what it is. */
type Named = (instrumentId: number) => boolean;
type OptionKind = Exclude<LetterType, 'mbo'>;

export class BronzeOptions {
  readonly definitions = definitionRows();
  readonly trades = optionTradeRows();
  readonly statistics = statisticRows();
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

  constructor(
    private readonly frame: SessionFrame,
    private readonly letters: DeadLetters,
  ) {}

  /**
   * Reads definitions first: they say which trades and statistics belong to the product.
   * @returns files that overlap
   */
  async read({ definitions, trades, statistics }: RawInputs, signal: AbortSignal): Promise<MergedFiles[]> {
    return [
      ...(await this.readRuns('definition', definitions, signal, (record) => this.define(record))),
      ...(await this.readRuns('trades', trades, signal, (record, named) => this.trade(record, named))),
      ...(await this.readRuns('statistics', statistics, signal, (record, named) =>
        this.state(record, named),
      )),
    ];
  }

  private async readRuns<Kind extends OptionKind>(
    kind: Kind,
    runs: readonly RawInput[][],
    signal: AbortSignal,
    judge: (record: DbnRecord<Kind>, named: Named) => Verdict,
  ): Promise<MergedFiles[]> {
    const { facts } = this;
    const { start, end } = this.frame.clock.session.window;
    const merged: MergedFiles[] = [];
    for (const run of runs) {
      const named: Named = (id) => run.some((file) => file.named.has(id));
      // What does not say when it was captured belongs where the record before it does.
      let within = true;
      const take = (view: RecordView, place: Place) => {
        const recv = view.tsRecv!;
        if (isKnownTime(recv)) within = recv > start && recv <= end;
        if (!within) {
          facts.outsideWindow++;
          return;
        }
        const record = view.decode() as DbnRecord<Kind>;
        const verdict = judge(record, named);
        if (verdict === 'used') facts.records++;
        else if (verdict === 'other') facts.otherInstruments++;
        else {
          facts.deadLetters++;
          this.letters.addRecord(kind, record, encodeRecord(record), place, verdict);
        }
      };
      facts.fileRecords += run.reduce((sum, { byType }) => sum + (byType[kind] ?? 0), 0);
      const left = await readRecords(run, kind, take, signal);
      if (left) merged.push(left);
      facts.duplicates += left?.duplicates ?? 0;
    }
    return merged;
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
