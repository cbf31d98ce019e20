/** Which records of a file are wanted: by kind, by time and by symbol. */
import { NS_PER_DAY } from '../../../graph/market/easternTime';
import { isoDate } from '../../../graph/market/days';
import { windowOf } from '../../../graph/market/calendar';
import { INDEX_CALENDAR, type TradingCalendar } from '../../../graph/market/hours';
import { parseInstant } from '../../../graph/market/instant';
import {
  SymbolResolver,
  UNDEF_TIMESTAMP,
  type DbnMetadata,
  type RecordType,
  type RecordView,
  type Schema,
} from '../../../graph/dbn';
import { typeOfSchema } from '../../../graph/dbn/columns';
import { SpymasterError } from '../../../graph/errors';
import type { Products } from '../../../graph/products/catalog';
import { rootIn } from '../../../lake/raw/calendars';
import { summarize } from './recordListing';

export interface RecordRequest {
  /** An instant, or a trade date: from its beginning. Inclusive. */
  from?: string;
  /** An instant, exclusive; or a trade date: to its end. */
  to?: string;
  symbols?: readonly string[];
  schema?: Schema;
}

const TRADE_DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * The records of one file that were asked for, with their symbols. Times are compared as Databento does: by capture time
 * (`ts_recv`), and by `ts_event` for records without one.
 */
export class RecordFilter {
  private readonly resolver: SymbolResolver;
  private readonly cache = new Map<number, { day: number; symbol: string | null }>();
  private readonly from: bigint | undefined;
  private readonly to: bigint | undefined;
  private readonly type: RecordType | undefined;
  private readonly symbols: ReadonlySet<string> | undefined;
  /** Names met among the records, and how many were of other kinds than the one asked for. */
  private readonly met = new Set<string>();
  readonly otherTypes = new Map<RecordType, number>();

  /** @throws SpymasterError BadArgument for times that are none, or in the wrong order */
  constructor(metadata: DbnMetadata, { from, to, symbols, schema }: RecordRequest, products: Products) {
    this.resolver = new SymbolResolver(metadata);
    const calendar = calendarOf(metadata, products);
    this.from = from === undefined ? undefined : beginningOf(from, calendar);
    this.to = to === undefined ? undefined : endOf(to, calendar);
    if (this.from !== undefined && this.to !== undefined && this.from >= this.to)
      throw new SpymasterError('BadArgument', `--to ${to} is not after --from ${from}`, { field: '--to' });
    this.symbols = symbols && new Set(symbols);
    this.type = schema && typeOfSchema(schema);
  }

  /** Whether a record was asked for. Every record of the file is to be shown to it, for some name instruments. */
  wants(view: RecordView): boolean {
    if (view.type === 'definition' || view.type === 'symbol-mapping') {
      this.resolver.learn(view);
      this.cache.delete(view.instrumentId);
    }
    if (this.type !== undefined && view.type !== this.type) {
      this.otherTypes.set(view.type, (this.otherTypes.get(view.type) ?? 0) + 1);
      return false;
    }
    return this.inTime(view) && this.isOfSymbol(view);
  }

  /** What the record's instrument is called on its day. */
  symbolOf(view: RecordView): string | null {
    const day = Number(indexTime(view) / NS_PER_DAY);
    const { instrumentId } = view;
    const known = this.cache.get(instrumentId);
    if (known?.day === day) return known.symbol;
    const symbol = this.resolver.symbolOf(instrumentId, isoDate(day));
    this.cache.set(instrumentId, { day, symbol });
    return symbol;
  }

  /** @throws SpymasterError BadArgument for symbols that neither the file's head nor any of its records names */
  checkSymbols(): void {
    if (!this.symbols) return;
    const names = new Set([...this.resolver.all().map(({ symbol }) => symbol), ...this.met]);
    const unknown = [...this.symbols].filter((symbol) => !names.has(symbol));
    if (unknown.length > 0)
      throw new SpymasterError('BadArgument', `the file names no ${unknown.join(', ')}`, {
        field: '--symbols',
        expected: names.size > 0 ? summarize([...names]) : 'a file that names its symbols',
      });
  }

  private inTime(view: RecordView): boolean {
    if (this.from === undefined && this.to === undefined) return true;
    const time = indexTime(view);
    if (time === UNDEF_TIMESTAMP) return false;
    return (this.from === undefined || time >= this.from) && (this.to === undefined || time < this.to);
  }

  private isOfSymbol(view: RecordView): boolean {
    if (!this.symbols) return true;
    const symbol = this.symbolOf(view);
    return symbol !== null && this.symbols.has(symbol);
  }
}

const indexTime = (view: RecordView): bigint => view.tsRecv ?? view.tsEvent;

/** Trade dates are those of the first product of the file that is known. */
function calendarOf({ symbols, mappings }: DbnMetadata, products: Products): TradingCalendar {
  for (const symbol of [...symbols, ...mappings.map(({ rawSymbol }) => rawSymbol)]) {
    const root = rootIn(symbol);
    const product = root === null ? undefined : products.ownerOf(root);
    if (product) return product;
  }
  return INDEX_CALENDAR;
}

/** The window of a trade date leaves its first instant out, and has its last. */
const beginningOf = (text: string, calendar: TradingCalendar): bigint =>
  TRADE_DATE.test(text) ? windowOf(text, calendar).start + 1n : parseInstant(text);
const endOf = (text: string, calendar: TradingCalendar): bigint =>
  TRADE_DATE.test(text) ? windowOf(text, calendar).end + 1n : parseInstant(text);
