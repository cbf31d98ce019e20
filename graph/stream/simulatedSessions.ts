/**
 * Simulated contract-dates, each run through the session graph from shortly before 04:00 ET, when the levels of the day begin to form,
 * to the RTH close. Of the records before and after only the book is kept: most of the day lies there, but no episodes.
 */
import { OrderBook } from '../book/orderBook';
import { GatheredTables } from '../datasets/gather';
import type { Computation, DatasetGraph } from '../catalog/datasetGraph';
import type { TableBatch } from '../datasets/schema';
import type { IsoDate } from '../market/days';
import { frontContract } from '../products/contracts';
import type { Product } from '../products/profile';
import { MboBatch } from '../records/mbo';
import { NS_PER_MINUTE } from '../market/time';
import { productsOf, type FeatureSettings } from '../settings';
import { futureId } from '../sim/files/definitions';
import { Simulation, type SimulationRequest, type TruthRow } from '../sim/simulation';
import { restoreState, saveState } from '../state/blob';
import { frameOf } from '../session/inputs';
import { type DateFrame } from '../products/dateFrame';
import { rowsIn } from '../session/operators';
import { SessionGraph } from './sessionGraph';

/** What came of one simulated session. */
export interface SimulatedSession {
  contract: string;
  tradeDate: IsoDate;
  /** Every table of Silver and Gold. */
  tables: TableBatch[];
  /** What was planted: the touches of the simulated market, in order of time. */
  truth: readonly TruthRow[];
}

const BATCH_ROWS = 8192;
/** So that there is a record before the pre-market begins: only what the data cover has levels. */
const LEAD = 15 * NS_PER_MINUTE;

/**
 * One session after another, as they are asked for.
 * @param request options are left out, whatever it says
 * @param graph whose operators run
 */
export function* simulatedSessions(
  request: SimulationRequest,
  settings: FeatureSettings,
  { computations }: DatasetGraph,
): Generator<SimulatedSession> {
  const free: MboBatch[] = [];
  const pool = {
    take: () => free.pop() ?? new MboBatch(BATCH_ROWS),
    give: (batch: MboBatch) => void free.push(batch),
  };
  const products = productsOf(settings);
  const product = products.productOf(request.symbol);
  const simulation = new Simulation({ ...request, options: false }, pool, products);
  const dates = [...simulation.tradeDates];
  let day = new SimulatedDay(product, dates.shift()!, settings, computations);
  for (const output of simulation.run()) {
    if (output.kind === 'mbo') {
      day.push(output.batch);
      pool.give(output.batch);
    }
    // A date's truth is told when all its records have been written, but not before those of the file's rest.
    if (output.kind !== 'truth') continue;
    yield day.end(output.rows);
    const next = dates.shift();
    if (next !== undefined) day = new SimulatedDay(product, next, settings, computations, day);
  }
}

class SimulatedDay {
  readonly contract: string;
  readonly book: OrderBook;
  private readonly frame: DateFrame;
  private readonly instrumentId: number;
  private session: SessionGraph | null = null;

  /** @param before the day before, whose book goes on if it is of the same contract */
  constructor(
    product: Product,
    private readonly tradeDate: IsoDate,
    private readonly settings: FeatureSettings,
    private readonly computations: readonly Computation[],
    before?: SimulatedDay,
  ) {
    const contract = frontContract(product, tradeDate);
    this.contract = contract.symbol;
    this.instrumentId = futureId(contract);
    this.frame = frameOf({ contract: this.contract, tradeDate, settings });
    const { origin } = this.frame;
    const options = { origin, tickNanos: product.tickNanos };
    this.book = new OrderBook(options);
    if (before && before.contract === this.contract) restoreState(this.book, saveState(before.book));
  }

  push(batch: MboBatch): void {
    const { clock, origin } = this.frame;
    const end = clock.rthClose + NS_PER_MINUTE;
    let from = 0;
    for (let i = 0; i < batch.length; i++) {
      const ours = batch.instrumentId[i] === this.instrumentId;
      const recv = origin.offset(batch.tsRecvWords, i);
      if (ours && recv > clock.premarketStart - LEAD) this.session ??= this.open();
      const wanted = ours && this.session !== null && recv <= end;
      if (!wanted) {
        this.pushRecords(batch, from, i);
        from = i + 1;
      }
      if (ours) this.book.apply(batch, i);
    }
    this.pushRecords(batch, from, batch.length);
  }

  end(truth: readonly TruthRow[]): SimulatedSession {
    this.session ??= this.open();
    const rows = new GatheredTables();
    rows.add(rowsIn(this.session.end()));
    return { contract: this.contract, tradeDate: this.tradeDate, tables: [...rows.build().values()], truth };
  }

  private pushRecords(batch: MboBatch, from: number, to: number): void {
    if (to > from) this.session?.push({ kind: 'records', batch, from, to });
  }

  private open(): SessionGraph {
    const { contract, tradeDate, settings } = this;
    const openingBook = saveState(this.book);
    return new SessionGraph({ contract, tradeDate, settings, openingBook }, this.computations);
  }
}
