/** Builds the layers of one contract-date, one upon the other. */
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { BuildInput, BuildResult } from '../activities/planning/builds';
import { buildInOrder, overallStatus, type LayerOutcome } from '../graph/planning/building';
import { LAYERS, type Layer } from '../graph/datasets/layers';
import { control, layers } from './activities';
import { buildId } from './ids';
import { byOutcome } from './searchAttributes';

/**
 * Bronze, Silver, Gold, as far as asked for. A layer that is not built leaves those above it untried.
 * @throws ApplicationFailure of the failed layer's type; its details hold the BuildResult
 */
export async function buildContractDate(input: BuildInput): Promise<BuildResult> {
  checkInput(input);
  const { contract, tradeDate, force } = input;
  const partition = { contract, tradeDate };
  let failure: { type: string; message: string } | undefined;

  const build = async (layer: Layer): Promise<LayerOutcome> => {
    setCurrentDetails(`building ${layer}`);
    try {
      const summary = `${contract} ${tradeDate}`;
      const stage = await layers[layer].executeWithOptions({ summary }, [{ ...partition, force }]);
      const { status, rows, seconds, reason } = stage;
      return { layer, status, rows, seconds, reason };
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { type, message } = causeOf(error);
      await control.recordFailure({ layer, ...partition, type, message });
      failure = { type, message: `${layer} of ${contract} ${tradeDate}: ${message}` };
      return { layer, status: 'failed', rows: {}, seconds: 0, reason: message };
    }
  };

  const result: BuildResult = { ...partition, layers: await buildInOrder(input.layers, build) };
  setCurrentDetails(describe(result));
  upsertSearchAttributes(byOutcome(overallStatus(result.layers)));
  if (failure) throw ApplicationFailure.nonRetryable(failure.message, failure.type, result);
  return result;
}

/**
 * The id is what keeps two builds of one contract-date apart: a build under another id would not be seen. Workflow code
 * must fail by an ApplicationFailure; any other error would only be retried.
 */
function checkInput(input: BuildInput | undefined): asserts input is BuildInput {
  const wrong = (message: string) => ApplicationFailure.nonRetryable(message, 'BadArgument');
  const { contract, tradeDate, layers: wanted } = input ?? {};
  if (typeof contract !== 'string' || typeof tradeDate !== 'string')
    throw wrong('buildContractDate needs a contract and a tradeDate');
  if (!Array.isArray(wanted) || wanted.length === 0 || !wanted.every((layer) => LAYERS.includes(layer)))
    throw wrong(`layers must be some of ${LAYERS.join(', ')}`);
  const lock = buildId({ contract, tradeDate });
  if (workflowInfo().workflowId !== lock)
    throw wrong(`A build of ${contract} ${tradeDate} must have the id ${lock}`);
}

/** What an activity failed of in the end: our own failure, or a time limit. */
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
