/** Runs a simulation and writes its files: this thread simulates, another encodes, compresses and writes. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { SpymasterError } from '../../graph/errors';
import { Products } from '../../graph/products/catalog';
import { observed } from '../../graph/sim/observed';
import { MarketObserver, type MarketFigures } from '../../graph/sim/realism';
import { Simulation, type SimulationRequest, type TruthRow } from '../../graph/sim/simulation';
import { PARTIAL } from './fileProtocol';
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

/**
 * Simulates into a folder, which is made if it is not there; files of the same names are replaced.
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
  makeFolder(folder);
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
            path: join(folder, name),
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
          truth.push(writeTruth(folder, output.tradeDate, output.rows));
          break;
        default:
          writer.post(output);
      }
      if (signal?.aborted) throw new SpymasterError('Cancelled', 'The simulation was interrupted.');
    }
    await writer.finish();
    const seconds = (performance.now() - started) / 1000;
    return {
      tradeDates: simulation.tradeDates,
      files: writer.files,
      truth,
      touches,
      events,
      seconds,
      ...(observer && { figures: observer.figures() }),
    };
  } finally {
    await writer.stop();
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    const { message } = cause as Error;
    throw new SpymasterError('BadArgument', `Cannot write into ${folder}: ${message}`, {}, { cause });
  }
}

function writeTruth(folder: string, tradeDate: string, rows: readonly TruthRow[]): string {
  const path = join(folder, `truth-${tradeDate.replaceAll('-', '')}.jsonl`);
  writeFileSync(path + PARTIAL, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  renameSync(path + PARTIAL, path);
  return path;
}
