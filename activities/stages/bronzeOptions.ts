/** The smaller Bronze tables: definitions of the product's futures and their options, trades of those options, and statistics. */
import { concerns } from '../../graph/options/concern';
import type { RecordView } from '../../graph/dbn/record';
import type { DbnRecord, RecordType } from '../../graph/dbn/records';
import type { MergedFiles } from '../../graph/quality/overlaps';
import { definitionRows } from '../../graph/records/definitionsTable';
import { optionTradeRows } from '../../graph/records/optionTradesTable';
import { statisticRows } from '../../graph/records/statisticsTable';
import { futureSymbol } from '../../graph/products/symbols';
import type { SessionFrame } from '../../graph/session/inputs';
import type { RawInput, RawInputs } from './inputs';
import { readRecords } from './rawRuns';

export class BronzeOptions {
  readonly definitions = definitionRows();
  readonly trades = optionTradeRows();
  readonly statistics = statisticRows();
  /** Symbols of the futures and of the options on them, by instrument id, as far as definitions told. */
  private readonly symbols = new Map<number, string>();

  constructor(private readonly frame: SessionFrame) {}

  /**
   * Reads definitions first: they say which trades and statistics belong to the product.
   * @returns files that overlap
   */
  async read({ definitions, trades, statistics }: RawInputs, signal: AbortSignal): Promise<MergedFiles[]> {
    return [
      ...(await this.readRuns(definitions, 'definition', signal, (record) => this.define(record))),
      ...(await this.readRuns(trades, 'trades', signal, (record) => this.trade(record))),
      ...(await this.readRuns(statistics, 'statistics', signal, (record) => this.state(record))),
    ];
  }

  private async readRuns(
    runs: readonly RawInput[][],
    type: RecordType,
    signal: AbortSignal,
    take: (record: DbnRecord) => void,
  ): Promise<MergedFiles[]> {
    const { start, end } = this.frame.clock.session.window;
    const inWindow = (view: RecordView) => {
      const recv = view.tsRecv;
      if (recv !== null && recv > start && recv <= end) take(view.decode());
    };
    const merged: MergedFiles[] = [];
    for (const run of runs) {
      const left = await readRecords(run, type, inWindow, signal);
      if (left) merged.push(left);
    }
    return merged;
  }

  private define(record: DbnRecord): void {
    if (record.type !== 'definition') return;
    const symbol = record.rawSymbol;
    if (!concerns({ ...record, symbol }, this.frame.product)) return;
    this.symbols.set(record.instrumentId, symbol);
    this.definitions.push({ record, symbol });
  }

  private trade(record: DbnRecord): void {
    if (record.type !== 'trades') return;
    const symbol = this.symbols.get(record.instrumentId);
    // Futures trade in records of their own.
    if (symbol !== undefined && futureSymbol(symbol) === null) this.trades.push({ record, symbol });
  }

  private state(record: DbnRecord): void {
    if (record.type !== 'statistics') return;
    const symbol = this.symbols.get(record.instrumentId);
    if (symbol !== undefined) this.statistics.push({ record, symbol });
  }
}
