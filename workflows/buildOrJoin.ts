/** At most one build of a partition at a time: starts it, or joins the one that is running. */
import {
  ApplicationFailure,
  ChildWorkflowCancellationType,
  ChildWorkflowFailure,
  ParentClosePolicy,
  executeChild,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { BuildInput, BuildResult } from '../activities/planning/builds';
import { keyText, label } from '../graph/datasets/units';
import { awaitBuild } from './activities';
import { buildPartition } from './buildPartition';
import { buildId } from './ids';
import { thisLake } from './reception';
import { byPartition } from './searchAttributes';

/**
 * Temporal's priority keys, lower first: a session that is over, then what somebody waits for - the nightly build, a few builds - then what
 * names none, such as trainings (3), then long backfills.
 */
export const PRIORITY = { session: 1, nightly: 2, few: 2, backfill: 4 } as const;

/** Builds that are still few: a week of one contract. */
const FEW = 5;

/** @param builds how many there are of the whole plan */
export const backfillPriority = (builds: number): number =>
  builds <= FEW ? PRIORITY.few : PRIORITY.backfill;

/** Joins in a row that lacked a wanted layer, after which the build fails. */
const MAX_JOINS = 5;

/** How a build ended, for the workflow that asked for it. */
export type BuildEnd =
  { result: BuildResult } | { result?: BuildResult; failure: { type: string; message: string } };

/**
 * Starts the build, as a child with the id that is its lock. When one runs already, waits for that and takes its
 * result, if it built what is wanted here; what it left out is built afterwards.
 * @throws ChildWorkflowFailure when the build was cancelled, terminated or timed out
 */
export async function buildOrJoin(input: BuildInput, priorityKey: number): Promise<BuildEnd> {
  const { scope, layers } = input;
  for (let joins = 0; joins < MAX_JOINS; joins++) {
    try {
      return { result: await executeChild(buildPartition, childOptions(input, priorityKey)) };
    } catch (error) {
      if (error instanceof ChildWorkflowFailure && error.cause instanceof ApplicationFailure)
        return endOf(error.cause);
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    const joined = await awaitBuild(buildId(thisLake(), scope, layers));
    if (joined.ended === 'failed' && (!joined.result || covers(joined.result, input))) {
      const { type, message, result } = joined;
      return { result, failure: { type, message } };
    }
    if (joined.ended === 'completed' && covers(joined.result, input)) return { result: joined.result };
  }
  const message = `Other builds of ${label(scope)} came before this one ${MAX_JOINS} times in a row`;
  return { failure: { type: 'CommitConflict', message } };
}

function childOptions(input: BuildInput, priorityKey: number) {
  const { scope, layers } = input;
  return {
    workflowId: buildId(thisLake(), scope, layers),
    args: [input] as [BuildInput],
    // When its parent ends, the child is cancelled, and cleans up.
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
    cancellationType: ChildWorkflowCancellationType.WAIT_CANCELLATION_COMPLETED,
    typedSearchAttributes: byPartition(scope),
    priority: { priorityKey },
    staticSummary: `${label(scope)}: ${layers.join(', ')}`,
  };
}

function endOf({ type, message, details }: ApplicationFailure): BuildEnd {
  return { result: details?.[0] as BuildResult | undefined, failure: { type: type ?? 'Error', message } };
}

/** Whether the joined build was of the same partitions, and every layer wanted here among its own. */
const covers = (result: BuildResult, { scope, layers }: BuildInput) =>
  keyText(result.scope) === keyText(scope) &&
  layers.every((wanted) => result.layers.some(({ layer }) => layer === wanted));
