/**
 * How a layer of a partition is published: its tables first, one commit each and all under one fence, the entry in
 * `ops.partitions` last. Whoever finds a published entry finds the tables it speaks of.
 */
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { Layer } from '../../graph/datasets/layers';
import { buildRow, type BuildStatus } from '../../graph/catalog/partitionsTable';
import type { Provenance } from '../../graph/catalog/provenance';
import type { BuiltPartition } from '../../graph/datasets/builtPartition';
import type { TableBatch, TableContract } from '../../graph/datasets/schema';
import { keyText, type Partition } from '../../graph/datasets/units';
import { blocking, type CheckResult } from '../../graph/quality/checks';
import { checkRows } from '../../graph/quality/checksTable';
import type { CommitOptions, RowWriter } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';
import { LastBuilds } from './lastBuilds';
import { digestOf } from './provenance';
import { rootOf } from './roots';

const nowNs = () => BigInt(Date.now()) * 1_000_000n;

/** One attempt at one layer of one partition. */
interface Attempt {
  layer: Layer;
  partition: Partition;
  /** Rises with every attempt; one holding a lower number than the table's loses. */
  fence: number;
  /** Who asked, for lineage. */
  run: { workflowId: string; runId: string };
}

/** How the attempt ended. */
export interface Ended {
  /** `current`: inputs, code and settings equal the published build's, nothing was done. */
  status: Exclude<BuildStatus, 'failed'> | 'current';
  /** Rows written, by table. */
  rows: Record<string, number>;
  checks: CheckResult[];
  digest: string;
  /** For `blocked` and `no_data`: the reason, in words. */
  reason?: string;
}

export class Publication {
  readonly digest: string;
  private readonly rows: Record<string, number> = {};
  private readonly started = Date.now();

  /** @param provenance what the build is made of; what it is judged current by */
  constructor(
    private readonly lake: Lake,
    private readonly graph: DatasetGraph,
    private readonly attempt: Attempt,
    private readonly provenance: Provenance,
    private readonly signal: AbortSignal,
  ) {
    this.digest = digestOf(attempt.partition, provenance);
  }

  /** The end of a build that need not be done: what is published is what it would give. Undefined if it is not. */
  async current(): Promise<Ended | undefined> {
    const { layer, partition } = this.attempt;
    const key = keyText(partition);
    const last = (await LastBuilds.read(this.lake, (at, of) => at === layer && of === key)).of(
      layer,
      partition,
    );
    const unchanged =
      last?.digest === this.digest && (last.status === 'published' || last.status === 'no_data');
    if (!unchanged) return undefined;
    return last.status === 'published'
      ? this.result('current', [])
      : this.result('no_data', [], last.reason ?? undefined);
  }

  /** Replaces the partition in one table. */
  async table(contract: TableContract, rows: readonly TableBatch[] | RowWriter): Promise<void> {
    const { key } = this.attempt.partition;
    const result = await this.lake.table(contract).overwritePartition({ ...key }, rows, this.commit());
    this.rows[contract.name] = result.rows;
  }

  /** Records the checks and how the layer now is, and so ends the build: blocked, if a blocking check failed. */
  async end(checks: readonly CheckResult[]): Promise<Ended> {
    const rows = checkRows();
    for (const result of checks)
      rows.push({ ...this.built, result, digest: this.digest, checkedAt: nowNs() });
    await this.replace(rows.take());
    const failed = blocking(checks);
    const reason = failed.map(({ message }) => message).join('; ');
    return failed.length > 0 ? this.close('blocked', checks, reason) : this.close('published', checks);
  }

  /** Ends a build that found nothing to build from. */
  noData(reason: string): Promise<Ended> {
    return this.close('no_data', [], reason);
  }

  /** Records that the layer failed for good. */
  failed(reason: string): Promise<void> {
    return this.record('failed', 0, reason);
  }

  private async close(
    status: 'published' | 'blocked' | 'no_data',
    checks: readonly CheckResult[],
    reason?: string,
  ): Promise<Ended> {
    await this.record(status, (Date.now() - this.started) / 1000, reason);
    return this.result(status, checks, reason);
  }

  private result(status: Ended['status'], checks: readonly CheckResult[], reason?: string): Ended {
    const { rows, digest } = this;
    return { status, rows, checks: [...checks], digest, ...(reason !== undefined && { reason }) };
  }

  private async record(status: BuildStatus, seconds: number, reason?: string): Promise<void> {
    const { layer, fence, run } = this.attempt;
    await this.replace(
      buildRow({
        ...this.built,
        status,
        digest: this.digest,
        provenance: this.provenance,
        codeVersion: this.graph.codeVersionOf(layer),
        rows: Object.values(this.rows).reduce((sum, rows) => sum + rows, 0),
        seconds,
        fence,
        ...run,
        reason: reason ?? null,
        finishedAt: nowNs(),
      }),
    );
  }

  private get built(): BuiltPartition {
    const { layer, partition } = this.attempt;
    return { layer, partition, product: rootOf(partition, this.lake.products) };
  }

  /** Replaces what a table about builds holds of this layer of the partition. */
  private async replace(batch: TableBatch): Promise<void> {
    const { layer, partition } = this.attempt;
    const place = { layer, partition: keyText(partition) };
    await this.lake.table(batch.contract).overwritePartition(place, [batch], this.commit());
  }

  private commit(): CommitOptions {
    const { layer, partition, fence, run } = this.attempt;
    const { inputs } = this.provenance;
    return {
      operation: `build ${layer}`,
      lineage: {
        inputs: Object.entries(inputs).map(([name, digest]) => `${name}@${digest}`),
        codeVersion: this.graph.codeVersionOf(layer),
        digest: this.digest,
        ...run,
      },
      txn: { appId: `build-${layer}-${keyText(partition).replaceAll('/', '-')}`, version: fence },
      signal: this.signal,
    };
  }
}
