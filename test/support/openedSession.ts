/** Operators of a session as tests drive them: rows are taken table by table, and a restart leaves nothing but the saved bytes. */
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import { GatheredRows } from '../../graph/datasets/gather';
import type { Layer } from '../../graph/datasets/layers';
import type { TableBatch, TableContract } from '../../graph/datasets/schema';
import type { OptionRecord } from '../../graph/options/inputs';
import type { MboBatch } from '../../graph/records/mbo';
import type { SessionInputs } from '../../graph/session/inputs';
import type { SessionEvent, SessionInput } from '../../graph/session/operators';
import { SessionGraph } from '../../graph/stream/sessionGraph';
import { restoreState, saveState } from '../../graph/state/blob';
import type { EpisodeVector } from '../../graph/vectors/vectorBuilder';

export class OpenedSession {
  private graph: SessionGraph;
  private readonly waiting = new Map<string, GatheredRows>();
  private approaches: EpisodeVector[] = [];

  /** @param layers whose operators run; all, if none are named */
  constructor(
    private readonly inputs: SessionInputs,
    private readonly layers: readonly Layer[] = ['silver', 'gold'],
  ) {
    this.graph = this.open();
  }

  get frame() {
    return this.graph.frame;
  }

  push(input: SessionInput): void {
    this.graph.push(input);
  }

  records(batch: MboBatch, from = 0, to = batch.length): void {
    this.graph.push({ kind: 'records', batch, from, to });
  }

  option(record: OptionRecord): void {
    this.graph.push({ kind: 'option', record });
  }

  rows(batches: readonly TableBatch[]): void {
    for (const batch of batches) this.graph.push({ kind: 'rows', batch });
  }

  finish(): void {
    this.gather(this.graph.end());
  }

  /** Rows of a table since they were taken last. */
  take(contract: TableContract): TableBatch {
    this.gather(this.graph.take());
    const rows = this.waiting.get(contract.name) ?? new GatheredRows(contract);
    this.waiting.delete(contract.name);
    return rows.build();
  }

  /** Vectors of approaches since they were taken last. */
  takeApproaches(): EpisodeVector[] {
    this.gather(this.graph.take());
    return this.approaches.splice(0);
  }

  save(): Uint8Array {
    this.gather(this.graph.take());
    return saveState(this.graph);
  }

  /** Goes on from what was saved, as a worker does that was replaced. */
  restart(): void {
    this.graph = restoreState(this.open(), this.save());
  }

  private open(): SessionGraph {
    return new SessionGraph(
      this.inputs,
      this.layers.flatMap((layer) => DATASET_GRAPH.computationsOf(layer)),
    );
  }

  private gather(events: readonly SessionEvent[]): void {
    for (const event of events) {
      if (event.kind === 'approach_vector') this.approaches.push(event.vector);
      if (event.kind !== 'rows') continue;
      const { contract } = event.batch;
      const rows = this.waiting.get(contract.name) ?? new GatheredRows(contract);
      this.waiting.set(contract.name, rows);
      rows.add(event.batch);
    }
  }
}
