/** Bronze, Silver and Gold of a contract-date as they grow, part by part. */
import { isTakenOver, StreamedLayer, type StreamedRun } from '../../activities/publishing/streamedLayer';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { GatheredRows } from '../../graph/datasets/gather';
import { layersOf, type Layer } from '../../graph/datasets/layers';
import type { TableBatch, TableContract } from '../../graph/datasets/schema';
import { contractDate, type Partition } from '../../graph/datasets/units';
import type { CheckResult } from '../../graph/quality/checks';
import { bronzeDeadLetters, deadLetterRows, type DeadLetter } from '../../graph/records/deadLettersTable';
import { bronzeMbo } from '../../graph/records/mboTable';
import { bronzeOpeningBooks, openingBookRows } from '../../graph/records/openingBooksTable';
import type { SessionFrame } from '../../graph/session/inputs';
import type { RowWriter } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';
import type { LettersByLane } from './hubLetters';
import type { CapturedPart } from './sessionCapture';

/** The book at the start of the window, once it is known. */
export interface OpeningBook {
  readonly orders: number;
  readonly state: Uint8Array;
}

export class LayersFollowed {
  /** The checks that were written last. */
  private told = '';

  private constructor(
    private readonly layers: ReadonlyMap<Layer, StreamedLayer>,
    private readonly graph: DatasetGraph,
    private readonly frame: SessionFrame,
  ) {}

  static async begin(
    lake: Lake,
    graph: DatasetGraph,
    frame: SessionFrame,
    of: StreamedRun,
  ): Promise<LayersFollowed> {
    const partition: Partition = contractDate(frame.contract, frame.tradeDate);
    const layers = new Map<Layer, StreamedLayer>();
    for (const layer of layersOf('contract-date'))
      layers.set(layer, await StreamedLayer.begin(lake, graph, layer, partition, of));
    return new LayersFollowed(layers, graph, frame);
  }

  /**
   * Writes a part; the first also of tables that have no rows yet, in place of what another build left.
   * @returns false if a build or another worker has taken the contract-date over
   */
  async write(
    part: number,
    captured: CapturedPart,
    opening: OpeningBook | undefined,
    checks: readonly CheckResult[],
  ): Promise<boolean> {
    try {
      for (const [layer, streamed] of this.layers)
        for (const contract of this.graph.tablesOf(layer)) {
          const rows = this.rowsOf(contract, captured, opening);
          if (rows !== null) await streamed.write(contract, rows, part);
          else if (part === 1) await streamed.write(contract, [new GatheredRows(contract).build()], part);
        }
      await this.writeOfHub(captured.hubLetters, checks);
      return true;
    } catch (error) {
      if (!isTakenOver(error)) throw error;
      return false;
    }
  }

  /** What could not be read, by its own numbers: a part that is written again may have other letters than before. */
  private async writeOfHub(letters: LettersByLane, checks: readonly CheckResult[]): Promise<void> {
    const bronze = this.layers.get('bronze')!;
    for (const [lane, waiting] of letters)
      await bronze.append(
        bronzeDeadLetters,
        lane,
        waiting,
        ({ byteOffset }) => Number(byteOffset),
        lettersIn,
      );
    const told = JSON.stringify(checks);
    if (told === this.told) return;
    await bronze.check(checks);
    this.told = told;
  }

  /** Null where there are none. */
  private rowsOf(
    contract: TableContract,
    { records, letters, tables }: CapturedPart,
    opening: OpeningBook | undefined,
  ): TableBatch[] | RowWriter | null {
    switch (contract.name) {
      case bronzeMbo.name:
        if (records.length === 0) return null;
        return async (writer) => {
          for (const batch of records) {
            writer.writeMbo(batch);
            await writer.drain();
          }
        };
      case bronzeDeadLetters.name:
        return letters.rowCount > 0 ? [letters] : null;
      case bronzeOpeningBooks.name: {
        if (!opening) return null;
        const rows = openingBookRows();
        rows.push({ ts: this.frame.origin.ns, ...opening });
        return [rows.take()];
      }
      default: {
        const rows = tables.get(contract.name);
        return rows && rows.rowCount > 0 ? [rows] : null;
      }
    }
  }
}

function lettersIn(letters: readonly DeadLetter[]): TableBatch {
  const rows = deadLetterRows();
  for (const letter of letters) rows.push(letter);
  return rows.take();
}
