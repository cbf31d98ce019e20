/** Simulated sessions as Bronze holds them, and Silver and Gold of one: realistic input of the vectors. */
import { OrderBook } from '../../../graph/book/orderBook';
import { silverBars } from '../../../graph/bars/barsTable';
import { silverVacuum } from '../../../graph/bars/vacuum/vacuumTable';
import { goldEpisodes } from '../../../graph/episodes/episodeTables';
import { silverOptionExposure, silverOptionFlow } from '../../../graph/options/optionTables';
import { goldVectors } from '../../../graph/vectors/vectorsTable';
import { OpenedSession } from '../../support/openedSession';
import { restoreState, saveState } from '../../../graph/state/blob';
import type { Row, TableBatch } from '../../../graph/datasets/schema';
import type { DbnRecord } from '../../../graph/dbn';
import type { PriceRange } from '../../../graph/levels/priceRange';
import { tradeDates } from '../../../graph/market/calendar';
import { Action, MboBatch } from '../../../graph/records/mbo';
import { NS_PER_MINUTE } from '../../../graph/market/time';
import { frameOf, type SessionFrame, type SessionInputs } from '../../../graph/session/inputs';
import { OptionReplay, pushMerged, type OptionRows } from '../../../graph/session/optionReplay';
import { featureSettings } from '../../../graph/settings';
import { Simulation, type SimulationRequest } from '../../../graph/sim/simulation';
import { appendMbo } from '../../../lake/parquet/mbo';
import type { Tick } from '../../support/sessions';
import { ES, PRODUCTS } from '../../support/products';
import { rowsOf } from '../../support/tables';
import type { EpisodeVector } from '../../../graph/vectors/vectorBuilder';

/**
 * Round numbers and a wide choice of levels: many episodes a session. Exposures every five minutes, for they take the most
 * time; in lots, which a reflection of prices leaves as they are.
 */
export const SETTINGS = featureSettings.parse({
  levels: {
    kinds: ['PM_HIGH', 'PM_LOW', 'OR_HIGH', 'OR_LOW', 'SMA_90', 'EMA_20', 'PD_HIGH', 'PD_LOW', 'ROUND'],
    roundStepTicks: 40,
  },
  episodes: { approachTicks: 12, rearmTicks: 16, barrierTicks: 12 },
  options: { exposureBars: 60, gexScale: 'lots-per-point' },
});

/** Sessions begin a quarter of an hour before the pre-market, which the data must cover, and end at two. */
const BEFORE_OPEN = 5.75 * 60 * NS_PER_MINUTE;
const AFTER_OPEN = 4.5 * 60 * NS_PER_MINUTE;

export interface Session {
  inputs: SessionInputs;
  records: MboBatch;
  options: OptionRows;
}

export interface SessionsRequest extends Omit<SimulationRequest, 'symbol'> {
  /** Begin with the trade date's first record, and no book: that is known from the snapshot at midnight UTC on. */
  whole?: boolean;
}

export const NO_OPTIONS: OptionRows = { definitions: [], statistics: [], trades: [] };

/**
 * The sessions of a simulation without a roll, from a quarter to four in the morning to two, each with the book as it stood then and the range
 * of the day before up to two; but for the first, of which there is none.
 */
export function simulatedSessions({ whole, ...request }: SessionsRequest): Session[] {
  const all: MboBatch[] = [];
  const told: DbnRecord[] = [];
  let contract = '';
  const pool = { take: () => new MboBatch(8192), give: () => undefined };
  for (const output of new Simulation({ ...request, symbol: 'ES' }, pool, PRODUCTS).run()) {
    if (output.kind === 'file' && output.metadata.schema === 'mbo') [contract] = output.metadata.symbols;
    else if (output.kind === 'mbo') all.push(output.batch);
    else if (output.kind === 'records') told.push(...output.records);
  }

  let previousDay: PriceRange | undefined;
  let overnightBook: Uint8Array | undefined;
  return tradeDates(request.from, '2099-01-01', ES)
    .slice(0, request.days)
    .map((tradeDate) => {
      const dated = { contract, tradeDate, settings: SETTINGS };
      const frame = frameOf(dated);
      const { clock, product, origin } = frame;
      const options = { origin, tickNanos: product.tickNanos };
      const book = new OrderBook(options);
      if (overnightBook) restoreState(book, overnightBook);
      const apply = (records: MboBatch) => {
        for (let i = 0; i < records.length; i++) book.apply(records, i);
        return saveState(book);
      };
      const from = clock.rthOpen - BEFORE_OPEN;
      const bookThen = apply(recordsWithin(frame, all, clock.windowStart, from));
      const openingBook = whole ? undefined : bookThen;
      const to = clock.rthOpen + AFTER_OPEN;
      apply(recordsWithin(frame, all, from, to));
      const records = recordsWithin(frame, all, whole ? clock.windowStart : from, to);
      overnightBook = apply(recordsWithin(frame, all, to, clock.windowEnd));
      const inputs = { ...dated, previousDay, openingBook };
      previousDay = rangeOf(tradesOf({ inputs, records }).filter(({ t }) => t >= clock.rthOpen));
      return { inputs, records, options: optionsWithin(inputs, told) };
    });
}

/** Records captured within `(from, to]`, ns since the origin. */
function recordsWithin(
  { origin }: SessionFrame,
  all: readonly MboBatch[],
  from: number,
  to: number,
): MboBatch {
  const records = new MboBatch(all.reduce((sum, { length }) => sum + length, 0));
  for (const batch of all)
    for (let i = 0; i < batch.length; i++) {
      const recv = origin.offset(batch.tsRecvWords, i);
      if (recv > from && recv <= to) appendMbo(records, batch, i, i + 1);
    }
  return records;
}

function optionsWithin(inputs: SessionInputs, told: readonly DbnRecord[]): OptionRows {
  const { start, end } = frameOf(inputs).clock.session.window;
  const rows = { definitions: [], statistics: [], trades: [] } as {
    -readonly [K in keyof OptionRows]: OptionRows[K][number][];
  };
  for (const record of told) {
    if (!('tsRecv' in record) || record.tsRecv <= start || record.tsRecv > end) continue;
    if (record.type === 'definition') rows.definitions.push({ ...record, symbol: record.rawSymbol });
    else if (record.type === 'statistics') rows.statistics.push(record);
    else if (record.type === 'trades') rows.trades.push(record);
  }
  return rows;
}

/** The trades of a session, times never going back. */
export function tradesOf({ inputs, records }: Pick<Session, 'inputs' | 'records'>): Tick[] {
  const { origin, product } = frameOf(inputs);
  const trades: Tick[] = [];
  let t = -Infinity;
  for (let i = 0; i < records.length; i++) {
    if (records.action[i] !== Action.Trade) continue;
    t = Math.max(t, origin.offset(records.tsEventWords, i));
    trades.push({ t, price: Number(records.price[i]) / product.tickNanos });
  }
  return trades;
}

const rangeOf = (trades: readonly Tick[]): PriceRange => ({
  high: trades.reduce((high, { price }) => Math.max(high, price), -Infinity),
  low: trades.reduce((low, { price }) => Math.min(low, price), Infinity),
});

/** Silver fed as a driver does it: the future's records merged with what is told of the options. */
export class SilverDriver {
  readonly silver: OpenedSession;
  private readonly options: OptionReplay;

  constructor({ inputs, options }: Session) {
    this.silver = new OpenedSession(inputs, ['silver']);
    this.options = new OptionReplay(options, this.silver.frame);
  }

  push(batch: MboBatch, from = 0, to = batch.length): void {
    pushMerged(this.silver, batch, this.options, from, to);
  }

  /** What vectors are computed from: bars, vacuum, option flow, option exposure. */
  take(): TableBatch[] {
    return SILVER_TABLES.map((table) => this.silver.take(table));
  }
}

const SILVER_TABLES = [silverBars, silverVacuum, silverOptionFlow, silverOptionExposure];

/** The four tables of a whole session. */
export function silverOf(session: Session, to = session.records.length): TableBatch[] {
  const driver = new SilverDriver(session);
  driver.push(session.records, 0, to);
  driver.silver.finish();
  return driver.take();
}

/** Gold by itself, to be given Silver. */
export class GoldDriver {
  private readonly gold: OpenedSession;

  constructor(inputs: SessionInputs) {
    this.gold = new OpenedSession(inputs, ['gold']);
  }

  push(batch: MboBatch, from = 0, to = batch.length): void {
    this.gold.records(batch, from, to);
  }

  /** Bars last: the rows of a bar come no later than the bar. */
  onSilver(batches: readonly TableBatch[]): void {
    this.gold.rows(
      [...batches].sort((a, b) => Number(a.contract === silverBars) - Number(b.contract === silverBars)),
    );
  }

  finish(): void {
    this.gold.finish();
  }

  restart(): void {
    this.gold.restart();
  }

  save(): Uint8Array {
    return this.gold.save();
  }

  takeEpisodes(): TableBatch {
    return this.gold.take(goldEpisodes);
  }

  takeVectors(): TableBatch {
    return this.gold.take(goldVectors);
  }

  takeApproaches(): EpisodeVector[] {
    return this.gold.takeApproaches();
  }
}

export interface Gold {
  episodes: Row[];
  vectors: Row[];
  approaches: EpisodeVector[];
}

/** Episodes and vectors of a session, Silver given as a whole before the trades. */
export function goldOf({ inputs, records }: Session, silver: readonly TableBatch[], to?: number): Gold {
  const gold = new GoldDriver(inputs);
  gold.onSilver(silver);
  gold.push(records, 0, to);
  gold.finish();
  return {
    episodes: rowsOf(gold.takeEpisodes()),
    vectors: rowsOf(gold.takeVectors()),
    approaches: gold.takeApproaches(),
  };
}

export const rawOf = (row: Row) => row.raw as Float32Array;

/** Rows `from` to `to` of a table. */
export function slice({ contract, columns }: TableBatch, from: number, to: number): TableBatch {
  const cut = Object.entries(columns).map(([name, data]) => [name, data.slice(from, to)]);
  return { contract, rowCount: to - from, columns: Object.fromEntries(cut) as TableBatch['columns'] };
}

/** Bit patterns of a row's numbers, so that -0 and the last digit count. */
export const bitsOf = (row: Row) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      value instanceof Float32Array ? [...new Uint32Array(value.slice().buffer)].join() : String(value),
    ]),
  );

/** The same of a vector that no table holds. */
export const vectorBitsOf = ({ episode, raw, masked, sequence }: EpisodeVector) => ({
  episode,
  masked,
  raw: [...new BigUint64Array(raw.slice().buffer)].join(),
  sequence: [...new Uint32Array(sequence.slice().buffer)].join(),
});
