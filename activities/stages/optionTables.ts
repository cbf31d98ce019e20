/** The smaller Bronze tables: definitions of the future and its options, trades of those options, and statistics. */
import { TableBuilder } from '../../graph/datasets/schema';
import { bronzeDefinitions, bronzeOptionTrades, bronzeStatistics } from '../../graph/records/bronzeTables';
import { UNDEF_STAT_QUANTITY, UNDEF_TIMESTAMP } from '../../graph/dbn/constants';
import { concerns } from '../../graph/options/concern';
import type { RecordView } from '../../graph/dbn/record';
import type { DbnRecord } from '../../graph/dbn/records';
import { UNDEF_PRICE } from '../../graph/records/mbo';
import type { SessionFrame } from '../../graph/session/inputs';
import { readDbn } from '../../lake/raw/dbnFile';
import type { RawInput, RawInputs } from './inputs';

const time = (ns: bigint) => (ns === UNDEF_TIMESTAMP ? null : BigInt.asIntN(64, ns));
const price = (value: bigint) => (value === UNDEF_PRICE ? null : value);
const quantity = (value: bigint) => (value === UNDEF_STAT_QUANTITY ? null : value);

export class OptionTables {
  readonly definitions = new TableBuilder(bronzeDefinitions);
  readonly trades = new TableBuilder(bronzeOptionTrades);
  readonly statistics = new TableBuilder(bronzeStatistics);
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
    for (const { path } of files)
      await readDbn(path, { record: (view) => inWindow(view) && take(view.decode()) }, { signal });
  }

  private define(record: DbnRecord): void {
    if (record.type !== 'definition') return;
    const belonging = { ...record, symbol: record.rawSymbol };
    if (!concerns(belonging, this.contract, this.frame.product.optionRoots)) return;
    this.symbols.set(record.instrumentId, record.rawSymbol);
    this.definitions.push({
      ts_recv: record.tsRecv,
      ts_event: record.tsEvent,
      instrument_id: BigInt(record.instrumentId),
      publisher_id: record.publisherId,
      symbol: record.rawSymbol,
      instrument_class: record.instrumentClass,
      asset: record.asset,
      underlying: record.underlying,
      underlying_id: BigInt(record.underlyingId),
      expiration: time(record.expiration),
      activation: time(record.activation),
      strike_price: price(record.strikePrice),
      min_price_increment: price(record.minPriceIncrement),
      unit_of_measure_qty: price(record.unitOfMeasureQty),
      display_factor: price(record.displayFactor),
      security_type: record.securityType,
      security_group: record.group,
      exchange: record.exchange,
      currency: record.currency,
      security_update_action: record.securityUpdateAction,
    });
  }

  private trade(record: DbnRecord): void {
    if (record.type !== 'trades') return;
    const symbol = this.symbols.get(record.instrumentId);
    if (symbol === undefined || symbol === this.contract) return;
    this.trades.push({
      ts_recv: record.tsRecv,
      ts_event: record.tsEvent,
      instrument_id: BigInt(record.instrumentId),
      publisher_id: record.publisherId,
      symbol,
      price: record.price,
      size: BigInt(record.size),
      side: record.side,
      flags: record.flags,
      sequence: BigInt(record.sequence),
      ts_in_delta: record.tsInDelta,
    });
  }

  private state(record: DbnRecord): void {
    if (record.type !== 'statistics') return;
    const symbol = this.symbols.get(record.instrumentId);
    if (symbol === undefined) return;
    this.statistics.push({
      ts_recv: record.tsRecv,
      ts_event: record.tsEvent,
      instrument_id: BigInt(record.instrumentId),
      publisher_id: record.publisherId,
      symbol,
      ts_ref: time(record.tsRef),
      stat_type: record.statType,
      price: price(record.price),
      quantity: quantity(record.quantity),
      update_action: record.updateAction,
      stat_flags: record.statFlags,
      sequence: BigInt(record.sequence),
      ts_in_delta: record.tsInDelta,
    });
  }
}
