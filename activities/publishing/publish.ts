/**
 * How a layer of a contract-date comes out: its tables first, one commit each and all under one fence, the entry in
 * `ops.partitions` last. Whoever finds a published entry finds the tables it speaks of.
 */
import { codeVersionOf } from '../../graph/datasets/declaration';
import { TableBuilder, type Row, type TableBatch, type TableContract } from '../../graph/datasets/schema';
import { opsPartitions, qualityChecks } from '../../graph/datasets/opsTables';
import { SpymasterError } from '../../graph/errors';
import { blocking, type CheckResult } from '../../graph/quality/checks';
import type { CommitOptions, Partition, RowWriter } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';
import type { StageRequest, StageResult } from '../stages/stage';

const nowNs = () => BigInt(Date.now()) * 1_000_000n;

/** One build of one layer on its way into the lake. */
export class Publication {
  readonly rows: Record<string, number> = {};
  private readonly started = Date.now();

  /**
   * @param digest what the build is judged current by
   * @param inputs what is read, as `dataset@digest`
   */
  constructor(
    private readonly lake: Lake,
    private readonly request: StageRequest,
    readonly digest: string,
    private readonly inputs: readonly string[],
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Replaces a partition of one table.
   * @param partition default: this contract-date
   */
  async table(
    contract: TableContract,
    rows: readonly TableBatch[] | RowWriter,
    partition: Partition = { contract: this.request.contract, trade_date: this.request.tradeDate },
  ): Promise<void> {
    const result = await this.lake.table(contract).overwritePartition(partition, rows, this.commit());
    this.rows[contract.name] = result.rows;
  }

  /** The result of a build that need not be done: it stands as it would be built now. Undefined if it does not. */
  async current(): Promise<StageResult | undefined> {
    if (this.request.force) return undefined;
    const found = await standingOf(this.lake, this.request);
    const stands = found?.status === 'published' && found.digest === this.digest;
    return stands ? this.result('current', []) : undefined;
  }

  /** Records the checks and the layer's new standing, and so ends the build: blocked, if a blocking check failed. */
  async end(checks: readonly CheckResult[]): Promise<StageResult> {
    await this.layerTable(
      qualityChecks,
      checks.map((check) => ({
        check_name: check.check,
        severity: check.severity,
        passed: check.passed,
        value: check.value,
        threshold: check.limit,
        message: check.message,
        digest: this.digest,
        checked_at: nowNs(),
      })),
    );
    const failed = blocking(checks);
    const reason = failed.map(({ message }) => message).join('; ');
    return failed.length > 0 ? this.close('blocked', checks, reason) : this.close('published', checks);
  }

  /** Ends a build that found nothing to build from. */
  noData(reason: string): Promise<StageResult> {
    return this.close('no_data', [], reason);
  }

  private async close(
    status: 'published' | 'blocked' | 'no_data',
    checks: readonly CheckResult[],
    reason?: string,
  ): Promise<StageResult> {
    const result = this.result(status, checks, reason);
    await this.record(status, result.seconds, reason);
    return result;
  }

  private result(
    status: StageResult['status'],
    checks: readonly CheckResult[],
    reason?: string,
  ): StageResult {
    const { layer, contract, tradeDate } = this.request;
    return {
      layer,
      contract,
      tradeDate,
      status,
      rows: this.rows,
      checks: [...checks],
      digest: this.digest,
      seconds: (Date.now() - this.started) / 1000,
      ...(reason !== undefined && { reason }),
    };
  }

  /** Writes the layer's entry in `ops.partitions`. */
  async record(
    status: 'published' | 'failed' | 'blocked' | 'no_data',
    seconds: number,
    reason?: string,
  ): Promise<void> {
    const { layer, fence, run } = this.request;
    await this.layerTable(opsPartitions, [
      {
        status,
        digest: this.digest,
        code_version: codeVersionOf(layer),
        rows: BigInt(Object.values(this.rows).reduce((sum, rows) => sum + rows, 0)),
        seconds,
        fence: BigInt(fence),
        workflow_id: run.workflowId,
        run_id: run.runId,
        reason: reason ?? null,
        finished_at: nowNs(),
      },
    ]);
  }

  private async layerTable(contract: TableContract, rows: readonly Row[]): Promise<void> {
    const builder = new TableBuilder(contract);
    for (const row of rows) builder.push(row);
    const { layer, contract: symbol, tradeDate } = this.request;
    const partition = { layer, contract: symbol, trade_date: tradeDate };
    await this.lake.table(contract).overwritePartition(partition, [builder.build()], this.commit());
  }

  private commit(): CommitOptions {
    const { layer, contract, tradeDate, fence, run } = this.request;
    return {
      operation: `build ${layer}`,
      lineage: {
        inputs: [...this.inputs],
        codeVersion: codeVersionOf(layer),
        digest: this.digest,
        ...run,
      },
      txn: { appId: `build-${layer}-${contract}-${tradeDate}`, version: fence },
      signal: this.signal,
    };
  }
}

/** How a layer of a contract-date stands, as its last build recorded it. */
export interface Standing {
  status: 'published' | 'failed' | 'blocked' | 'no_data';
  digest: string;
  finishedAt: bigint;
  reason: string | null;
}

/** The entry of one layer in `ops.partitions`, or undefined if it was never built. */
export async function standingOf(
  lake: Lake,
  { layer, contract, tradeDate }: Pick<StageRequest, 'layer' | 'contract' | 'tradeDate'>,
): Promise<Standing | undefined> {
  const partition = { layer, contract, trade_date: tradeDate };
  const [row] = await lake.table(opsPartitions).readRows({ partition });
  return row && standing(row);
}

export const standing = (row: Row): Standing => ({
  status: row.status as Standing['status'],
  digest: row.digest as string,
  finishedAt: row.finished_at as bigint,
  reason: row.reason as string | null,
});

/**
 * The digest a layer was published under.
 * @throws SpymasterError NoInput if it was not
 */
export async function publishedDigest(
  lake: Lake,
  request: Pick<StageRequest, 'layer' | 'contract' | 'tradeDate'>,
): Promise<string> {
  const found = await standingOf(lake, request);
  if (found?.status === 'published') return found.digest;
  const { layer, contract, tradeDate } = request;
  throw new SpymasterError(
    'NoInput',
    `${layer} of ${contract} ${tradeDate} is not published (${found?.status ?? 'never built'})`,
    {
      expected: `a published ${layer} layer: build it first`,
    },
  );
}
