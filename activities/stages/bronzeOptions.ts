/** The smaller Bronze tables: definitions of the future and its options, trades of those options, and statistics. */
import { concerns } from '../../graph/options/concern';
import type { RecordView } from '../../graph/dbn/record';
import type { DbnRecord } from '../../graph/dbn/records';
import { definitionRows } from '../../graph/records/definitionsTable';
import { optionTradeRows } from '../../graph/records/optionTradesTable';
import { statisticRows } from '../../graph/records/statisticsTable';
import type { SessionFrame } from '../../graph/session/inputs';
import { readDbn } from '../../lake/raw/dbnFile';
import type { RawInput, RawInputs } from './inputs';

export class BronzeOptions {
  readonly definitions = definitionRows();
  readonly trades = optionTradeRows();
  readonly statistics = statisticRows();
  /** Symbols of the future and of the options on it, by instrument id, as far as definitions told. */
  private readonly symbols = new Map<number, string>();

  constructor(
    private readonly contract: string,
    private readonly frame: SessionFrame,
  ) {}

  /** Reads definitions first: they say which trades and statistics belong to the contract. */
  async read({ definitions, trades, statistics }: RawInputs, signal: AbortSignal): Promise<void> {
    await this.readFiles(definitions, signal, (record) => this.define(record));
    await this.readFiles(trades, signal, (record) => this.trade(record));
    await this.readFiles(statistics, signal, (record) => this.state(record));
  }

  private async readFiles(
    files: readonly RawInput[],
    signal: AbortSignal,
    take: (record: DbnRecord) => void,
  ): Promise<void> {
    const { start, end } = this.frame.clock.session.window;
    const inWindow = (view: RecordView) => {
      const recv = view.tsRecv;
      return recv !== null && recv > start && recv <= end;
    };
    for (const { path, acceptTruncated } of files)
      await readDbn(
        path,
        { record: (view) => inWindow(view) && take(view.decode()) },
        { signal, acceptTruncated },
      );
  }

  private define(record: DbnRecord): void {
    if (record.type !== 'definition') return;
    const symbol = record.rawSymbol;
    if (!concerns({ ...record, symbol }, this.contract, this.frame.product.optionRoots)) return;
    this.symbols.set(record.instrumentId, symbol);
    this.definitions.push({ record, symbol });
  }

  private trade(record: DbnRecord): void {
    if (record.type !== 'trades') return;
    const symbol = this.symbols.get(record.instrumentId);
    if (symbol !== undefined && symbol !== this.contract) this.trades.push({ record, symbol });
  }

  private state(record: DbnRecord): void {
    if (record.type !== 'statistics') return;
    const symbol = this.symbols.get(record.instrumentId);
    if (symbol !== undefined) this.statistics.push({ record, symbol });
  }
}
