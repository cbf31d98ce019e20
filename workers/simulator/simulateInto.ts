/** Runs a simulation and writes its files: this thread simulates, another encodes, compresses and writes. */
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { SpymasterError } from '../../graph/errors';
import { Products } from '../../graph/products/catalog';
import { observed } from '../../graph/sim/observed';
import { MarketObserver, type MarketFigures } from '../../graph/sim/realism';
import { Simulation, type SimulationRequest, type TruthRow } from '../../graph/sim/simulation';
import { makeFolders } from '../../lake/store/makeFolders';
import { FileWriter, type WrittenFile } from './fileWriter';
import { SharedBatches } from './sharedBatches';

interface SimulateOptions {
  /** Default: the built-in ones. */
  readonly products?: Products;
  /** Measure the market as it is simulated. */
  readonly observe?: boolean;
  /** Write `.dbn` instead of `.dbn.zst`. */
  readonly plain?: boolean;
  /** Stops with `Cancelled`; no incomplete file is left. */
  readonly signal?: AbortSignal;
  /** @param file being written @param events MBO rows so far */
  readonly onProgress?: (file: string, events: number) => void;
}

export interface SimulationSummary {
  tradeDates: string[];
  files: readonly WrittenFile[];
  /** Truth files, one a trade date: a `TruthRow` a line. */
  truth: string[];
  /** Touches of levels in them. */
  touches: number;
  /** MBO rows written. */
  events: number;
  seconds: number;
  /** Where asked for. */
  figures?: MarketFigures;
}

/** Files of a folder that a simulation into it takes the place of: all there are of its days, however they were written. */
export function filesInTheWay(folder: string, request: SimulationRequest, products: Products): string[] {
  return inTheWay(folder, new Simulation(request, new SharedBatches(), products));
}

function inTheWay(folder: string, { filePrefixes, tradeDates }: Simulation): string[] {
  const truth = tradeDates.map(truthName);
  return namesIn(folder)
    .filter((name) => truth.includes(name) || filePrefixes.some((prefix) => name.startsWith(prefix)))
    .map((name) => join(folder, name));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw unwritable(folder, error);
  }
}

/**
 * Simulates into a folder, which is made if it is not there. The files appear together when all are complete, and take the place of
 * `filesInTheWay`; until then they are in a hidden folder beside them.
 * @throws SpymasterError BadArgument for a request that cannot be simulated, Cancelled
 */
export async function simulateInto(
  folder: string,
  request: SimulationRequest,
  { products = new Products(), plain = false, observe = false, signal, onProgress }: SimulateOptions = {},
): Promise<SimulationSummary> {
  const started = performance.now();
  const batches = new SharedBatches();
  const simulation = new Simulation(request, batches, products);
  const observer = observe ? new MarketObserver(products.productOf(request.symbol)) : null;
  const draft = makeDraft(folder);
  const writer = new FileWriter(() => batches.encoded());
  const truth: string[] = [];
  let touches = 0;
  let events = 0;
  let name = '';
  try {
    for (const output of observer ? observed(simulation, observer) : simulation.run()) {
      switch (output.kind) {
        case 'file':
          name = `${output.name}.dbn${plain ? '' : '.zst'}`;
          writer.post({
            kind: 'file',
            path: join(draft, name),
            compressed: !plain,
            metadata: output.metadata,
          });
          break;
        case 'mbo': {
          const { buffer, capacity, length } = output.batch;
          batches.send(output.batch);
          writer.post({ kind: 'rows', buffer, capacity, length });
          events += length;
          onProgress?.(name, events);
          // Lets the thread's replies and the process's signals in between batches.
          await setImmediate();
          await Promise.race([batches.room(), writer.failure]);
          break;
        }
        case 'truth':
          touches += output.rows.length;
          truth.push(writeTruth(draft, output.tradeDate, output.rows));
          break;
        default:
          writer.post(output);
      }
      if (signal?.aborted) throw new SpymasterError('Cancelled', 'The simulation was interrupted.');
    }
    await writer.finish();
    const old = new Set(inTheWay(folder, simulation));
    const place = (path: string) => {
      const placed = join(folder, basename(path));
      renameSync(path, placed);
      old.delete(placed);
      return placed;
    };
    const files = writer.files.map((file) => ({ ...file, path: place(file.path) }));
    const placedTruth = truth.map(place);
    for (const path of old) rmSync(path);
    return {
      tradeDates: simulation.tradeDates,
      files,
      truth: placedTruth,
      touches,
      events,
      seconds: (performance.now() - started) / 1000,
      ...(observer && { figures: observer.figures() }),
    };
  } finally {
    await writer.stop();
    rmSync(draft, { recursive: true, force: true });
  }
}

function makeDraft(folder: string): string {
  try {
    makeFolders(folder);
    return mkdtempSync(join(folder, '.partial-'));
  } catch (error) {
    throw unwritable(folder, error);
  }
}

function unwritable(folder: string, cause: unknown): SpymasterError {
  const { message } = cause as Error;
  return new SpymasterError('BadArgument', `Cannot write into ${folder}: ${message}`, {}, { cause });
}

const truthName = (tradeDate: string) => `truth-${tradeDate.replaceAll('-', '')}.jsonl`;

function writeTruth(folder: string, tradeDate: string, rows: readonly TruthRow[]): string {
  const path = join(folder, truthName(tradeDate));
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}
