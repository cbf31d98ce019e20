/**
 * The registry of raw files: what each of them covers, kept as JSON beside it. The functions here are pure; a list of
 * entries in, an answer out.
 */
import { z } from 'zod';
import type { IsoDate } from '../../graph/market/days';
import type { ContractVolume } from '../../graph/products/contracts';
import type { Products } from '../../graph/products/catalog';
import type { Product } from '../../graph/products/profile';
import type { SymbolInterval } from '../../graph/dbn/symbology';
import { SymbolTable } from './symbolTable';

/** 64-bit integers are texts in JSON. */
const int64 = z
  .string()
  .regex(/^-?\d{1,20}$/)
  .transform((text) => BigInt(text));
const records = z.record(z.string(), z.int().nonnegative());

const daySchema = z.object({
  tradeDate: z.string(),
  /** Records by type. */
  records,
  /** First and last capture time (matching-engine time for records without one), ns UTC. */
  firstTs: int64,
  lastTs: int64,
  /** Traded volume (of trade records only), lots. */
  volume: z.number(),
  /** Highest and lowest trade, 1e-9; null without a trade. */
  high: int64.nullable(),
  low: int64.nullable(),
  /** The same in regular trading hours, by matching-engine time. */
  rthVolume: z.number(),
  rthHigh: int64.nullable(),
  rthLow: int64.nullable(),
});

const instrumentSchema = z.object({
  publisherId: z.int(),
  instrumentId: z.int(),
  /** Its last raw symbol, or what was asked for (`ES.v.0`) where the file tells no more; null if it names none. */
  symbol: z.string().nullable(),
  days: z.array(daySchema),
});

const nameSchema = z.object({ instrumentId: z.number(), symbol: z.string(), from: int64, to: int64 });

const coverageSchema = z.object({
  /** By which version of the code it was counted. */
  counting: z.int().default(1),
  /** All instruments but options. */
  instruments: z.array(instrumentSchema),
  /** Totals of all instruments by trade date. */
  days: z.array(
    z.object({
      tradeDate: z.string(),
      instruments: z.int(),
      records,
      /** First and last time of all, ns UTC. */
      firstTs: int64.default(0n),
      lastTs: int64.default(0n),
    }),
  ),
  /** What was left out of `instruments` and `names` because it is more than an entry has room for. */
  unlisted: z
    .object({ instruments: z.int(), records: z.number(), names: z.int() })
    .default({ instruments: 0, records: 0, names: 0 }),
  /** Records whose time lies outside the calendar's years. */
  undated: z.int(),
  /** Roots of the symbols of its futures and options; null where it does not name all its instruments. */
  roots: z.array(z.string()).nullable().default(null),
  /** By root, the calendar whose trade dates and regular hours its instruments were counted by; see `calendarText`. */
  calendars: z.record(z.string(), z.string()).default({}),
  /** Raw symbols it tells for ids, `[from, to)` ns UTC, of instruments that need not be in it; options are left out. */
  names: z.array(nameSchema).default([]),
});

export const rawFileSchema = z.object({
  /** sha256 of the file, in hex: its name in the lake. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** What it was called where it came from. */
  name: z.string(),
  /** Ending of its name in the lake, e.g. `.dbn.zst`. */
  extension: z.string(),
  bytes: z.number(),
  /** When it came in, ISO 8601. */
  importedAt: z.string(),
  encoding: z.enum(['plain', 'zstd', 'dbz']),
  version: z.int(),
  dataset: z.string(),
  /** `mbo`, `trades`, ...; null if the file mixes them. */
  schema: z.string().nullable(),
  /** The span that was asked for, ns UTC; null for an open end. */
  start: int64,
  end: int64.nullable(),
  records: z.number(),
  byType: records,
  /** Records of unknown types. */
  unknown: z.number(),
  /** Bytes behind the last whole record of a file that breaks off, which were left; null of a whole one. */
  leftBytes: z.number().nullable().default(null),
  coverage: coverageSchema,
});

export type RawFile = z.output<typeof rawFileSchema>;
export type Coverage = RawFile['coverage'];
export type InstrumentCoverage = Coverage['instruments'][number];
export type DayCoverage = InstrumentCoverage['days'][number];

/** One instrument's share of one file on one trade date. */
interface Piece {
  file: RawFile;
  instrument: InstrumentCoverage;
  day: DayCoverage;
}

/** What was traded of a contract on a trade date; prices 1e-9. */
interface DayTrading {
  symbol: string;
  tradeDate: IsoDate;
  volume: number;
  high: bigint | null;
  low: bigint | null;
  rthVolume: number;
  rthHigh: bigint | null;
  rthLow: bigint | null;
}

/** Answers questions about a set of raw files. */
export class RawCatalog {
  private readonly symbols: SymbolTable;
  private readonly byDate = new Map<IsoDate, Piece[]>();

  /** @param products those whose contracts count */
  constructor(
    readonly files: readonly RawFile[],
    readonly products: Products,
  ) {
    this.symbols = new SymbolTable(files);
    for (const file of files)
      for (const instrument of file.coverage.instruments)
        for (const day of instrument.days) {
          const pieces = this.byDate.get(day.tradeDate);
          if (pieces) pieces.push({ file, instrument, day });
          else this.byDate.set(day.tradeDate, [{ file, instrument, day }]);
        }
  }

  /** Trade dates any file covers, in order. */
  tradeDates(): IsoDate[] {
    return [
      ...new Set(this.files.flatMap(({ coverage }) => coverage.days.map((day) => day.tradeDate))),
    ].sort();
  }

  /**
   * What files hold of a contract on a trade date, in order of time. A file that covers nothing beyond another (the
   * same day downloaded twice, or as trades besides MBO) is left out.
   * @param type only files with records of this type
   */
  pieces(symbol: string, tradeDate: IsoDate, type: string = 'mbo'): Piece[] {
    return this.distinct(
      (this.byDate.get(tradeDate) ?? []).filter(
        (piece) => (piece.day.records[type] ?? 0) > 0 && this.symbolOf(piece) === symbol,
      ),
    );
  }

  /**
   * Files with records of a type on a trade date that may be about a product: for options, definitions and statistics. Those
   * all of whose instruments are known to be of other products are left out.
   */
  filesWith(type: string, tradeDate: IsoDate, product: Product): RawFile[] {
    const mayBeOf = (root: string) => (this.products.ownerOf(root) ?? product) === product;
    return this.files.filter(
      ({ coverage: { days, roots } }) =>
        days.some((day) => day.tradeDate === tradeDate && (day.records[type] ?? 0) > 0) &&
        (roots === null || roots.some(mayBeOf)),
    );
  }

  /** What was traded of each outright contract on a trade date. */
  trading(tradeDate: IsoDate): DayTrading[] {
    const bySymbol = new Map<string, Piece[]>();
    for (const piece of this.byDate.get(tradeDate) ?? []) {
      const symbol = this.symbolOf(piece);
      if (symbol === null || !this.products.isOutright(symbol)) continue;
      const pieces = bySymbol.get(symbol);
      if (pieces) pieces.push(piece);
      else bySymbol.set(symbol, [piece]);
    }
    return [...bySymbol].map(([symbol, pieces]) => {
      // Trades are in the MBO as well: where there is MBO, nothing else is counted.
      const mbo = pieces.filter(({ day }) => (day.records.mbo ?? 0) > 0);
      return sumUp(symbol, tradeDate, this.distinct(mbo.length > 0 ? mbo : pieces));
    });
  }

  /** Volumes of a trade date, to choose the contract of the next one by. */
  volumes(tradeDate: IsoDate): ContractVolume[] {
    return this.trading(tradeDate).map(({ symbol, volume }) => ({ symbol, volume }));
  }

  /** Raw symbol of a piece's instrument on its trade date; null where no file tells it. */
  symbolOf({ file, instrument: { instrumentId }, day: { tradeDate, firstTs } }: Piece): string | null {
    return this.symbols.symbolOf(file, instrumentId, tradeDate, firstTs);
  }

  /**
   * From when on a piece's id has been its contract's within the file, ns UTC: behind the last earlier trade date on which the file
   * has records of the id as another contract's; undefined where it has none.
   */
  since(piece: Piece): bigint | undefined {
    const symbol = this.symbolOf(piece);
    const { days } = piece.instrument;
    const at = days.indexOf(piece.day);
    const other = days.findLastIndex((day, k) => k < at && this.symbolOf({ ...piece, day }) !== symbol);
    return other < 0 ? undefined : days[other + 1].firstTs;
  }

  /** Pieces of a trade date with MBO records of which no file tells the symbol. */
  unmapped(tradeDate: IsoDate): Piece[] {
    return (this.byDate.get(tradeDate) ?? []).filter(
      (piece) => (piece.day.records.mbo ?? 0) > 0 && this.symbolOf(piece) === null,
    );
  }

  /** Outright contracts with MBO records on a trade date, in order. */
  contractsOn(tradeDate: IsoDate): string[] {
    const symbols = (this.byDate.get(tradeDate) ?? [])
      .filter(({ day }) => (day.records.mbo ?? 0) > 0)
      .map((piece) => this.symbolOf(piece))
      .filter((symbol) => symbol !== null && this.products.isOutright(symbol));
    return [...new Set(symbols as string[])].sort();
  }

  /** What files tell of an instrument id of a dataset on any day, in order of time. */
  namesOf(dataset: string, instrumentId: number): readonly SymbolInterval[] {
    return this.symbols.namesOf(dataset, instrumentId);
  }

  /** Pieces in order of time without those that lie within another. */
  private distinct(pieces: readonly Piece[]): Piece[] {
    const inOrder = [...pieces].sort(
      (a, b) =>
        compare(a.day.firstTs, b.day.firstTs) ||
        compare(b.day.lastTs, a.day.lastTs) ||
        (a.file.digest < b.file.digest ? -1 : 1),
    );
    const kept: Piece[] = [];
    for (const piece of inOrder) {
      const last = kept[kept.length - 1];
      if (!last || piece.day.lastTs > last.day.lastTs) kept.push(piece);
    }
    return kept;
  }
}

const compare = (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0);

function sumUp(symbol: string, tradeDate: IsoDate, pieces: readonly Piece[]): DayTrading {
  const days = pieces.map(({ day }) => day);
  const most = (values: (bigint | null)[]) =>
    values.reduce((a, b) => (a === null || (b !== null && b > a) ? b : a), null);
  const least = (values: (bigint | null)[]) =>
    values.reduce((a, b) => (a === null || (b !== null && b < a) ? b : a), null);
  return {
    symbol,
    tradeDate,
    volume: days.reduce((sum, day) => sum + day.volume, 0),
    high: most(days.map((day) => day.high)),
    low: least(days.map((day) => day.low)),
    rthVolume: days.reduce((sum, day) => sum + day.rthVolume, 0),
    rthHigh: most(days.map((day) => day.rthHigh)),
    rthLow: least(days.map((day) => day.rthLow)),
  };
}
