/** Builds the layers of one partition, or of a span of them, one upon the other. */
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { BuildInput, BuildResult } from '../activities/planning/builds';
import { layersOf, type Layer } from '../graph/datasets/layers';
import { label, UNITS, type Unit } from '../graph/datasets/units';
import { buildInOrder, overallStatus, type LayerOutcome } from '../graph/planning/layerOutcomes';
import { control, layers } from './activities';
import { buildId } from './ids';
import { pin } from './pinned';
import { cpuQueue } from './queues';
import { reachLake, thisLake } from './reception';
import { byOutcome } from './searchAttributes';

/**
 * Builds the requested layers of a contract-date (Bronze, Silver, Gold) or of another unit, in order. Where one is not built, those
 * above it are skipped.
 * @throws ApplicationFailure of the failed layer's type; its details hold the BuildResult
 */
export async function buildPartition(input: BuildInput): Promise<BuildResult> {
  await reachLake<typeof buildPartition>(input, () => [input]);
  checkInput(input);
  const { scope, force } = input;
  let failure: { type: string; message: string } | undefined;

  const build = async (layer: Layer): Promise<LayerOutcome> => {
    setCurrentDetails(`building ${layer}`);
    const since = Date.now();
    try {
      const options = { taskQueue: cpuQueue(thisLake()), summary: label(scope) };
      const stage = await layers[layer].executeWithOptions(options, [{ scope, force }]);
      const { status, rows, seconds, reason } = stage;
      return { layer, status, rows, seconds, reason };
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { type, message } = causeOf(error);
      await control.recordFailure({ layer, scope, since, type, message });
      failure = { type, message: `${layer} of ${label(scope)}: ${message}` };
      return { layer, status: 'failed', rows: {}, seconds: 0, reason: message };
    }
  };

  const result: BuildResult = { scope, layers: await buildInOrder(input.layers, build) };
  setCurrentDetails(describe(result));
  upsertSearchAttributes(byOutcome(overallStatus(result.layers)));
  if (failure) throw ApplicationFailure.nonRetryable(failure.message, failure.type, result);
  return result;
}

/**
 * The id is what keeps two builds of one partition apart: a build under another id would not be seen. Workflow code
 * must fail by an ApplicationFailure; any other error would only be retried.
 */
function checkInput(input: BuildInput | undefined): asserts input is BuildInput {
  const wrong = (message: string) => ApplicationFailure.nonRetryable(message, 'BadArgument');
  const { scope, layers: wanted } = input ?? {};
  const columns: readonly string[] | undefined = UNITS[scope?.unit as Unit];
  if (!scope || !columns?.every((column) => typeof scope.key?.[column] === 'string'))
    throw wrong(
      'buildPartition needs a scope, e.g. {"unit":"contract-date","key":{"contract":"ESH4","trade_date":"2024-03-05"}}',
    );
  const layersThere = layersOf(scope.unit);
  if (!Array.isArray(wanted) || wanted.length === 0 || !wanted.every((layer) => layersThere.includes(layer)))
    throw wrong(`layers must be some of ${layersThere.join(', ')}`);
  const lock = buildId(thisLake(), scope, wanted);
  if (workflowInfo().workflowId !== lock) throw wrong(`A build of ${label(scope)} must have the id ${lock}`);
}

/** Type and message of an activity's last failure: a SpymasterError's, or a timeout's. */
function causeOf(error: unknown): { type: string; message: string } {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof Error)) return { type: 'Error', message: String(cause) };
  const type = cause instanceof ApplicationFailure ? cause.type : cause.name;
  return { type: type ?? 'Error', message: cause.message };
}

/** The layers as a table, for the Temporal UI. */
function describe(result: BuildResult): string {
  const rows = result.layers.map(({ layer, status, seconds, rows: byTable, reason }) => {
    const count = Object.values(byTable).reduce((sum, n) => sum + n, 0);
    return `| ${layer} | ${status} | ${count} | ${seconds.toFixed(1)} | ${reason ?? ''} |`;
  });
  return ['| layer | status | rows | seconds | reason |', '| --- | --- | ---: | ---: | --- |', ...rows].join(
    '\n',
  );
}

pin(buildPartition);
