/** What a contract-date is built from, by the registry of raw files. */
import type { PriceRange } from '../../graph/levels/priceRange';
import { previousTradeDate } from '../../graph/market/calendar';
import type { Products } from '../../graph/products/catalog';
import type { Lake } from '../../lake/lake';
import type { RawCatalog, RawFile } from '../../lake/raw/registry';

export interface RawInput {
  digest: string;
  /** On this machine. */
  path: string;
  /** Records in the file, of every type and instrument. */
  records: number;
  /** It breaks off, which was accepted when it was imported. */
  acceptTruncated: boolean;
}

interface MboInput extends RawInput {
  /** Order messages in the file, as they were counted when it was imported. */
  mboRecords: number;
  /** Instrument ids of the contract in this file, and those for which no file knows a symbol. */
  ours: ReadonlySet<number>;
  unmapped: ReadonlySet<number>;
  /** Before this, ns UTC, the ids were another contract's. */
  since?: bigint;
}

export interface OptionInput extends RawInput {
  /** Records in the file of the kind that is wanted of it, as they were counted when it was imported. */
  kindRecords: number;
  /** Instruments other than options whose symbol the file tells. */
  named: ReadonlySet<number>;
}

export interface RawInputs {
  /** In order of time. */
  mbo: MboInput[];
  definitions: OptionInput[];
  trades: OptionInput[];
  statistics: OptionInput[];
}

/** The files of a contract-date by what is wanted of them. */
function filesOf(catalog: RawCatalog, contract: string, tradeDate: string) {
  const { product } = catalog.products.contractOf(contract, tradeDate);
  return {
    mbo: catalog.pieces(contract, tradeDate).map(({ file }) => file),
    definitions: catalog.filesWith('definition', tradeDate, product),
    trades: catalog.filesWith('trades', tradeDate, product),
    statistics: catalog.filesWith('statistics', tradeDate, product),
  };
}

/** The raw files a contract-date would be built from now, in the order they are read. */
export const rawFilesOf = (catalog: RawCatalog, contract: string, tradeDate: string): RawFile[] =>
  Object.values(filesOf(catalog, contract, tradeDate)).flat();

/** The raw files that overlap the window of a contract-date. */
export async function rawInputs(lake: Lake, contract: string, tradeDate: string): Promise<RawInputs> {
  const catalog = await lake.raw.catalog();
  const input = async (file: RawFile): Promise<RawInput> => ({
    digest: file.digest,
    path: await lake.raw.localPath(file),
    records: file.records,
    acceptTruncated: file.leftBytes !== null,
  });
  const optionInput = async (file: RawFile, kind: string): Promise<OptionInput> => ({
    ...(await input(file)),
    kindRecords: file.byType[kind] ?? 0,
    named: new Set(
      file.coverage.instruments.flatMap(({ instrumentId, symbol }) => (symbol === null ? [] : instrumentId)),
    ),
  });
  const files = filesOf(catalog, contract, tradeDate);
  const mbo = catalog.pieces(contract, tradeDate).map(async (piece) => ({
    ...(await input(piece.file)),
    mboRecords: piece.file.byType.mbo ?? 0,
    ours: new Set([piece.instrument.instrumentId]),
    unmapped: new Set(unmappedIds(catalog, piece.file, tradeDate)),
    since: catalog.since(piece),
  }));
  return {
    mbo: await Promise.all(mbo),
    definitions: await Promise.all(files.definitions.map((file) => optionInput(file, 'definition'))),
    trades: await Promise.all(files.trades.map((file) => optionInput(file, 'trades'))),
    statistics: await Promise.all(files.statistics.map((file) => optionInput(file, 'statistics'))),
  };
}

const unmappedIds = (catalog: RawCatalog, file: RawFile, tradeDate: string): number[] =>
  catalog
    .unmapped(tradeDate)
    .filter((piece) => piece.file === file)
    .map(({ instrument }) => instrument.instrumentId);

/** RTH range of the same contract on the trade date before, ticks; undefined where no raw file holds its trades. */
export function previousDay(
  catalog: RawCatalog,
  products: Products,
  contract: string,
  tradeDate: string,
): PriceRange | undefined {
  const { product } = products.contractOf(contract, tradeDate);
  const before = previousTradeDate(tradeDate, product);
  const trading = catalog.trading(before).find(({ symbol }) => symbol === contract);
  if (!trading || trading.rthHigh === null || trading.rthLow === null) return undefined;
  const tick = BigInt(product.tickNanos);
  return { high: Number(trading.rthHigh / tick), low: Number(trading.rthLow / tick) };
}

export const previousDayOf = async (lake: Lake, contract: string, tradeDate: string) =>
  previousDay(await lake.raw.catalog(), lake.products, contract, tradeDate);
