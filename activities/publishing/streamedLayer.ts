/**
 * How a layer of a contract-date grows while its session is followed: its entry in `ops.partitions` says that it is being built, and
 * rows come in numbered parts, each a commit a table. A part is written once, whoever writes it and however often; the batch build of
 * the closed session takes the partition over, and parts that come later are refused.
 */
import { randomUUID } from 'node:crypto';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { buildRow, opsPartitions } from '../../graph/catalog/partitionsTable';
import type { Provenance } from '../../graph/catalog/provenance';
import type { Layer } from '../../graph/datasets/layers';
import type { TableBatch, TableContract } from '../../graph/datasets/schema';
import { keyText, type Partition } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import type { CheckResult } from '../../graph/quality/checks';
import { checkRows, qualityChecks } from '../../graph/quality/checksTable';
import { dataKind } from '../../graph/sim/dataset';
import type { CommitOptions, DeltaTable, RowWriter } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';
import { CAPTURED } from './captured';
import { fenceAfter, localFence } from './fence';
import { fenceName, fenceSeen } from './publication';
import { digestOf } from './provenance';
import { rootOf } from './roots';

export interface StreamedRun {
  /** Names the stream of parts: of another one, the first part replaces what there is. */
  readonly stream: string;
  /** Who follows the session, for lineage. */
  readonly run: { readonly workflowId: string; readonly runId: string };
  /** Datasets whose records have come, such as `GLBX.MDP3`: by them simulated data are told from real. */
  readonly datasets: () => readonly string[];
}

export const newStream = (): string => randomUUID();

/** Nothing of it is judged current by this: a build comes after it in any case. */
const provenanceOf = ({ stream, datasets }: StreamedRun): Provenance => {
  const data = dataKind(datasets());
  return { code: {}, settings: data === 'real' ? {} : { data }, inputs: { [CAPTURED]: stream } };
};

export class StreamedLayer {
  private claimed = false;

  private constructor(
    private readonly lake: Lake,
    private readonly graph: DatasetGraph,
    private readonly layer: Layer,
    private readonly partition: Partition,
    private readonly fence: number,
    private readonly of: StreamedRun,
  ) {}

  /** Goes on where the stream's earlier worker stopped, whose place this one takes. */
  static async begin(
    lake: Lake,
    graph: DatasetGraph,
    layer: Layer,
    partition: Partition,
    of: StreamedRun,
  ): Promise<StreamedLayer> {
    const seen = await fenceSeen(lake, graph, { layer, partition });
    const fence = fenceAfter(localFence(Date.now()), seen);
    return new StreamedLayer(lake, graph, layer, partition, fence, of);
  }

  /**
   * Writes a part of a table's rows, unless it has been written.
   * @param part rising by one; the same rows each time
   * @throws SpymasterError Fenced if a build or another worker has taken the partition over
   */
  async write(contract: TableContract, rows: readonly TableBatch[] | RowWriter, part: number): Promise<void> {
    if (!this.claimed) await this.claim();
    const table = this.lake.table(contract);
    const written = (await table.snapshot()).txns.get(this.streamName);
    if (written !== undefined && written >= part) return;
    const stream = { appId: this.streamName, version: part };
    const options = { ...this.commit(), stream };
    const key = { ...this.partition.key };
    await unlessWritten(table, stream, () =>
      written === undefined ? table.overwritePartition(key, rows, options) : table.append(key, rows, options),
    );
  }

  /**
   * Adds rows that are numbered by themselves, not by part: those up to the number written last are left out.
   * @param lane the numbers are of; in each they rise, and a number is written as a whole
   */
  async append<Numbered>(
    contract: TableContract,
    lane: string,
    items: readonly Numbered[],
    numberOf: (item: Numbered) => number,
    rowsOf: (items: readonly Numbered[]) => TableBatch,
  ): Promise<void> {
    if (!this.claimed) await this.claim();
    const table = this.lake.table(contract);
    const appId = `${this.streamName}-${lane}`;
    const written = (await table.snapshot()).txns.get(appId) ?? -1;
    const fresh = items.filter((item) => numberOf(item) > written);
    if (fresh.length === 0) return;
    const stream = { appId, version: numberOf(fresh.at(-1)!) };
    const options = { ...this.commit(), stream };
    await unlessWritten(table, stream, () =>
      table.append({ ...this.partition.key }, [rowsOf(fresh)], options),
    );
  }

  /** Replaces what is told of the data so far. */
  async check(checks: readonly CheckResult[]): Promise<void> {
    if (!this.claimed) await this.claim();
    const { layer, partition, lake } = this;
    const built = { layer, partition, product: rootOf(partition, lake.products) };
    const checkedAt = BigInt(Date.now()) * 1_000_000n;
    const rows = checkRows();
    for (const result of checks) rows.push({ ...built, result, digest: this.digest, checkedAt });
    const place = { layer, partition: keyText(partition) };
    await lake.table(qualityChecks).overwritePartition(place, [rows.take()], this.commit());
  }

  private async claim(): Promise<void> {
    const { layer, partition, fence, of, lake, graph } = this;
    const row = buildRow({
      layer,
      partition,
      product: rootOf(partition, lake.products),
      status: 'building',
      digest: this.digest,
      provenance: provenanceOf(of),
      codeVersion: graph.codeVersionOf(layer),
      rows: 0,
      seconds: 0,
      fence,
      ...of.run,
      reason: 'its session is followed: rows come in until it is built after the close',
      finishedAt: BigInt(Date.now()) * 1_000_000n,
    });
    const place = { layer, partition: keyText(partition) };
    await lake.table(opsPartitions).overwritePartition(place, [row], this.commit());
    this.claimed = true;
  }

  private commit(): CommitOptions {
    const { layer, fence, of, graph } = this;
    return {
      operation: `follow ${layer}`,
      lineage: {
        inputs: [`live@${of.stream}`],
        codeVersion: graph.codeVersionOf(layer),
        digest: this.digest,
        ...of.run,
      },
      txn: { appId: fenceName({ layer, partition: this.partition }), version: fence },
    };
  }

  private get digest(): string {
    return digestOf(this.partition, provenanceOf(this.of));
  }

  private get streamName(): string {
    return `live-${this.of.stream}`;
  }
}

/** Writes; refused because the stream has been written as far meanwhile, by a worker held up in doing so, it is done. */
async function unlessWritten(
  table: Pick<DeltaTable, 'snapshot'>,
  { appId, version }: NonNullable<CommitOptions['stream']>,
  write: () => Promise<unknown>,
): Promise<void> {
  try {
    await write();
  } catch (error) {
    if (!isTakenOver(error)) throw error;
    const written = (await table.snapshot()).txns.get(appId);
    if (written === undefined || written < version) throw error;
  }
}

/** Whether a part was refused because another has taken the partition over. */
export const isTakenOver = (error: unknown): boolean =>
  error instanceof SpymasterError && error.code === 'Fenced';
