/** The files of a UTC day besides the MBO: definitions, statistics and option trades. */
import { fileMetadata, type DbnRecord, type Schema } from '../../dbn';
import { previousTradeDate } from '../../market/calendar';
import type { Contract } from '../../products/contracts';
import { dayNumber, isoDate, type IsoDate } from '../../market/days';
import { utcMidnight } from '../../market/easternTime';
import type { Product } from '../../products/profile';
import { NS_PER_MINUTE } from '../../market/time';
import { simulatedDataset } from '../dataset';
import { futureDefinition, futureId, listedFutures, optionDefinition } from './definitions';
import { listsOptions, rootOf } from '../options/optionListing';
import { carryBetween, OptionMarket, type TapePoint } from '../options/optionMarket';
import type { SimulationOutput } from './output';
import type { Random } from '../../random/random';
import type { ScheduledFile } from '../flow/schedule';
import { statistic, StatType } from '../statistics';

/** Option trades a session: one per this many rows of the future, within bounds. */
const ROWS_PER_OPTION_TRADE = 60;
const OPTION_TRADES = { least: 2000, most: 60_000 };
/** Closing figures are published this long after trading, or the pre-open, begins. */
const PUBLISHED_AFTER = BigInt(10 * NS_PER_MINUTE);
const RECORD_SPACING = 40_000n;
const FINAL_AND_ACTUAL = 3;
const FIRST_OPEN_INTEREST = 2_050_000;
const OPEN_INTEREST_STEP = 8000;

/** A symbol and its instrument id. */
export type SymbolId = readonly [symbol: string, id: number];

/** Closing figures of a future: last price in points, lots traded, lots open. */
interface Closing {
  readonly contract: Contract;
  readonly price: number;
  readonly volume: number;
  readonly openInterest: number;
}

export class DayFiles {
  private readonly options: OptionMarket | null;
  private readonly closings = new Map<IsoDate, Closing>();
  /** Last trade date whose closing figures have been published. */
  private published: IsoDate = '';

  /**
   * @param origin ns since the epoch from which files count their times
   * @param firstPrice of the future, points @param events MBO rows a session
   */
  constructor(
    private readonly product: Product,
    private readonly origin: bigint,
    private readonly firstPrice: number,
    private readonly events: number,
    withOptions: boolean,
    private readonly random: Random,
  ) {
    this.options =
      withOptions && listsOptions(product) ? new OptionMarket(product, random.fork('options')) : null;
  }

  /** Keeps the closing figures of a trade date. */
  close(tradeDate: IsoDate, contract: Contract, price: number, volume: number): void {
    const before =
      this.closings.get(previousTradeDate(tradeDate, this.product))?.openInterest ?? FIRST_OPEN_INTEREST;
    const openInterest = before + Math.round(this.random.normal() * OPEN_INTEREST_STEP);
    this.closings.set(tradeDate, { contract, price, volume, openInterest });
  }

  /**
   * The day's files.
   * @param contract the front one @param tape of it: time, price in ticks and share of the session's activity in turn
   */
  *write(file: ScheduledFile, contract: Contract, tape: readonly number[]): Generator<SimulationOutput> {
    const { product, options } = this;
    const tick = product.tickNanos / 1e9;
    const before = previousTradeDate(file.date, product);
    const closing = this.closings.get(before) ?? {
      contract,
      price: this.firstPrice,
      volume: 0,
      openInterest: FIRST_OPEN_INTEREST,
    };
    const publishes = before !== this.published;
    this.published = before;
    if (publishes) options?.settle();
    options?.list(file.date, contract.symbol, tape.length > 0 ? tape[1] * tick : closing.price);

    const listed = options?.listed ?? [];
    const futures = listedFutures(product, file.date);
    const futureIds = futures.map((future): SymbolId => [future.symbol, futureId(future)]);
    const optionIds = listed.map((option): SymbolId => [option.symbol, option.instrumentId]);
    const optionParents = [...new Set(listed.map(({ symbol }) => `${rootOf(symbol)}.OPT`))];
    const all = [...futureIds, ...optionIds];
    const parents = [`${product.root}.FUT`, ...optionParents];

    const start = this.origin + BigInt(file.start);
    const reference = nanosOf(closing.price, product.tickNanos);
    yield this.header(file, 'definition', all, parents);
    yield {
      kind: 'records',
      records: [
        ...futures.map((future) => futureDefinition(future, start, reference)),
        ...listed.map((option) => optionDefinition(option, file.date, start)),
      ],
    };
    yield { kind: 'end' };
    if (publishes) {
      yield this.header(file, 'statistics', all, parents);
      yield { kind: 'records', records: this.statistics(file, before, closing, futures) };
      yield { kind: 'end' };
    }
    if (options === null) return;
    yield this.header(file, 'trades', optionIds, optionParents);
    yield { kind: 'records', records: options.trades(this.tapePoints(tape, tick)) };
    yield { kind: 'end' };
  }

  /** Begins a file. @param parents symbols requested, if not the raw ones */
  header(
    { date, start, end }: ScheduledFile,
    schema: Schema,
    symbols: readonly SymbolId[],
    parents?: string[],
  ): SimulationOutput {
    const endDate = isoDate(dayNumber(date) + 1);
    const metadata = fileMetadata({
      dataset: simulatedDataset(this.product.dataset),
      schema,
      start: this.origin + BigInt(start),
      end: this.origin + BigInt(end),
      stypeIn: parents ? 'parent' : 'raw_symbol',
      symbols: parents ?? symbols.map(([symbol]) => symbol),
      mappings: symbols.map(([rawSymbol, id]) => ({
        rawSymbol,
        intervals: [{ startDate: date, endDate, symbol: String(id) }],
      })),
    });
    return { kind: 'file', name: this.prefix(date) + schema, metadata };
  }

  /** With what the names of a UTC day's files begin. */
  prefix(date: IsoDate): string {
    const dataset = simulatedDataset(this.product.dataset).toLowerCase().replaceAll('.', '-');
    return `${dataset}-${date.replaceAll('-', '')}.`;
  }

  private tapePoints(tape: readonly number[], tick: number): TapePoint[] {
    const wanted = this.events / ROWS_PER_OPTION_TRADE;
    const trades = Math.min(Math.max(wanted, OPTION_TRADES.least), OPTION_TRADES.most);
    const points: TapePoint[] = [];
    for (let k = 0; k < tape.length; k += 3)
      points.push({
        at: this.origin + BigInt(tape[k]),
        price: tape[k + 1] * tick,
        trades: tape[k + 2] * trades,
      });
    return points;
  }

  /**
   * Settlement, volume and open interest of a trade date, and settlements of the other futures: they come in the first file of a later
   * UTC day.
   */
  private statistics(
    file: ScheduledFile,
    tradeDate: IsoDate,
    closing: Closing,
    futures: readonly Contract[],
  ): DbnRecord[] {
    const { contract, price, volume, openInterest } = closing;
    const at = this.origin + BigInt(file.active) + PUBLISHED_AFTER;
    const tsRef = utcMidnight(dayNumber(tradeDate));
    const settled = (points: number) => ({
      statType: StatType.Settlement,
      price: nanosOf(points, this.product.tickNanos),
      statFlags: FINAL_AND_ACTUAL,
    });
    const others = futures.filter(({ symbol }) => symbol !== contract.symbol);
    const figures = [
      { of: contract, ...settled(price) },
      { of: contract, statType: StatType.ClearedVolume, quantity: BigInt(volume) },
      { of: contract, statType: StatType.OpenInterest, quantity: BigInt(openInterest) },
      ...others.map((of) => ({ of, ...settled(price * carryBetween(contract, of)) })),
    ];
    const records: DbnRecord[] = figures.map(({ of, ...figure }, k) =>
      statistic(futureId(of), at + BigInt(k) * RECORD_SPACING, k + 1, { tsRef, ...figure }),
    );
    const then = at + BigInt(records.length) * RECORD_SPACING;
    if (this.options) records.push(...this.options.openInterest(tradeDate, then, RECORD_SPACING));
    return records;
  }
}

/** A price in points as 1e-9 units, on a tick. */
function nanosOf(points: number, tickNanos: number): bigint {
  return BigInt(Math.round((points * 1e9) / tickNanos)) * BigInt(tickNanos);
}
