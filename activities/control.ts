/** The small activities of the control queue: planning, dates, and waiting for a build somebody else started. */
import { Context } from '@temporalio/activity';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { MAX_BUILDS } from '../graph/planning/limits';
import { packItem, waiting, type PlanItem } from '../graph/planning/items';
import { SpymasterError } from '../graph/errors';
import { isLake } from '../lake/identity';
import type { BuildResult, JoinedBuild } from './planning/builds';
import { beating } from './beating';
import { runOf } from './layers';
import { productsOf } from '../graph/settings';
import { nightlyDateOf, type NightlyDate } from './planning/nightlyDate';
import { planBackfill } from './planning/plan';
import {
  parseBackfill,
  parseNightly,
  parseSession,
  type BackfillInput,
  type BackfillRequest,
  type NightlyInput,
  type NightlyRequest,
  type SessionInput,
} from './planning/requests';
import type { FailedBuild, recordFailure } from './publishing/recordFailure';
import type { PlannedSession, planSession } from './session/sessionPlan';
import type { StageSettings } from './stages/stages';

/** A checked backfill and what it has to do. */
export interface PlannedBackfill {
  request: BackfillRequest & { concurrency: number };
  /** Builds to do, in order, packed (graph/planning/items). */
  items: string[];
  /** Contract-dates that are current. */
  upToDate: number;
  /** Contract-dates that are stale, which the request does not ask to redo; absent in runs recorded before it was told. */
  leftStale?: number;
  /** Trade dates no raw file covers. */
  withoutData: string[];
  /** Why, for the first few of them; absent in runs recorded before it was told. */
  missing?: string[];
  /** What has changed since stale partitions were built, and how many builds name it. */
  stale: { because: string; builds: number }[];
}

/** A checked nightly build and the trade date it is for. */
interface PlannedNightly extends NightlyDate {
  request: NightlyRequest;
}

/** A layer that failed and is not retried; the run is the one that says so. */
type FailedLayer = Omit<FailedBuild, 'run'>;

interface ControlDependencies {
  /** Id of the lake. */
  lakeId: string;
  settings: StageSettings;
  /** Stages this process runs at once. */
  threads: number;
  planBackfill: typeof planBackfill;
  planSession: typeof planSession;
  recordFailure: typeof recordFailure;
}

export type ControlActivities = ReturnType<typeof createControlActivities>;

export function createControlActivities({ lakeId, settings, threads, ...lake }: ControlDependencies) {
  const requireLake = (named: string | undefined) => {
    if (named === undefined || isLake(lakeId, named)) return;
    const message = `This is the task queue of the lake ${lakeId} (${settings.lake}), not of ${named}`;
    throw new SpymasterError('BadArgument', message, { field: 'lake', expected: lakeId });
  };
  return {
    /** Checks a backfill's input and plans it from the lake. */
    async plan(input: BackfillInput): Promise<PlannedBackfill> {
      const request = parseBackfill(input);
      requireLake(request.lake);
      const { items, upToDate, stale, withoutData, missing } = await beating((signal) =>
        lake.planBackfill(request, settings, undefined, signal),
      );
      if (items.length > MAX_BUILDS) {
        const message = `${items.length} builds are too many for one backfill: split the range`;
        throw new SpymasterError('BadArgument', message, { expected: `at most ${MAX_BUILDS}` });
      }
      return {
        request: { ...request, concurrency: request.concurrency ?? 2 * threads },
        items: items.map((item) => packItem(waiting(item))),
        upToDate,
        leftStale: stale.length,
        withoutData,
        missing: missing.slice(0, MAX_MISSING).map(({ reason }) => reason),
        stale: changesOf(items),
      };
    },

    /** Checks a nightly build's input and finds its trade date. `scheduledTime`: ISO UTC; none for a run by hand. */
    planNightly(input: NightlyInput, scheduledTime: string | null): Promise<PlannedNightly> {
      const request = parseNightly(input);
      requireLake(request.lake);
      const product = productsOf(settings.features).productOf(request.symbol);
      return Promise.resolve({ request, ...nightlyDateOf(request.tradeDate, scheduledTime, product) });
    },

    /** Checks a market session's input and finds its trade date, contract and end. `scheduledTime` as above. */
    planSession(input: SessionInput, scheduledTime: string | null): Promise<PlannedSession> {
      const request = parseSession(input);
      requireLake(request.lake);
      return beating(() => lake.planSession(request, scheduledTime, settings));
    },

    /** Waits for a running build and tells how it ended. */
    awaitBuild(workflowId: string): Promise<JoinedBuild> {
      const { client, cancelled } = Context.current();
      return beating(async () => {
        try {
          const ended = client.workflow.getHandle(workflowId).result();
          return { ended: 'completed', result: (await Promise.race([ended, cancelled])) as BuildResult };
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return { ended: 'gone' };
          if (!(error instanceof WorkflowFailedError)) throw error;
          const { cause } = error;
          if (!(cause instanceof ApplicationFailure)) return { ended: 'gone' };
          const result = cause.details?.[0] as BuildResult | undefined;
          return { ended: 'failed', type: cause.type ?? 'Error', message: cause.message, result };
        }
      });
    },

    /** Records in the lake that a layer failed and is not retried, so that later plans see it. */
    async recordFailure(failed: FailedLayer): Promise<void> {
      const { info } = Context.current();
      await beating(() => lake.recordFailure({ ...failed, run: runOf(info) }, settings));
    },
  };
}

/** Dates without data that are explained. */
const MAX_MISSING = 5;
/** Changes named at most: the most frequent ones. */
const MAX_CHANGES = 20;

function changesOf(items: readonly PlanItem[]): PlannedBackfill['stale'] {
  const counts = new Map<string, number>();
  for (const { because } of items)
    for (const change of because) counts.set(change, (counts.get(change) ?? 0) + 1);
  return [...counts]
    .map(([because, builds]) => ({ because, builds }))
    .sort((a, b) => b.builds - a.builds)
    .slice(0, MAX_CHANGES);
}
