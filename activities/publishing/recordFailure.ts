/** Records in the lake that a layer failed for good, so that later plans see it. */
import { buildRow, opsPartitions, type LastBuild } from '../../graph/catalog/partitionsTable';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import type { Provenance } from '../../graph/catalog/provenance';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { Layer } from '../../graph/datasets/layers';
import { keyText, type Partition } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import { partitionsOf, type Scope } from '../../graph/planning/scope';
import type { Lake } from '../../lake/lake';
import { sharedLake } from '../stages/sharedLake';
import type { StageSettings } from '../stages/stages';
import { CAPTURED, capturedIn } from './captured';
import { LastBuilds } from './lastBuilds';
import { digestOf } from './provenance';
import { calendarOf, rootOf } from './roots';

/** A build that failed and is not tried again. */
export interface FailedBuild {
  layer: Layer;
  scope: Scope;
  run: { workflowId: string; runId: string };
  /** When it began, ms since the Unix epoch. */
  since: number;
  /** Code or name of the failure, and its message. */
  type: string;
  message: string;
}

const NOTHING = { code: {}, settings: {}, inputs: {} };

/** Times in a row that an entry may change between being read and being replaced. */
const MAX_RACES = 50;

/**
 * Records a failure; of a span, for the dates that the run did not finish. Another build of the same layer is never in its way: a
 * build that was fenced off records nothing, what another run has recorded since this one began is left as it is, and no fence is raised.
 */
export async function recordFailure(
  failed: FailedBuild,
  settings: StageSettings,
  graph: DatasetGraph = DATASET_GRAPH,
): Promise<void> {
  if (failed.type === 'Fenced') return;
  const lake = await sharedLake(settings);
  for (const partition of partitionsOf(failed.scope, calendarOf(failed.scope, settings.features)))
    await recordOne(lake, graph, failed, partition);
}

async function recordOne(
  lake: Lake,
  graph: DatasetGraph,
  failed: FailedBuild,
  partition: Partition,
): Promise<void> {
  const { layer, run } = failed;
  const codeVersion = graph.codeVersionOf(layer);
  const place = { layer, partition: keyText(partition) };
  const table = lake.table(opsPartitions);
  for (let races = 0; ; races++) {
    const basedOn = await table.snapshot();
    const last = (await LastBuilds.read(lake, (at, of) => at === layer && of === place.partition)).of(
      layer,
      partition,
    );
    if (isTaken(last, failed)) return;
    const provenance = last ? kept(last.provenance) : NOTHING;
    const digest = digestOf(partition, provenance);
    const row = buildRow({
      layer,
      partition,
      product: rootOf(partition, lake.products),
      status: 'failed',
      digest,
      provenance,
      codeVersion,
      rows: 0,
      seconds: 0,
      fence: last?.runId === run.runId ? last.fence : 0,
      ...run,
      reason: `${failed.type}: ${failed.message}`,
      finishedAt: BigInt(Date.now()) * 1_000_000n,
    });
    try {
      const lineage = { inputs: [], codeVersion, digest, ...run };
      await table.overwritePartition(place, [row], { operation: `build ${layer}`, lineage, basedOn });
      return;
    } catch (error) {
      const outrun = error instanceof SpymasterError && error.code === 'CommitConflict';
      if (!outrun || races === MAX_RACES) throw error;
    }
  }
}

/** What was captured live is still there to be built from. */
const kept = (provenance: Provenance): Provenance =>
  capturedIn(provenance)
    ? { ...NOTHING, settings: dataIn(provenance), inputs: { [CAPTURED]: provenance.inputs[CAPTURED] } }
    : NOTHING;

const dataIn = ({ settings: { data } }: Provenance) => (data === undefined ? {} : { data });

/** Whether the entry speaks of something else than the failed build: of another one since, or of a date of the span that it finished. */
function isTaken(last: LastBuild | undefined, { run, since }: FailedBuild): boolean {
  if (!last) return false;
  if (last.runId === run.runId) return last.status !== 'failed' && last.status !== 'building';
  return last.finishedAt >= BigInt(since) * 1_000_000n;
}
