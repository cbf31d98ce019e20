/** Compares what was built of a contract-date with what was streamed of it, and records that with the checks of the build. */
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { Layer } from '../../graph/datasets/layers';
import type { TableContract } from '../../graph/datasets/schema';
import { contractDate, type Partition } from '../../graph/datasets/units';
import type { CheckResult } from '../../graph/quality/checks';
import { TableComparison, type Comparison } from '../../graph/quality/comparison';
import { streamedCheck, uncomparedCheck } from '../../graph/quality/streamed';
import type { Lake } from '../../lake/lake';
import { addCheck } from '../publishing/addCheck';
import { LastBuilds, published } from '../publishing/lastBuilds';
import { partitionRows } from '../verify/partitionRows';
import { COMPUTED, type StreamedRows } from './streamedRows';

export interface CompareRequest {
  contract: string;
  /** ET, `YYYY-MM-DD`. */
  tradeDate: string;
  streamed: StreamedRows;
  run: { workflowId: string; runId: string };
}

export interface ComparedSession {
  agrees: boolean;
  /** By table; empty where there was nothing to compare with. */
  comparisons: Comparison[];
  /** What was recorded, by layer. */
  checks: ({ layer: Layer } & CheckResult)[];
}

/**
 * @throws SpymasterError NoInput if Silver or Gold is not published; CorruptTable if the streamed rows are there no more
 */
export async function compareStreamed(
  lake: Lake,
  { contract, tradeDate, streamed, run }: CompareRequest,
  signal?: AbortSignal,
  graph: DatasetGraph = DATASET_GRAPH,
): Promise<ComparedSession> {
  const partition = contractDate(contract, tradeDate);
  const builds = await LastBuilds.read(lake);
  const layers: { layer: Layer; comparisons: Comparison[]; rows: number }[] = [];
  for (const layer of COMPUTED) {
    const { rows } = published(builds, layer, partition);
    const comparisons =
      'missing' in streamed
        ? []
        : await Promise.all(
            graph
              .tablesOf(layer)
              .map((table) => compareTable(lake, table, partition, streamed.versions[table.name], signal)),
          );
    layers.push({ layer, comparisons, rows });
  }
  const comparisons = layers.flatMap((one) => one.comparisons);
  const compared = comparisons.reduce((sum, { rows }) => sum + rows, 0);
  const checks: ComparedSession['checks'] = [];
  for (const { layer, rows, comparisons } of layers) {
    const check =
      'missing' in streamed ? uncomparedCheck(rows, streamed.missing) : streamedCheck(comparisons, compared);
    await addCheck(lake, { build: published(builds, layer, partition), check, run, graph });
    checks.push({ layer, ...check });
  }
  return { agrees: checks.every(({ passed }) => passed), comparisons, checks };
}

async function compareTable(
  lake: Lake,
  table: TableContract,
  partition: Partition,
  version: number,
  signal: AbortSignal | undefined,
): Promise<Comparison> {
  const key = { ...partition.key };
  const comparison = new TableComparison(table);
  comparison.add(
    { table: await partitionRows(lake, table, key, { signal }) },
    { table: await partitionRows(lake, table, key, { version, signal }) },
  );
  return comparison.result();
}
