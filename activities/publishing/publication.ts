/**
 * How a layer of a partition is published: its entry in `ops.partitions` is marked as being built, then its tables are replaced, one
 * commit each and all under one fence, and the entry last. Whoever finds a published entry finds the tables it speaks of, however
 * many builds run at once and whenever one is killed.
 *
 * Of several builds at once the one with the highest fence wins: what it has written no other replaces, and it replaces whatever the
 * others wrote.
 */
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { Layer } from '../../graph/datasets/layers';
import {
  buildRow,
  opsPartitions,
  type BuildStatus,
  type LastBuild,
} from '../../graph/catalog/partitionsTable';
import type { Provenance } from '../../graph/catalog/provenance';
import type { BuiltPartition } from '../../graph/datasets/builtPartition';
import type { Row, TableBatch, TableContract } from '../../graph/datasets/schema';
import { keyText, label, type Partition } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import { blocking, type CheckResult } from '../../graph/quality/checks';
import { checkOf, checkRows, qualityChecks } from '../../graph/quality/checksTable';
import { FEED_CHECKS } from '../../graph/quality/feedChecks';
import type { CommitOptions, RowWriter } from '../../lake/delta/table';
import type { Lake } from '../../lake/lake';
import { attemptOf, fenceAfter } from './fence';
import type { InputsRead } from './inputsRead';
import { LastBuilds } from './lastBuilds';
import { digestOf } from './provenance';
import { rootOf } from './roots';

const nowNs = () => BigInt(Date.now()) * 1_000_000n;

/** One attempt at one layer of one partition. */
interface Attempt {
  layer: Layer;
  partition: Partition;
  /** Rises with every attempt; where others have written higher ones, the next after theirs is taken. */
  fence: number;
  /** Who asked, for lineage. */
  run: { workflowId: string; runId: string };
}

/** Times in a row that the entry may change between being read and being replaced. */
const MAX_RACES = 50;

/** How the attempt ended. */
export interface Ended {
  /** `current`: inputs, code and settings equal the published build's, nothing was done. */
  status: Exclude<BuildStatus, 'failed' | 'building'> | 'current';
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
  /** Whether the entry is this attempt's. */
  private claimed = false;

  private constructor(
    private readonly lake: Lake,
    private readonly graph: DatasetGraph,
    private readonly attempt: Attempt,
    private readonly provenance: Provenance,
    private readonly inputs: InputsRead,
    private readonly signal: AbortSignal,
    private readonly last: LastBuild | undefined,
  ) {
    this.digest = digestOf(attempt.partition, provenance);
  }

  /**
   * Begins an attempt; nothing is written yet.
   * @param provenance what the build is made of; what it is judged current by
   * @param inputs what is read for it, as it was when the provenance was made
   * @throws SpymasterError Fenced if a later attempt of the same run has begun to write
   */
  static async begin(
    lake: Lake,
    graph: DatasetGraph,
    attempt: Attempt,
    provenance: Provenance,
    inputs: InputsRead,
    signal: AbortSignal,
  ): Promise<Publication> {
    const { layer, partition, run } = attempt;
    const key = keyText(partition);
    const last = (await LastBuilds.read(lake, (at, of) => at === layer && of === key)).of(layer, partition);
    if (last?.runId === run.runId && attemptOf(last.fence) > attemptOf(attempt.fence)) throw fenced(attempt);
    const fence = fenceAfter(attempt.fence, await fenceSeen(lake, graph, attempt));
    return new Publication(lake, graph, { ...attempt, fence }, provenance, inputs, signal, last);
  }

  /** The end of a build that need not be done: what is published is what it would give. Undefined if it is not. */
  current(): Ended | undefined {
    const { last } = this;
    const unchanged =
      last?.digest === this.digest && (last.status === 'published' || last.status === 'no_data');
    if (!unchanged) return undefined;
    return last.status === 'published'
      ? this.result('current', [])
      : this.result('no_data', [], last.reason ?? undefined);
  }

  /**
   * Replaces the partition in one table.
   * @throws SpymasterError Fenced if a later attempt has begun to write
   */
  async table(contract: TableContract, rows: readonly TableBatch[] | RowWriter): Promise<void> {
    const { key } = this.attempt.partition;
    const write: RowWriter = async (writer) => {
      if (typeof rows === 'function') await rows(writer);
      else for (const batch of rows) await writer.write(batch);
      // As late as can be: a build that is cancelled, or finds its input wanting, leaves what was published.
      await this.claim();
    };
    const result = await this.lake.table(contract).overwritePartition({ ...key }, write, this.commit());
    this.rows[contract.name] = result.rows;
  }

  /**
   * Leaves what a table holds of the partition as it is, and as part of this build: what an older writer adds is refused from now on.
   * @throws SpymasterError Fenced if a later attempt has begun to write
   */
  async keep(contract: TableContract): Promise<void> {
    const { key } = this.attempt.partition;
    await this.claim();
    const table = this.lake.table(contract);
    await table.append({ ...key }, [], this.commit());
    this.rows[contract.name] = (await table.snapshot()).partition({ ...key })?.rows ?? 0;
  }

  /**
   * Records the checks and how the layer now is, and so ends the build: blocked, if a blocking check failed.
   * @throws SpymasterError InputChanged if what was read was built anew meanwhile; Fenced
   */
  async end(checks: readonly CheckResult[]): Promise<Ended> {
    await this.claim();
    await this.inputs.requireUnchanged(this.attempt.partition);
    const rows = checkRows();
    for (const result of checks)
      rows.push({ ...this.built, result, digest: this.digest, checkedAt: nowNs() });
    for (const row of await this.toldOfFeed())
      rows.push({
        ...this.built,
        result: checkOf(row),
        digest: row.digest as string,
        checkedAt: row.checked_at as bigint,
      });
    await this.replace(rows.take());
    const failed = blocking(checks);
    const reason = failed.map(({ message }) => message).join('; ');
    return failed.length > 0 ? this.close('blocked', checks, reason) : this.close('published', checks);
  }

  /**
   * Ends a build that found nothing to build from. Rows of an earlier build go: they are of data that are not there any more.
   * @throws SpymasterError InputChanged if what was read was built anew meanwhile; Fenced
   */
  async noData(reason: string): Promise<Ended> {
    const { layer, partition } = this.attempt;
    for (const contract of this.graph.tablesOf(layer)) {
      const snapshot = await this.lake.table(contract).snapshot();
      if (snapshot.filesOf({ ...partition.key }).length > 0) await this.table(contract, []);
    }
    await this.inputs.requireUnchanged(partition);
    return this.close('no_data', [], reason);
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

  /** What happened while the session was followed stays told. */
  private async toldOfFeed(): Promise<Row[]> {
    const { layer, partition } = this.attempt;
    const place = { layer, partition: keyText(partition) };
    const rows = await this.lake.table(qualityChecks).readRows({ partition: place });
    return rows.filter(({ check_name }) => FEED_CHECKS.includes(check_name as string));
  }

  /** Marks the entry as this attempt's, once. */
  private async claim(): Promise<void> {
    if (!this.claimed) await this.record('building', 0, 'a build of it has begun and has not ended');
  }

  /** Replaces the entry, which is this attempt's from then on, unless a later one has it. */
  private async record(status: BuildStatus, seconds: number, reason?: string): Promise<void> {
    const { layer, fence, run } = this.attempt;
    const row = buildRow({
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
    });
    for (let races = 0; ; races++) {
      const { txns } = await this.lake.table(opsPartitions).snapshot();
      // Two that began in the same moment may have the same fence: the one that claims first has it.
      if (!this.claimed && (txns.get(fenceName(this.attempt)) ?? 0) >= fence) throw fenced(this.attempt);
      try {
        await this.replace(row);
        this.claimed = true;
        return;
      } catch (error) {
        const outrun = error instanceof SpymasterError && error.code === 'CommitConflict';
        if (!outrun || races === MAX_RACES) throw error;
      }
    }
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
    const { layer, fence, run } = this.attempt;
    const { inputs } = this.provenance;
    return {
      operation: `build ${layer}`,
      lineage: {
        inputs: Object.entries(inputs).map(([name, digest]) => `${name}@${digest}`),
        codeVersion: this.graph.codeVersionOf(layer),
        digest: this.digest,
        ...run,
      },
      txn: { appId: fenceName(this.attempt), version: fence },
      signal: this.signal,
    };
  }
}

/** What the fences of a layer of a partition are recorded under in the tables' logs. */
export const fenceName = ({ layer, partition }: Pick<Attempt, 'layer' | 'partition'>) =>
  `build-${layer}-${keyText(partition).replaceAll('/', '-')}`;

/** The highest fence that any table a build replaces has seen. */
export async function fenceSeen(
  lake: Lake,
  graph: DatasetGraph,
  attempt: Pick<Attempt, 'layer' | 'partition'>,
): Promise<number> {
  const layerTables = graph.datasetsOf(attempt.layer).map(({ table }) => table!);
  let seen = 0;
  for (const contract of [opsPartitions, qualityChecks, ...layerTables]) {
    const { txns } = await lake.table(contract).snapshot();
    seen = Math.max(seen, txns.get(fenceName(attempt)) ?? 0);
  }
  return seen;
}

const fenced = ({ layer, partition }: Attempt) =>
  new SpymasterError('Fenced', `A later build of ${layer} of ${label(partition)} has taken over`, {
    layer,
    partition: keyText(partition),
  });
