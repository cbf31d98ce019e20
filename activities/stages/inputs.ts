/** What a contract-date is built from, by the registry of raw files. */
import { RecordCoverage } from '../../graph/levels/coverage';
import type { PriceRange } from '../../graph/levels/priceRange';
import { previousTradeDate } from '../../graph/market/calendar';
import type { Products } from '../../graph/products/catalog';
import { dateFrame } from '../../graph/products/dateFrame';
import type { Lake } from '../../lake/lake';
import type { MergeInput } from '../../lake/raw/merge/recordStream';
import type { Piece, RawCatalog, RawFile } from '../../lake/raw/registry';

export interface RawInput extends MergeInput {
  digest: string;
  /** What it was called where it came from. */
  name: string;
  /** Records in the file, of every type and instrument; and order messages among them, as they were counted when it was imported. */
  records: number;
  mboRecords: number;
  /** The same by type. */
  byType: Readonly<Record<string, number>>;
  /** Instruments other than options whose symbol the file tells. */
  named: ReadonlySet<number>;
}

/** Files that overlap and are read together, mostly one alone. */
interface MboRun {
  files: RawInput[];
  /** Instrument ids of the contract, and those for which no file knows a symbol. */
  ours: ReadonlySet<number>;
  unmapped: ReadonlySet<number>;
  /** Before this, ns UTC, the ids were another contract's. */
  since?: bigint;
}

/** Runs of files in order of time. */
export interface RawInputs {
  mbo: MboRun[];
  definitions: RawInput[][];
  trades: RawInput[][];
  statistics: RawInput[][];
}

/** The raw files a contract-date would be built from now, in the order they are read. */
export function rawFilesOf(catalog: RawCatalog, contract: string, tradeDate: string): RawFile[] {
  const { product } = catalog.products.contractOf(contract, tradeDate);
  const mbo = catalog.pieces(contract, tradeDate).map(({ file }) => file);
  const others = OTHER_TYPES.flatMap((type) => catalog.filesWith(type, tradeDate, product));
  return [...new Set([...mbo, ...others])];
}

/**
 * What other files tell about the ids in these files and changes what is built from them, as one text; undefined where nothing does:
 * the ids of which nobody tells the symbol, and from when on the contract's ids were its own.
 */
export function symbolsTold(catalog: RawCatalog, contract: string, tradeDate: string): string | undefined {
  const pieces = catalog.pieces(contract, tradeDate);
  const files = new Set(pieces.map(({ file }) => file));
  const unmapped = catalog
    .unmapped(tradeDate)
    .filter(({ file }) => files.has(file))
    .map(({ file, instrument }) => `${instrument.instrumentId} in ${file.digest.slice(0, 8)}`);
  const since = latest(pieces.map((piece) => catalog.since(piece)));
  const told = [...unmapped.sort(), ...(since === undefined ? [] : [`since ${since}`])];
  return told.length === 0 ? undefined : told.join(', ');
}

/** Records of a contract-date besides MBO. */
const OTHER_TYPES = ['definition', 'trades', 'statistics'] as const;

/** The raw files that overlap the window of a contract-date. */
export async function rawInputs(lake: Lake, contract: string, tradeDate: string): Promise<RawInputs> {
  const catalog = await lake.raw.catalog();
  const { product } = catalog.products.contractOf(contract, tradeDate);
  const input = async (file: RawFile): Promise<RawInput> => ({
    ...(await lake.raw.mergeInputOf(file)),
    digest: file.digest,
    name: file.name,
    records: file.records,
    mboRecords: file.byType.mbo ?? 0,
    byType: file.byType,
    named: new Set(
      file.coverage.instruments.flatMap(({ instrumentId, symbol }) => (symbol === null ? [] : instrumentId)),
    ),
  });
  const run = async (pieces: readonly Piece[]): Promise<MboRun> => {
    const files = [...new Set(pieces.map(({ file }) => file))];
    const ours = new Set(pieces.map(({ instrument }) => instrument.instrumentId));
    const unmapped = catalog.unmapped(tradeDate).filter(({ file }) => files.includes(file));
    return {
      files: await Promise.all(files.map(input)),
      ours,
      unmapped: new Set(
        unmapped.map(({ instrument }) => instrument.instrumentId).filter((id) => !ours.has(id)),
      ),
      since: latest(pieces.map((piece) => catalog.since(piece))),
    };
  };
  const [definitions, trades, statistics] = await Promise.all(
    OTHER_TYPES.map((type) =>
      Promise.all(catalog.fileRuns(type, tradeDate, product).map((files) => Promise.all(files.map(input)))),
    ),
  );
  return {
    mbo: await Promise.all(catalog.runs(contract, tradeDate).map(run)),
    definitions,
    trades,
    statistics,
  };
}

const latest = (times: readonly (bigint | undefined)[]): bigint | undefined =>
  times.reduce((a, b) => (a === undefined || (b !== undefined && b > a) ? b : a), undefined);

/**
 * RTH range of the same contract on the trade date before, ticks; undefined where the raw files hold no trades of it, or do not cover
 * all of it: a part's high and low are not those of the day.
 */
export function previousDay(
  catalog: RawCatalog,
  products: Products,
  contract: string,
  tradeDate: string,
): PriceRange | undefined {
  const { product } = products.contractOf(contract, tradeDate);
  const before = previousTradeDate(tradeDate, product);
  const trading = tradingOn(catalog, contract, before);
  if (!trading || trading.rthHigh === null || trading.rthLow === null) return undefined;
  if (!coversRth(catalog, contract, before)) return undefined;
  const tick = BigInt(product.tickNanos);
  return { high: Number(trading.rthHigh / tick), low: Number(trading.rthLow / tick) };
}

const tradingOn = (catalog: RawCatalog, contract: string, tradeDate: string) =>
  catalog.trading(tradeDate).find(({ symbol }) => symbol === contract);

/** Whether the raw files cover the regular hours of a contract-date. */
export function coversRth(catalog: RawCatalog, contract: string, tradeDate: string): boolean {
  const trading = tradingOn(catalog, contract, tradeDate);
  if (!trading) return false;
  const { clock, origin } = dateFrame(catalog.products.contractOf(contract, tradeDate).product, tradeDate);
  const coverage = new RecordCoverage(clock);
  for (const { first, last } of trading.captured)
    coverage.capturedFrom(Number(first - origin.ns), Number(last - origin.ns));
  return coverage.gapIn(clock.rthOpen, clock.rthClose) === null;
}

export const previousDayOf = async (lake: Lake, contract: string, tradeDate: string) =>
  previousDay(await lake.raw.catalog(), lake.products, contract, tradeDate);
