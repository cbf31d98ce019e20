/** The stages: what a thread of the pool, and `spymaster build`, runs. */
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import { UNIT_OF, type Layer } from '../../graph/datasets/layers';
import { keyText, type Partition } from '../../graph/datasets/units';
import { SpymasterError } from '../../graph/errors';
import { partitionsOf } from '../../graph/planning/scope';
import type { FeatureSettings } from '../../graph/settings';
import type { Lake } from '../../lake/lake';
import type { EngineSettings } from '../../lake/parquet/engineSettings';
import type { CacheSettings } from '../../lake/store/fileCache';
import { currentSettings } from './currentSettings';
import { sharedLake } from './sharedLake';
import { untilBuilt, whileBuilt } from '../lineage/toldBuild';
import type { LineageSettings } from '../lineage/toldRun';
import { Upstreams } from '../planning/upstream';
import { LastBuilds, published } from '../publishing/lastBuilds';
import { InputsRead } from '../publishing/inputsRead';
import { Publication, type Ended } from '../publishing/publication';
import { calendarOf } from '../publishing/roots';
import { buildBronze } from './bronze';
import type { Build } from './build';
import { buildRows } from './rows';
import { buildSession } from './session';
import type { StageContext, StageRequest, StageResult } from './stage';

/** Where a stage reads and writes, and how it computes; plain JSON. */
export interface StageSettings {
  /** Where the lake is: a folder, or an address in Azure. */
  lake: string;
  /** What the user chose about the features. */
  features: FeatureSettings;
  /** What DuckDB may use of the machine. */
  duckdb?: EngineSettings;
  /** How builds are told of as lineage; not at all, without. */
  lineage?: LineageSettings;
  /** Where files of a lake elsewhere are kept. */
  cache?: CacheSettings;
  /** Address of the vault of its key, where that is in one. */
  vault?: string;
}

/**
 * Builds one layer of a partition, or of each partition of a span in order, unless it is current.
 * @throws SpymasterError NoInput if a layer below is not published; InputChanged if one was built anew meanwhile; Fenced if a later
 * build of the same layer has taken over; Cancelled
 */
export async function runStage(
  request: StageRequest,
  context: StageContext,
  configured: StageSettings,
  graph: DatasetGraph = DATASET_GRAPH,
): Promise<StageResult> {
  const started = Date.now();
  const { layer, scope } = request;
  const asked = { ...request, graph, signal: context.signal };
  const run = await untilBuilt(configured.lineage, asked, () =>
    prepared(request, context, configured, graph),
  );
  const { partitions } = run;
  const ends: Ended[] = [];
  for (const [done, partition] of partitions.entries()) {
    if (partitions.length > 1)
      context.progress({ phase: keyText(partition), done, total: partitions.length });
    context.signal.throwIfAborted();
    ends.push(await buildPartition(partition, run));
  }
  return { layer, scope, ...together(ends), seconds: (Date.now() - started) / 1000 };
}

interface StageRun extends Pick<Build, 'context' | 'lake' | 'graph' | 'recent'> {
  request: StageRequest;
  settings: StageSettings;
  partitions: readonly Partition[];
  upstreams: Upstreams;
  inputs: InputsRead;
}

async function prepared(
  request: StageRequest,
  context: StageContext,
  configured: StageSettings,
  graph: DatasetGraph,
): Promise<StageRun> {
  const { layer, scope } = request;
  if (scope.unit !== UNIT_OF[layer])
    throw new SpymasterError('BadArgument', `${layer} is not built by ${scope.unit}`, {
      expected: UNIT_OF[layer],
    });
  const lake = await sharedLake(configured);
  const settings = await currentSettings(configured);
  const partitions = partitionsOf(scope, calendarOf(scope, settings.features));
  const inputs = await InputsRead.begin(lake, (partition) => upstreams.inputs(layer, partition));
  const upstreams = await upstreamsOf(lake, request, settings, graph);
  return { request, context, lake, settings, graph, partitions, upstreams, inputs, recent: new Map() };
}

async function buildPartition(partition: Partition, run: StageRun): Promise<Ended> {
  const { request, context, lake, settings, graph, upstreams, inputs, recent } = run;
  const { layer, fence, run: asker, force = false } = request;
  const { signal } = context;
  const asked = { graph, layer, scope: partition, fence, run: asker, signal };
  const { provenance, publication } = await untilBuilt(settings.lineage, asked, async () => {
    const provenance = upstreams.provenance(layer, partition);
    const attempt = { layer, partition, fence, run: asker };
    return {
      provenance,
      publication: await Publication.begin(lake, graph, attempt, provenance, inputs, signal),
    };
  });
  const current = force ? undefined : publication.current();
  if (current) return current;
  const build: Build = {
    layer,
    partition,
    computations: graph.computationsOf(layer),
    context,
    lake,
    features: settings.features,
    graph,
    publication,
    recent,
    captured: upstreams.captured(partition),
    madeOf: (of) => upstreams.madeOf(of),
    partitionsOf: (upstream) => upstreams.partitionsOf(upstream, partition).map((input) => input.partition),
  };
  const { digest } = publication;
  return whileBuilt(settings.lineage, { ...asked, lake, provenance, digest }, () => compute(build));
}

function compute(build: Build): Promise<Ended> {
  switch (build.computations[0].operator.kind) {
    case 'session':
      return buildSession(build);
    case 'rows':
      return buildRows(build);
    default:
      return buildBronze(build);
  }
}

/**
 * What the stage reads, as it is published now.
 * @throws SpymasterError NoInput naming a layer of the same partition that is not
 */
async function upstreamsOf(
  lake: Lake,
  { layer, scope }: StageRequest,
  settings: StageSettings,
  graph: DatasetGraph,
): Promise<Upstreams> {
  const read = graph.layersRead(layer);
  // Of a contract-date only its own layers are read; other units read many dates.
  const own = scope.unit === 'contract-date' ? keyText(scope) : undefined;
  const wanted = (at: Layer, key: string) =>
    // What was captured live is told by the entry of Bronze itself.
    (at === 'bronze' && key === own) ||
    ((read.includes(at) || (own === undefined && read.some((above) => UNIT_OF[above] === UNIT_OF[at]))) &&
      (own === undefined || key === own || otherDates(graph, layer)));
  const builds = await LastBuilds.read(lake, wanted);
  for (const below of read)
    if (own !== undefined && UNIT_OF[below] === scope.unit) published(builds, below, scope);
  return new Upstreams(graph, await lake.raw.catalog(), settings.features, builds);
}

/** Whether a layer reads built partitions other than those of its own key. */
const otherDates = (graph: DatasetGraph, layer: StageRequest['layer']) =>
  graph
    .inputsOf(layer)
    .some(({ dataset, partitions }) => partitions !== 'same' && graph.dataset(dataset).layer !== 'raw');

/** How a span ended: published if anything was, blocked if anything is. */
function together(ends: readonly Ended[]): Ended {
  const status = (['blocked', 'published', 'current', 'no_data'] as const).find((one) =>
    ends.some((end) => end.status === one),
  )!;
  const rows: Record<string, number> = {};
  for (const end of ends)
    for (const [table, count] of Object.entries(end.rows)) rows[table] = (rows[table] ?? 0) + count;
  const reasons = ends.flatMap((end) =>
    end.status === status && end.reason !== undefined ? [end.reason] : [],
  );
  return {
    status,
    rows,
    checks: ends.flatMap(({ checks }) => checks),
    digest: ends.at(-1)!.digest,
    ...(reasons.length > 0 && { reason: [...new Set(reasons)].join('; ') }),
  };
}
