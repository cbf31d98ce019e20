/** Builds the layers of one contract-date, one upon the other. */
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { BuildInput, BuildResult, LayerOutcome } from '../activities/builds';
import { LAYERS } from '../graph/datasets/layers';
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
  const result: BuildResult = { contract, tradeDate, layers: [] };
  let obstacle: string | undefined;
  let failure: ApplicationFailure | undefined;
  for (const layer of input.layers) {
    if (obstacle) {
      result.layers.push({ layer, status: 'skipped', rows: {}, seconds: 0, reason: obstacle });
      continue;
    }
    try {
      const summary = `${contract} ${tradeDate}`;
      const stage = await layers[layer].executeWithOptions({ summary }, [{ contract, tradeDate, force }]);
      const { status, rows, seconds, reason } = stage;
      result.layers.push({ layer, status, rows, seconds, reason });
      if (status === 'blocked' || status === 'no_data') obstacle = `${layer}: ${status}`;
    } catch (error) {
      if (isCancellation(error)) throw error;
      const { type, message } = causeOf(error);
      await control.recordFailure({ layer, contract, tradeDate, type, message });
      result.layers.push({ layer, status: 'failed', rows: {}, seconds: 0, reason: message });
      obstacle = `${layer}: failed`;
      failure = ApplicationFailure.nonRetryable(
        `${layer} of ${contract} ${tradeDate}: ${message}`,
        type,
        result,
      );
    }
    setCurrentDetails(describe(result));
  }
  upsertSearchAttributes(byOutcome(outcomeOf(result)));
  if (failure) throw failure;
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

function outcomeOf({ layers: outcomes }: BuildResult): LayerOutcome['status'] {
  const obstacle = outcomes.find(({ status }) => status !== 'published' && status !== 'current');
  if (obstacle) return obstacle.status;
  return outcomes.some(({ status }) => status === 'published') ? 'published' : 'current';
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
