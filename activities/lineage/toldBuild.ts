/**
 * Tells of a build as a run of OpenLineage's: START when it begins, then COMPLETE, FAIL or ABORT. Whoever listens in the process that
 * has the thread (`lake/told`) sends it on; that it cannot be told never fails a build.
 */
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { Provenance } from '../../graph/catalog/provenance';
import { LAYERS, UNIT_OF, type Layer } from '../../graph/datasets/layers';
import { keyText, label, parseKey, type Partition } from '../../graph/datasets/units';
import {
  facet,
  ownRunFacet,
  PRODUCER,
  RUN_EVENT_SCHEMA,
  type Facets,
  type InputDataset,
  type OutputDataset,
  type RunEvent,
  type RunState,
} from '../../graph/lineage/runEvent';
import type { CheckResult } from '../../graph/quality/checks';
import { lakeId } from '../../lake/identity';
import type { Lake } from '../../lake/lake';
import { tell } from '../../lake/told';
import { noteFailure } from '../failures';
import type { Ended } from '../publishing/publication';
import { uuidOf } from './nameUuid';
import { filesRead, tablesRead, tableWritten, type LayerRead } from './datasets';

/** What is told of builds; plain JSON. */
export interface LineageSettings {
  /** Of this product. */
  version: string;
  /** Of the jobs. */
  namespace: string;
}

export interface ToldBuild {
  readonly lake: Lake;
  readonly graph: DatasetGraph;
  readonly layer: Layer;
  readonly partition: Partition;
  readonly provenance: Provenance;
  readonly digest: string;
  readonly fence: number;
  /** The workflow run that asked for it. */
  readonly run: { workflowId: string; runId: string };
  readonly signal: AbortSignal;
}

/**
 * Does a build and tells of it.
 * @param settings undefined where nobody wants to know
 */
export async function whileTold(
  settings: LineageSettings | undefined,
  build: ToldBuild,
  work: () => Promise<Ended>,
): Promise<Ended> {
  if (!settings) return work();
  const teller = new Teller(settings, build);
  await teller.started();
  try {
    const ended = await work();
    await teller.ended(ended);
    return ended;
  } catch (error) {
    await teller.failed(error);
    throw error;
  }
}

class Teller {
  private readonly runId: string;
  private inputs: readonly InputDataset[] = [];
  private absent: ReadonlySet<string> = new Set();

  constructor(
    private readonly settings: LineageSettings,
    private readonly build: ToldBuild,
  ) {
    const { layer, partition, fence, run } = build;
    this.runId = uuidOf([run.workflowId, run.runId, layer, keyText(partition), String(fence)].join('\n'));
  }

  started(): Promise<void> {
    return this.saying('START', async () => {
      const { lake, graph, layer, provenance } = this.build;
      const names = [...new Set(graph.inputsOf(layer).map(({ dataset }) => dataset))];
      this.inputs = [
        ...(await filesRead(lake, provenance.inputs)),
        ...(await tablesRead(lake, await lakeId(lake.store), graph, names, layersRead(provenance))),
      ];
      const absent = new Set<string>();
      for (const contract of graph.tablesOf(layer))
        if (!(await lake.table(contract).snapshot()).exists) absent.add(contract.name);
      this.absent = absent;
      return {};
    });
  }

  /** A build that its checks keep from being published has failed, to whoever waits for its rows. */
  ended({ status, rows, checks, reason }: Ended): Promise<void> {
    const blocked = status === 'blocked';
    return this.saying(blocked ? 'FAIL' : 'COMPLETE', async () => {
      const { lake, graph, layer, partition } = this.build;
      const outputs: OutputDataset[] = [];
      for (const contract of blocked ? [] : graph.tablesOf(layer))
        if (contract.name in rows) {
          const created = this.absent.has(contract.name);
          outputs.push(await tableWritten(lake, await lakeId(lake.store), contract, partition, created));
        }
      return {
        outputs,
        run: {
          ...(checks.length > 0 && { test: facet('TestRunFacet', { tests: checks.map(testOf) }) }),
          ...(blocked && { errorMessage: errorMessage(reason ?? status) }),
        },
        own: { status, ...(reason !== undefined && { reason }) },
      };
    });
  }

  failed(error: unknown): Promise<void> {
    const { aborted } = this.build.signal;
    const { type, message, stack } = noteFailure(error);
    const run: Facets = aborted ? {} : { errorMessage: errorMessage(`${type}: ${message}`, stack) };
    const own = { status: aborted ? 'cancelled' : 'failed' };
    return this.saying(aborted ? 'ABORT' : 'FAIL', () => Promise.resolve({ run, own }));
  }

  private async saying(
    state: RunState,
    what: () => Promise<{ outputs?: OutputDataset[]; run?: Facets; own?: Record<string, unknown> }>,
  ): Promise<void> {
    try {
      const { outputs = [], run = {}, own = {} } = await what();
      const facets = { ...this.runFacets(own), ...run };
      tell('lineage', { event: this.event(state, facets, outputs) });
    } catch (error) {
      tell('lineage', { lost: `${state} of ${this.jobName}: ${noteFailure(error).message}` });
    }
  }

  private event(eventType: RunState, facets: Facets, outputs: readonly OutputDataset[]): RunEvent {
    const { layer, graph } = this.build;
    const names = graph.tablesOf(layer).map(({ name }) => name);
    return {
      eventType,
      eventTime: new Date().toISOString(),
      producer: PRODUCER,
      schemaURL: RUN_EVENT_SCHEMA,
      run: { runId: this.runId, facets },
      job: {
        namespace: this.settings.namespace,
        name: this.jobName,
        facets: {
          jobType: facet('JobTypeJobFacet', {
            processingType: 'BATCH',
            integration: 'SPYMASTER',
            jobType: 'TASK',
          }),
          documentation: facet('DocumentationJobFacet', { description: `Builds ${names.join(', ')}` }),
        },
      },
      inputs: this.inputs,
      outputs,
    };
  }

  private get jobName(): string {
    return `build.${this.build.layer}`;
  }

  private runFacets(own: Record<string, unknown>): Facets {
    const { partition, digest, graph, layer, run } = this.build;
    return {
      ...(UUID.test(run.runId) && {
        parent: facet('ParentRunFacet', {
          run: { runId: run.runId },
          job: { namespace: this.settings.namespace, name: run.workflowId },
        }),
      }),
      processing_engine: facet('ProcessingEngineRunFacet', {
        name: 'spymaster',
        version: this.settings.version,
      }),
      spymaster_build: ownRunFacet({
        partition: label(partition),
        digest,
        codeVersion: graph.codeVersionOf(layer),
        ...own,
      }),
    };
  }
}

const errorMessage = (message: string, stackTrace?: string) =>
  facet('ErrorMessageRunFacet', {
    message,
    programmingLanguage: 'TypeScript',
    ...(stackTrace !== undefined && { stackTrace }),
  });

const testOf = ({ check, severity, passed, value, limit, message }: CheckResult) => ({
  name: check,
  type: check,
  status: passed ? 'pass' : 'fail',
  severity: severity === 'blocking' ? 'error' : 'warn',
  description: message,
  expected: String(limit),
  actual: String(value),
});

/** The layers of the lake that a build reads, as its provenance names them: `LAYER KEY`. */
function layersRead({ inputs }: Provenance): LayerRead[] {
  return LAYERS.map((layer) => ({
    layer,
    partitions: Object.keys(inputs)
      .filter((name) => name.startsWith(`${layer} `))
      .map((name) => parseKey(UNIT_OF[layer], name.slice(layer.length + 1))),
  }));
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
