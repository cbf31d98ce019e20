/** The small activities of the control queue: planning, dates, and waiting for a build somebody else started. */
import { Context } from '@temporalio/activity';
import { WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Layer } from '../graph/datasets/layers';
import { MAX_CONTRACT_DATES } from '../graph/planning/limits';
import { packItem, waiting } from '../graph/planning/marks';
import { SpymasterError } from '../graph/errors';
import type { BuildResult, JoinedBuild } from './planning/builds';
import { fenceOf, runOf } from './layers';
import { productsOf } from '../graph/settings';
import { nightOf, type Night } from './planning/night';
import { planBackfill, recordFailure } from './planning/plan';
import {
  parseBackfill,
  parseNightly,
  type BackfillInput,
  type BackfillRequest,
  type NightlyInput,
  type NightlyRequest,
} from './planning/requests';
import type { StageSettings } from './stages/stages';

const HEARTBEAT_EVERY_MS = 5_000;

/** A checked backfill and what it has to do. */
export interface PlannedBackfill {
  request: BackfillRequest & { concurrency: number };
  /** Contract-dates to build, in order, packed (graph/datasets/marks). */
  items: string[];
  /** Contract-dates with nothing to do. */
  upToDate: number;
  /** Trade dates no raw file covers. */
  withoutData: string[];
}

/** A checked nightly build and the trade date it is for. */
export interface PlannedNight {
  request: NightlyRequest;
  night: Night;
}

/** A layer that failed for good. */
export interface FailedLayer {
  layer: Layer;
  contract: string;
  tradeDate: string;
  type: string;
  message: string;
}

export interface ControlDependencies {
  settings: StageSettings;
  /** Stages this process runs at once. */
  threads: number;
  planBackfill: typeof planBackfill;
  recordFailure: typeof recordFailure;
}

export type ControlActivities = ReturnType<typeof createControlActivities>;

export function createControlActivities({ settings, threads, ...lake }: ControlDependencies) {
  return {
    /** Checks a backfill's input and plans it from the lake. */
    async plan(input: BackfillInput): Promise<PlannedBackfill> {
      const request = parseBackfill(input);
      const { items, upToDate, withoutData } = await lake.planBackfill(request, settings);
      if (items.length > MAX_CONTRACT_DATES) {
        const message = `${items.length} contract-dates are too many for one backfill: split the range`;
        throw new SpymasterError('BadArgument', message, { expected: `at most ${MAX_CONTRACT_DATES}` });
      }
      return {
        request: { ...request, concurrency: request.concurrency ?? 2 * threads },
        items: items.map((item) => packItem(waiting(item))),
        upToDate,
        withoutData,
      };
    },

    /** Checks a nightly build's input and finds its trade date. `scheduledTime`: ISO UTC; none for a run by hand. */
    planNight(input: NightlyInput, scheduledTime: string | null): Promise<PlannedNight> {
      const request = parseNightly(input);
      const product = productsOf(settings.features).productOf(request.symbol);
      return Promise.resolve({ request, night: nightOf(request.tradeDate, scheduledTime, product) });
    },

    /** Waits for a running build and tells how it ended. */
    async awaitBuild(workflowId: string): Promise<JoinedBuild> {
      const { client, heartbeat } = Context.current();
      const beat = setInterval(heartbeat, HEARTBEAT_EVERY_MS);
      try {
        const result = (await client.workflow.getHandle(workflowId).result()) as BuildResult;
        return { ended: 'completed', result };
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return { ended: 'gone' };
        if (!(error instanceof WorkflowFailedError)) throw error;
        const { cause } = error;
        if (!(cause instanceof ApplicationFailure)) return { ended: 'gone' };
        const result = cause.details?.[0] as BuildResult | undefined;
        return { ended: 'failed', type: cause.type ?? 'Error', message: cause.message, result };
      } finally {
        clearInterval(beat);
      }
    },

    /** Writes into the lake that a layer failed for good, so that later plans know. */
    async recordFailure({ type, message, ...partition }: FailedLayer): Promise<void> {
      const { info } = Context.current();
      const request = { ...partition, fence: fenceOf(info), run: runOf(info) };
      await lake.recordFailure(request, { type, message }, settings);
    },
  };
}
