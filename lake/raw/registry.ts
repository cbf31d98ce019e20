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
import { runsOf } from './runs';
import { SymbolTable } from './symbolTable';

/** 64-bit integers are texts in JSON. */
const int64 = z
  .string()
  .regex(/^-?\d{1,20}$/)
  .transform((text) => BigInt(text));
const records = z.record(z.string(), z.int().nonnegative());

export const daySchema = z.object({
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
export interface Piece {
  file: RawFile;
  instrument: InstrumentCoverage;
  day: DayCoverage;
}

/** Records of which trades are counted. */
type TradedType = 'mbo' | 'trades';

/** Pieces of a contract-date that overlap. */
export interface Overlap {
  /** Names it: the same files overlap in the same way. */
  readonly key: string;
  readonly symbol: string;
  readonly tradeDate: IsoDate;
  readonly type: TradedType;
  readonly pieces: readonly Piece[];
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
  /** First and last capture time of each file it is known from, ns UTC; in order of time. */
  captured: readonly { first: bigint; last: bigint }[];
}

/** Answers questions about a set of raw files. */
export class RawCatalog {
  private readonly symbols: SymbolTable;
  private readonly byDate = new Map<IsoDate, Piece[]>();
  private readonly beginnings = new Map<InstrumentCoverage, readonly number[]>();
  /** What was counted of overlaps, by key. */
  private readonly counted = new Map<string, DayCoverage>();

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
   * What files hold of a contract on a trade date, in order of time.
   * @param type only files with records of this type
   */
  pieces(symbol: string, tradeDate: IsoDate, type: TradedType = 'mbo'): Piece[] {
    return this.runs(symbol, tradeDate, type).flat();
  }

  /** The same, files together that overlap: their records must be merged, for some are in more than one of them. */
  runs(symbol: string, tradeDate: IsoDate, type: TradedType = 'mbo'): Piece[][] {
    return this.runsAmong(
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
    return this.fileRuns(type, tradeDate, product).flat();
  }

  /** The same, files together that overlap on that date. */
  fileRuns(type: string, tradeDate: IsoDate, product: Product): RawFile[][] {
    const mayBeOf = (root: string) => (this.products.ownerOf(root) ?? product) === product;
    const found = this.files.flatMap((file) => {
      const { days, roots } = file.coverage;
      const day = days.find((known) => known.tradeDate === tradeDate && (known.records[type] ?? 0) > 0);
      return day && (roots === null || roots.some(mayBeOf)) ? [{ file, day }] : [];
    });
    const runs = runsOf(
      found,
      ({ day }) => ({ from: day.firstTs, to: day.lastTs }),
      ({ file }) => file.digest,
    );
    return runs.map((run) => run.map(({ file }) => file));
  }

  /** What was traded of each outright contract on a trade date. */
  trading(tradeDate: IsoDate): DayTrading[] {
    return this.traded(tradeDate).map(({ symbol, runs, type }) => {
      const days = runs.map((run) =>
        run.length === 1 ? run[0].day : this.countOf(overlap(symbol, type, run)),
      );
      return sumUp(symbol, tradeDate, days);
    });
  }

  /** Where files overlap: what was traded there must be counted from their records, which `learn` takes in. */
  overlaps(): Overlap[] {
    return [...this.byDate.keys()]
      .sort()
      .flatMap((tradeDate) =>
        this.traded(tradeDate).flatMap(({ symbol, runs, type }) =>
          runs.filter((run) => run.length > 1).map((run) => overlap(symbol, type, run)),
        ),
      );
  }

  /** What was counted of an overlap. */
  learn({ key }: Overlap, day: DayCoverage): void {
    this.counted.set(key, day);
  }

  private countOf({ key, symbol, pieces }: Overlap): DayCoverage {
    const day = this.counted.get(key);
    if (day) return day;
    const names = pieces.map(({ file }) => file.name).join(', ');
    throw new Error(`what is traded of ${symbol} in ${names} was not counted`);
  }

  /** Outright contracts of a trade date, with the files their trades are counted from. */
  private traded(tradeDate: IsoDate): { symbol: string; type: TradedType; runs: Piece[][] }[] {
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
      const trades = pieces.filter(({ day }) => (day.records.trades ?? 0) > 0);
      return mbo.length > 0
        ? { symbol, type: 'mbo', runs: this.runsAmong(mbo) }
        : { symbol, type: 'trades', runs: this.runsAmong(trades) };
    });
  }

  /** A build reads what comes before its window, too: pieces that overlap only there are read together as well. */
  private runsAmong(pieces: readonly Piece[]): Piece[][] {
    const span = (piece: Piece) => ({ from: this.beginOf(piece), to: piece.day.lastTs });
    return runsOf(pieces, span, ({ file, instrument }) => `${file.digest} ${instrument.instrumentId}`);
  }

  /** Capture time of the first record of a piece's contract in its file, ns UTC. */
  private beginOf(piece: Piece): bigint {
    return this.since(piece) ?? piece.instrument.days[0].firstTs;
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
  since({ file, instrument, day }: Piece): bigint | undefined {
    const { days } = instrument;
    const first = this.beginningsOf(file, instrument)[days.indexOf(day)];
    return first === 0 ? undefined : days[first].firstTs;
  }

  /** Of each day of an instrument, the place of the first of the days up to it without another symbol between. */
  private beginningsOf(file: RawFile, instrument: InstrumentCoverage): readonly number[] {
    const known = this.beginnings.get(instrument);
    if (known) return known;
    const beginnings: number[] = [];
    let [first, before]: [number, string | null] = [0, null];
    for (const [k, day] of instrument.days.entries()) {
      const symbol = this.symbolOf({ file, instrument, day });
      if (k > 0 && symbol !== before) first = k;
      before = symbol;
      beginnings.push(first);
    }
    this.beginnings.set(instrument, beginnings);
    return beginnings;
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
}

const overlap = (symbol: string, type: TradedType, pieces: readonly Piece[]): Overlap => ({
  key: [
    pieces[0].day.tradeDate,
    symbol,
    type,
    ...pieces.map(
      ({ file, instrument }) => `${file.digest}/${instrument.publisherId}/${instrument.instrumentId}`,
    ),
  ].join(' '),
  symbol,
  tradeDate: pieces[0].day.tradeDate,
  type,
  pieces,
});

function sumUp(symbol: string, tradeDate: IsoDate, days: readonly DayCoverage[]): DayTrading {
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
    captured: days.map(({ firstTs, lastTs }) => ({ first: firstTs, last: lastTs })),
  };
}
