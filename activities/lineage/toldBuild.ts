/** Builds of layers as runs: what they read, what they have written, and what their checks found. */
import type { DatasetGraph } from '../../graph/catalog/datasetGraph';
import type { Provenance } from '../../graph/catalog/provenance';
import { LAYERS, UNIT_OF, type Layer } from '../../graph/datasets/layers';
import { keyText, label, parseKey, type Partition } from '../../graph/datasets/units';
import { facet, type OutputDataset } from '../../graph/lineage/runEvent';
import type { Scope } from '../../graph/planning/scope';
import type { CheckResult } from '../../graph/quality/checks';
import type { Lake } from '../../lake/lake';
import type { Ended } from '../publishing/publication';
import { absentOf, filesRead, tablesRead, tableWritten, type LayerRead } from './datasets';
import { uuidOf } from './nameUuid';
import { errorMessage, ToldRun, whileTold, type LineageSettings, type Said } from './toldRun';

/** A build as it was asked for. */
export interface AskedBuild {
  readonly graph: DatasetGraph;
  readonly layer: Layer;
  readonly scope: Scope;
  readonly fence: number;
  /** The workflow run that asked for it. */
  readonly run: { workflowId: string; runId: string };
  readonly signal: AbortSignal;
}

/** The build of one partition, of which all is known that it reads. */
export interface ToldBuild extends AskedBuild {
  readonly lake: Lake;
  readonly scope: Partition;
  readonly provenance: Provenance;
  readonly digest: string;
}

/**
 * Does a build and tells of it.
 * @param settings undefined where nobody wants to know
 */
export function whileBuilt(
  settings: LineageSettings | undefined,
  build: ToldBuild,
  work: () => Promise<Ended>,
): Promise<Ended> {
  const run = settings && runOf(settings, build, { digest: build.digest });
  return whileTold(run, new Teller(build), build.signal, work);
}

/** Does what comes before a build; where that fails, the build is told of as one that has failed. */
export async function untilBuilt<Result>(
  settings: LineageSettings | undefined,
  build: AskedBuild,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (settings) await runOf(settings, build).failed(error, build.signal);
    throw error;
  }
}

function runOf(
  settings: LineageSettings,
  { graph, layer, scope, fence, run }: AskedBuild,
  own: Record<string, unknown> = {},
): ToldRun {
  const names = graph.tablesOf(layer).map(({ name }) => name);
  const codeVersion = graph.codeVersionOf(layer);
  return new ToldRun(settings, {
    runId: uuidOf([run.workflowId, run.runId, layer, keyText(scope), String(fence)].join('\n')),
    job: `build.${layer}`,
    does: `Builds ${names.join(', ')}`,
    processing: 'BATCH',
    asker: run,
    own: ['spymaster_build', { partition: label(scope), codeVersion, ...own }],
  });
}

class Teller {
  private absent: ReadonlySet<string> = new Set();

  constructor(private readonly build: ToldBuild) {}

  async started(): Promise<Said> {
    const { lake, graph, layer, provenance } = this.build;
    const names = [...new Set(graph.inputsOf(layer).map(({ dataset }) => dataset))];
    const inputs = [
      ...(await filesRead(lake, provenance.inputs)),
      ...(await tablesRead(lake, graph, names, layersRead(provenance))),
    ];
    this.absent = await absentOf(lake, graph.tablesOf(layer));
    return { inputs };
  }

  /** A build that its checks keep from being published has failed, to whoever waits for its rows. */
  async ended({ status, rows, checks, reason }: Ended): Promise<Said> {
    const blocked = status === 'blocked';
    const { lake, graph, layer, scope } = this.build;
    const outputs: OutputDataset[] = [];
    for (const contract of blocked ? [] : graph.tablesOf(layer))
      if (contract.name in rows) {
        const change = this.absent.has(contract.name) ? 'CREATE' : 'OVERWRITE';
        outputs.push(await tableWritten(lake, contract, scope.key, change));
      }
    return {
      outputs,
      run: {
        ...(checks.length > 0 && { test: facet('TestRunFacet', { tests: checks.map(testOf) }) }),
        ...(blocked && { errorMessage: errorMessage(reason ?? status) }),
      },
      own: { status, ...(reason !== undefined && { reason }) },
      ...(blocked && { state: 'FAIL' }),
    };
  }
}

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
