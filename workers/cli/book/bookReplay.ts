/** Order books rebuilt from raw files, read in the order of time. */
import { BookSet } from '../../../graph/book/bookSet';
import type { OrderBook } from '../../../graph/book/orderBook';
import { utcDate } from '../../../graph/dbn';
import type { DbnMetadata, RecordView } from '../../../graph/dbn';
import { SymbolResolver } from '../../../graph/dbn/symbology';
import { SpymasterError } from '../../../graph/errors';
import { Flag, UNDEF_PRICE, type MboBatch } from '../../../graph/records/mbo';
import type { Products } from '../../../graph/products/catalog';
import { NS_PER_MINUTE, TimeOrigin } from '../../../graph/market/time';
import { readDbn } from '../../../lake/raw/dbnFile';

export interface ReplayedBook {
  instrumentId: number;
  publisherId: number;
  /** Raw symbol, or null where the files do not tell it. */
  symbol: string | null;
  book: OrderBook;
}

interface ReplayOptions {
  /** They tell the ticks that no definition tells. */
  products: Products;
  /** Leave each book as it stood after the last event with ts_event <= `at` (ns UTC); snapshots count by ts_recv. */
  at?: bigint;
  signal: AbortSignal;
  onBytes?(read: number, total: number, file: string): void;
}

/** Tick where neither a definition nor the product tells it: prices are counted in 1e-9, exactly. */
const UNKNOWN_TICK = 1;
/** Capture follows the matching engine within milliseconds: no event up to `at` is captured later than this after it. */
const LATEST_CAPTURE_NS = NS_PER_MINUTE;

/**
 * Reads MBO files into one book per publisher and instrument; definitions among them tell symbols and ticks.
 * @throws SpymasterError as `readDbn` does, and NoInput if the files hold no MBO record up to `at`
 */
export async function replayBooks(files: readonly string[], options: ReplayOptions): Promise<ReplayedBook[]> {
  const replay = new Replay(options.products, options.at);
  for (const { file } of await inOrderOfTime(files, options.signal)) {
    const enough = new AbortController();
    try {
      await readDbn(
        file,
        {
          metadata: (metadata) => replay.symbols.learnMetadata(metadata),
          record: (view) => replay.learn(view),
          mbo(batch) {
            if (!replay.apply(batch)) enough.abort();
          },
        },
        {
          signal: AbortSignal.any([options.signal, enough.signal]),
          onBytes: (read, total) => options.onBytes?.(read, total, file),
        },
      );
    } catch (error) {
      // Reading was stopped on purpose; damage behind the time asked for does not matter.
      if (!enough.signal.aborted || options.signal.aborted) throw error;
    }
  }
  return replay.result(files);
}

class Replay {
  readonly symbols = new SymbolResolver();
  private readonly ticks = new Map<number, number>();
  private books: BookSet | null = null;
  private origin = new TimeOrigin(0n);
  /** UTC day of the present batch, and of each instrument's first record: an id names an instrument on a day. */
  private day = '';
  private readonly firstDays = new Map<number, string>();
  private readonly finished = new Set<OrderBook>();

  constructor(
    private readonly products: Products,
    private readonly at: bigint | undefined,
  ) {}

  learn(view: RecordView): void {
    this.symbols.learn(view);
    if (view.type !== 'definition') return;
    const definition = view.decode();
    if (definition.type !== 'definition') return;
    const { instrumentId, minPriceIncrement: tick } = definition;
    if (tick > 0n && tick !== UNDEF_PRICE) this.ticks.set(instrumentId, Number(tick));
  }

  /** Applies a batch; false once no record up to `at` can follow. */
  apply(batch: MboBatch): boolean {
    this.day = utcDate(batch.tsRecv[0]);
    this.books ??= this.begin(batch.tsRecv[0]);
    if (this.at === undefined) {
      for (let i = 0; i < batch.length; i++) this.books.apply(batch, i);
      return true;
    }
    const end = Number(this.at - this.origin.ns);
    for (let i = 0; i < batch.length; i++) {
      const words = (batch.flags[i] & Flag.Snapshot) !== 0 ? batch.tsRecvWords : batch.tsEventWords;
      if (this.origin.offset(words, i) <= end) this.applyUnlessFinished(this.books, batch, i);
      else this.finish(batch.instrumentId[i], batch.publisherId[i]);
    }
    return this.origin.offset(batch.tsRecvWords, batch.length - 1) <= end + LATEST_CAPTURE_NS;
  }

  result(files: readonly string[]): ReplayedBook[] {
    const entries = [...(this.books ?? [])];
    if (entries.length === 0)
      throw new SpymasterError(
        'NoInput',
        this.at === undefined
          ? 'no MBO record in the files: a book is rebuilt from schema mbo'
          : 'no MBO record up to that time',
        { file: files.join(', ') },
      );
    return entries.map((entry) => ({
      ...entry,
      symbol: this.symbols.symbolOf(entry.instrumentId, this.firstDays.get(entry.instrumentId)!),
    }));
  }

  private begin(firstRecv: bigint): BookSet {
    this.origin = new TimeOrigin(firstRecv);
    return new BookSet({ origin: this.origin, tickNanos: (instrumentId) => this.tickOf(instrumentId) });
  }

  private tickOf(instrumentId: number): number {
    this.firstDays.set(instrumentId, this.day);
    const defined = this.ticks.get(instrumentId);
    if (defined !== undefined) return defined;
    const symbol = this.products.parseSymbol(this.symbols.symbolOf(instrumentId, this.day) ?? '');
    return symbol.kind === 'outright' ? symbol.product.tickNanos : UNKNOWN_TICK;
  }

  private applyUnlessFinished(books: BookSet, batch: MboBatch, i: number): void {
    const { book } = books.entryOf(batch.instrumentId[i], batch.publisherId[i]);
    if (!this.finished.has(book)) book.apply(batch, i);
  }

  /** Closes a book at its first event after `at`, for good: the engine's clock may be set back. */
  private finish(instrumentId: number, publisherId: number): void {
    const book = this.books?.get(instrumentId, publisherId);
    if (book) this.finished.add(book);
  }
}

/** Definitions first, because they give the ticks of the rest; then by the start of the file's request. */
async function inOrderOfTime(files: readonly string[], signal: AbortSignal) {
  const heads = [];
  for (const file of files) heads.push({ file, metadata: await headOf(file, signal) });
  const rank = ({ schema }: DbnMetadata) => (schema === 'definition' ? 0 : 1);
  return heads.sort(
    (a, b) =>
      rank(a.metadata) - rank(b.metadata) ||
      Number(a.metadata.start > b.metadata.start) - Number(a.metadata.start < b.metadata.start),
  );
}

/** A file's metadata, without its records. */
async function headOf(file: string, signal: AbortSignal): Promise<DbnMetadata> {
  const enough = new AbortController();
  let head: DbnMetadata | null = null;
  try {
    const summary = await readDbn(
      file,
      {
        metadata(metadata) {
          head = metadata;
          enough.abort();
        },
      },
      { signal: AbortSignal.any([signal, enough.signal]) },
    );
    return summary.metadata;
  } catch (error) {
    if (head === null || signal.aborted) throw error;
    return head;
  }
}
