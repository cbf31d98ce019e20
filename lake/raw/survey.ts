/**
 * What a raw file covers: found out once, when the file is imported, so that it need not be opened again to know whether
 * a build reads it. Which contract was traded most on a day, and between which prices, is answered from here alone.
 */
import { CALENDAR_YEARS, sessionOf, tradeDateOf, type TradeSession } from '../../graph/market/calendar';
import { dayOf, type IsoDate } from '../../graph/market/days';
import { Action, UNDEF_PRICE, type MboBatch } from '../../graph/records/mbo';
import { isSpread } from '../../graph/products/symbols';
import { INDEX_CALENDAR, type TradingCalendar } from '../../graph/market/hours';
import type { Products } from '../../graph/products/catalog';
import { TimeOrigin } from '../../graph/market/time';
import { UNDEF_TIMESTAMP } from '../../graph/dbn/constants';
import { utcDate } from '../../graph/dbn/text';
import type { RecordView } from '../../graph/dbn/record';
import type { RecordType } from '../../graph/dbn/records';
import { SymbolResolver, type SymbolInterval } from '../../graph/dbn/symbology';
import { calendarText, rootIn } from './calendars';
import { SpymasterError } from '../../graph/errors';
import { listingOf } from './listing';
import { readDbn, type DbnSummary, type ReadDbnOptions } from './dbnFile';
import type { Coverage, DayCoverage, InstrumentCoverage } from './registry';
import { isRawSymbol } from './symbolTable';

/** Raised whenever files are counted in another way: entries written before are counted again. */
export const COUNTING = 2;

/** The times the calendar knows trade dates of, a few days in from its ends; ns UTC. */
const yearStart = (year: number) => BigInt(dayOf(year, 1, 1)) * 86_400_000_000_000n;
const FIRST_TIME = yearStart(CALENDAR_YEARS.first + 1);
const LAST_TIME = yearStart(CALENDAR_YEARS.last);

/** Instruments times days counted at most, about 400 bytes of memory each. */
const MOST_TALLIES = 1_200_000;

/** A trade date's times in ns since its origin, for all tallies of it. */
class DayFrame {
  readonly origin: TimeOrigin;
  readonly windowEnd: number;
  readonly rthOpen: number;
  readonly rthClose: number;

  constructor(readonly session: TradeSession) {
    this.origin = new TimeOrigin(session.window.start);
    this.windowEnd = this.offset(session.window.end);
    this.rthOpen = this.offset(session.rthOpen);
    this.rthClose = this.offset(session.rthClose);
  }

  offset(ns: bigint): number {
    return Number(ns - this.origin.ns);
  }
}

/** Counts of one instrument on one trade date. Times are ns since the day's origin. */
export class DayTally {
  private records: Partial<Record<RecordType, number>> | null = null;
  private mbo = 0;
  private firstTs = Infinity;
  private lastTs = -Infinity;
  private volume = 0;
  private rthVolume = 0;
  private high = -UNDEF_PRICE;
  private low = UNDEF_PRICE;
  private rthHigh = -UNDEF_PRICE;
  private rthLow = UNDEF_PRICE;

  constructor(
    readonly session: TradeSession,
    readonly symbol: string | null,
    private readonly frame = new DayFrame(session),
  ) {}

  /** Counts an MBO record, if its capture time belongs to this trade date. */
  addMbo(batch: MboBatch, i: number): boolean {
    const { origin, windowEnd } = this.frame;
    const t = origin.offset(batch.tsRecvWords, i);
    if (!(t > 0 && t <= windowEnd)) return false;
    this.mbo++;
    if (t < this.firstTs) this.firstTs = t;
    if (t > this.lastTs) this.lastTs = t;
    if (batch.action[i] === Action.Trade)
      this.trade(origin.offset(batch.tsEventWords, i), batch.price[i], batch.size[i]);
    return true;
  }

  /** Counts any other record. */
  add(type: RecordType, ts: bigint): void {
    const t = this.frame.offset(ts);
    this.records ??= {};
    this.records[type] = (this.records[type] ?? 0) + 1;
    if (t < this.firstTs) this.firstTs = t;
    if (t > this.lastTs) this.lastTs = t;
  }

  /** @param t matching-engine time, ns since the origin; @param price 1e-9; @param size lots */
  trade(t: number, price: bigint, size: number): void {
    this.volume += size;
    const rth = t >= this.frame.rthOpen && t < this.frame.rthClose;
    if (rth) this.rthVolume += size;
    if (price === UNDEF_PRICE) return;
    if (price > this.high) this.high = price;
    if (price < this.low) this.low = price;
    if (!rth) return;
    if (price > this.rthHigh) this.rthHigh = price;
    if (price < this.rthLow) this.rthLow = price;
  }

  coverage(): DayCoverage {
    const records = this.mbo > 0 ? { ...this.records, mbo: this.mbo } : (this.records ?? {});
    const { origin } = this.frame;
    const traded = this.low <= this.high;
    const rth = this.rthLow <= this.rthHigh;
    return {
      tradeDate: this.session.tradeDate,
      records,
      firstTs: origin.absolute(this.firstTs),
      lastTs: origin.absolute(this.lastTs),
      volume: this.volume,
      high: traded ? this.high : null,
      low: traded ? this.low : null,
      rthVolume: this.rthVolume,
      rthHigh: rth ? this.rthHigh : null,
      rthLow: rth ? this.rthLow : null,
    };
  }
}

/** Tallies by publisher, instrument and trade date, found quickly when records of one come in runs. */
class Tallies {
  private readonly lastFrames = new Map<TradingCalendar, DayFrame>();
  private readonly byInstrument = new Map<number, DayTally[]>();
  private lastKey = -1;
  private last: DayTally | undefined;
  private made = 0;
  /** Records whose time lies outside the calendar's years. */
  undated = 0;

  constructor(
    private readonly resolver: SymbolResolver,
    private readonly products: Products,
  ) {}

  /** @param offset where the batch lies in the stream, records `stride` bytes apart */
  addMbo(batch: MboBatch, offset: number, stride: number): void {
    for (let i = 0; i < batch.length; i++) {
      const key = keyOf(batch.publisherId[i], batch.instrumentId[i]);
      if (key === this.lastKey && this.last!.addMbo(batch, i)) continue;
      const tally = this.tally(
        batch.publisherId[i],
        batch.instrumentId[i],
        batch.tsRecv[i],
        offset + i * stride,
      );
      tally?.addMbo(batch, i);
      this.lastKey = tally ? key : -1;
      this.last = tally;
    }
  }

  /**
   * The tally of a record's instrument and trade date; `undefined` for a record without a usable time.
   * @throws SpymasterError UnsupportedDbn, with the record's offset, where the file has more of them than can be counted
   */
  tally(publisherId: number, instrumentId: number, ts: bigint, offset: number): DayTally | undefined {
    const key = keyOf(publisherId, instrumentId);
    const days = this.byInstrument.get(key) ?? [];
    const known = days.find(({ session }) => isWithin(session, ts));
    if (known) return known;
    if (ts < FIRST_TIME || ts >= LAST_TIME) {
      this.undated++;
      return undefined;
    }
    if (++this.made > MOST_TALLIES) throw tooMany(offset);
    const symbol = this.resolver.symbolOf(instrumentId, utcDate(ts));
    const frame = this.frameAt(ts, this.calendarOf(symbol));
    const made = new DayTally(frame.session, symbol, frame);
    if (days.length === 0) this.byInstrument.set(key, days);
    days.push(made);
    return made;
  }

  *entries(): Generator<{ publisherId: number; instrumentId: number; days: DayTally[] }> {
    for (const [key, days] of this.byInstrument)
      yield { publisherId: Math.floor(key / 2 ** 32), instrumentId: key % 2 ** 32, days };
  }

  /** Whose trade dates an instrument's records belong to; those of index futures where no product is known. */
  private calendarOf(symbol: string | null): TradingCalendar {
    const parsed = symbol === null ? null : this.products.parseSymbol(symbol);
    return parsed && 'product' in parsed ? parsed.product : INDEX_CALENDAR;
  }

  private frameAt(ts: bigint, calendar: TradingCalendar): DayFrame {
    const last = this.lastFrames.get(calendar);
    if (last && isWithin(last.session, ts)) return last;
    const frame = new DayFrame(sessionOf(tradeDateOf(ts, calendar), calendar));
    this.lastFrames.set(calendar, frame);
    return frame;
  }
}

const tooMany = (offset: number) =>
  new SpymasterError(
    'UnsupportedDbn',
    `More than ${MOST_TALLIES} instruments times days by byte ${offset}: import the file in parts, a day or a product each.`,
    { offset, expected: `at most ${MOST_TALLIES} instruments times days in a file` },
  );

const isWithin = ({ window }: TradeSession, ts: bigint) => ts > window.start && ts <= window.end;

const keyOf = (publisherId: number, instrumentId: number) => publisherId * 2 ** 32 + instrumentId;

/** Record types whose `price` and `size` are a trade. */
const TRADE_TYPES: ReadonlySet<string> = new Set(['trades', 'tbbo']);

/**
 * Reads a raw file from end to end, verifying it, and tells what it covers.
 * @param products whose trade dates and regular hours count for their contracts
 * @throws SpymasterError if the file is not DBN, is damaged or breaks off; see `readDbn`
 */
export async function surveyDbn(
  path: string,
  products: Products,
  options: ReadDbnOptions = {},
): Promise<{ summary: DbnSummary; coverage: Coverage }> {
  const resolver = new SymbolResolver();
  const tallies = new Tallies(resolver, products);
  const summary = await readDbn(
    path,
    {
      metadata: (metadata) => resolver.learnMetadata(metadata),
      mbo: (batch, offset, stride) => tallies.addMbo(batch, offset, stride),
      record: (view) => {
        resolver.learn(view);
        addRecord(tallies, view);
      },
    },
    options,
  );
  return { summary, coverage: summarise(tallies, resolver, products) };
}

function addRecord(tallies: Tallies, view: RecordView): void {
  const { type, publisherId, instrumentId, tsEvent } = view;
  if (type === 'system' || type === 'error' || type === 'symbol-mapping') return;
  const ts = view.tsRecv ?? tsEvent;
  const tally = tallies.tally(publisherId, instrumentId, ts, view.offset);
  if (!tally) return;
  tally.add(type, ts);
  if (!TRADE_TYPES.has(type)) return;
  const record = view.decode() as { price: bigint; size: number };
  tally.trade(Number(tsEvent - tally.session.window.start), record.price, record.size);
}

/**
 * Instruments one by one, but for options: a day of those is thousands of instruments, which are only read all together;
 * they are in the day's totals.
 */
function summarise(tallies: Tallies, resolver: SymbolResolver, products: Products): Coverage {
  const instruments: InstrumentCoverage[] = [];
  const roots = new Set<string | null>();
  const totals = new Map<IsoDate, Coverage['days'][number]>();
  for (const { publisherId, instrumentId, days } of tallies.entries()) {
    const covered = days.map((day) => day.coverage());
    for (const { tradeDate, records, firstTs, lastTs } of covered) {
      const total = totals.get(tradeDate) ?? { tradeDate, instruments: 0, records: {}, firstTs, lastTs };
      totals.set(tradeDate, total);
      if (firstTs < total.firstTs) total.firstTs = firstTs;
      if (lastTs > total.lastTs) total.lastTs = lastTs;
      total.instruments++;
      for (const [type, count] of Object.entries(records))
        total.records[type] = (total.records[type] ?? 0) + count;
    }
    for (const symbol of new Set(days.map((day) => day.symbol)))
      if (symbol === null || !isSpread(symbol)) roots.add(rootIn(symbol));
    const listed = days.filter(({ symbol }) => symbol === null || !isOption(symbol, products));
    if (listed.length === 0) continue;
    const symbol = listed.findLast((day) => day.symbol !== null)?.symbol ?? null;
    const own = listed.map((day) => day.coverage()).sort((x, y) => (x.tradeDate < y.tradeDate ? -1 : 1));
    instruments.push({ publisherId, instrumentId, symbol, days: own });
  }
  const days = [...totals.values()].sort((a, b) => (a.tradeDate < b.tradeDate ? -1 : 1));
  instruments.sort((a, b) => a.publisherId - b.publisherId || a.instrumentId - b.instrumentId);
  const named = [...roots].filter((root) => root !== null).sort();
  // Spreads alone tell no root.
  const all = roots.size > 0 && named.length === roots.size ? named : null;
  const calendars = Object.fromEntries(named.map((root) => [root, calendarText(products, root)]));
  const names = namesTold(resolver, products, days.at(0)?.firstTs ?? 0n, days.at(-1)?.lastTs ?? 0n);
  const { undated } = tallies;
  return {
    counting: COUNTING,
    ...listingOf(instruments, names, products),
    days,
    undated,
    roots: all,
    calendars,
  };
}

/**
 * Which raw symbols a file tells for which ids; options are left out, as above. A live capture's mappings without a beginning or an
 * end hold as long as it recorded.
 * @param first capture time of the file's first record, ns UTC; @param last of its last
 */
function namesTold(
  resolver: SymbolResolver,
  products: Products,
  first: bigint,
  last: bigint,
): SymbolInterval[] {
  return resolver
    .all()
    .filter(({ symbol }) => isRawSymbol(symbol) && !isOption(symbol, products))
    .map(({ instrumentId, symbol, from, to }) => ({
      instrumentId,
      symbol,
      from: from === 0n ? first : from,
      to: to === UNDEF_TIMESTAMP ? last + 1n : to,
    }));
}

const isOption = (symbol: string, products: Products) => products.parseSymbol(symbol).kind === 'option';

/** Whether a file would be counted the same now: a product may have become known since, or its hours have changed. */
export const isCountedAs = ({ counting, calendars }: Coverage, products: Products): boolean =>
  counting === COUNTING &&
  Object.entries(calendars).every(([root, text]) => text === calendarText(products, root));
