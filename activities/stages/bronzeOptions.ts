/** The smaller Bronze tables: definitions of the future and its options, trades of those options, and statistics. */
import { encodeRecord, type RecordView } from '../../graph/dbn/record';
import type { DbnRecord } from '../../graph/dbn/records';
import { concerns } from '../../graph/options/concern';
import { definitionFault } from '../../graph/options/definition';
import type { OptionRecordFacts } from '../../graph/quality/checks';
import type { LetterType } from '../../graph/records/deadLettersTable';
import { definitionFields, definitionRows } from '../../graph/records/definitionsTable';
import { optionTradeRows } from '../../graph/records/optionTradesTable';
import { statisticRows } from '../../graph/records/statisticsTable';
import { isKnownTime, type DeadLetterReason } from '../../graph/records/validate';
import { statisticFault, tradeFault } from '../../graph/records/validateOptions';
import type { SessionFrame } from '../../graph/session/inputs';
import { readDbn } from '../../lake/raw/dbnFile';
import type { DeadLetters } from './deadLetters';
import type { OptionInput, RawInputs } from './inputs';

/** What became of a record: used, of another instrument, or set aside for a reason. */
type Verdict = 'used' | 'other' | DeadLetterReason;
type OptionKind = Exclude<LetterType, 'mbo'>;

export class BronzeOptions {
  readonly definitions = definitionRows();
  readonly trades = optionTradeRows();
  readonly statistics = statisticRows();
  readonly facts: OptionRecordFacts = {
    fileRecords: 0,
    records: 0,
    deadLetters: 0,
    otherInstruments: 0,
    outsideWindow: 0,
  };
  /** Symbols of the future and of the options on it, by instrument id, as far as definitions told; null of other instruments. */
  private readonly symbols = new Map<number, string | null>();

  constructor(
    private readonly contract: string,
    private readonly frame: SessionFrame,
    private readonly letters: DeadLetters,
  ) {}

  /** Reads definitions first: they say which trades and statistics belong to the contract. */
  async read({ definitions, trades, statistics }: RawInputs, signal: AbortSignal): Promise<void> {
    await this.readFiles('definition', definitions, signal, (record) => this.define(record));
    await this.readFiles('trades', trades, signal, (record, file) => this.trade(record, file));
    await this.readFiles('statistics', statistics, signal, (record, file) => this.state(record, file));
  }

  private async readFiles<Kind extends OptionKind>(
    kind: Kind,
    files: readonly OptionInput[],
    signal: AbortSignal,
    judge: (record: DbnRecord<Kind>, file: OptionInput) => Verdict,
  ): Promise<void> {
    const { facts } = this;
    const { start, end } = this.frame.clock.session.window;
    for (const file of files) {
      facts.fileRecords += file.kindRecords;
      this.letters.source = file.digest;
      // What does not say when it was captured belongs where the record before it does.
      let within = true;
      const take = (view: RecordView) => {
        if (view.type !== kind) return;
        const recv = view.tsRecv!;
        if (isKnownTime(recv)) within = recv > start && recv <= end;
        if (!within) return void facts.outsideWindow++;
        const record = view.decode() as DbnRecord<Kind>;
        const verdict = judge(record, file);
        if (verdict === 'used') facts.records++;
        else if (verdict === 'other') facts.otherInstruments++;
        else {
          facts.deadLetters++;
          this.letters.addRecord(kind, record, encodeRecord(record), view.offset, verdict);
        }
      };
      const { acceptTruncated } = file;
      await readDbn(file.path, { record: take, mbo: () => undefined }, { signal, acceptTruncated });
    }
  }

  private define(record: DbnRecord<'definition'>): Verdict {
    const { product, clock } = this.frame;
    const symbol = record.rawSymbol;
    const ours = concerns({ ...record, symbol }, this.contract, product.optionRoots);
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

  private trade(record: DbnRecord<'trades'>, file: OptionInput): Verdict {
    const symbol = this.symbolOf(record.instrumentId, file);
    if (symbol === undefined) return 'instrument_undefined';
    if (symbol === null || symbol === this.contract) return 'other';
    const fault = tradeFault(record);
    if (fault === null) this.trades.push({ record, symbol });
    return fault ?? 'used';
  }

  private state(record: DbnRecord<'statistics'>, file: OptionInput): Verdict {
    const symbol = this.symbolOf(record.instrumentId, file);
    if (symbol === undefined) return 'instrument_undefined';
    if (symbol === null) return 'other';
    const fault = statisticFault(record);
    if (fault === null) this.statistics.push({ record, symbol });
    return fault ?? 'used';
  }

  /** Null for an instrument known to be another one, undefined for one of which nothing is known. */
  private symbolOf(instrumentId: number, { named }: OptionInput): string | null | undefined {
    const symbol = this.symbols.get(instrumentId);
    return symbol === undefined && named.has(instrumentId) ? null : symbol;
  }
}
