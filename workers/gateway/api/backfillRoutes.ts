/** `/backfills`: what one would build, starting it as the command `backfill` does, how it goes, and steering it. */
import { WorkflowFailedError, type Client, type WorkflowHandle } from '@temporalio/client';
import type { z } from 'zod';
import { planBackfill, productOfRequest } from '../../../activities/planning/plan';
import { parseBackfill, type BackfillRequest } from '../../../activities/planning/requests';
import {
  backfillAnswer,
  backfillBody,
  backfillPath,
  backfillsAnswer,
  planAnswer,
  planQuery,
  startedAnswer,
  steerPath,
  type STEERS,
} from '../../../graph/api/backfills';
import { label } from '../../../graph/datasets/units';
import { lakeId } from '../../../lake/identity';
import type { Lake } from '../../../lake/lake';
import { backfillId } from '../../../workflows/ids';
import { pauseSignal, resumeSignal, retryFailedUpdate } from '../../../workflows/messages';
import { controlQueue } from '../../../workflows/queues';
import { ask, isServed, noWorkerOf, progressOf, requireRunning } from '../../backfills/askBackfill';
import { listBackfills } from '../../backfills/listBackfills';
import { startBackfill } from '../../backfills/startBackfill';
import { withClient } from '../../temporal/client';
import { configuredPlace, connectConfig } from '../../temporal/connection';
import { rootCause } from '../../temporal/followed';
import type { TemporalSettings } from '../../temporal/settings';
import { temporalUi, workflowPage } from '../../temporal/ui';
import { checkRange, named } from './named';
import { route, type ApiRoute } from './route';

const plan = route({
  path: '/backfills/plan',
  operationId: 'backfillPlan',
  summary: 'What a backfill would build, and why',
  query: planQuery,
  answer: planAnswer,
  reads: null,
  async answerTo({ lake, settings }, { query }) {
    const request = requestOf(lake, query);
    const { items, upToDate, stale, missing, closed } = await planBackfill(request, settings);
    return {
      workflowId: backfillId(await lakeId(lake.store), request),
      items: items.map(({ scope, layers, reason, because }) => ({
        partition: label(scope),
        layers,
        reason,
        because,
      })),
      upToDate,
      stale: stale.map(({ scope, layers, because }) => ({ partition: label(scope), layers, because })),
      missing,
      closed,
    };
  },
});

const start = route({
  method: 'POST',
  path: '/backfills',
  operationId: 'startBackfill',
  summary: 'Starts a backfill',
  body: backfillBody,
  answer: startedAnswer,
  reads: null,
  async answerTo({ lake, settings }, { body }) {
    const request = requestOf(lake, body);
    // Before it is a workflow, which would have to fail.
    productOfRequest(request, settings);
    const id = await lakeId(lake.store);
    return withClient(async (client, temporal) => {
      const { workflowId } = await startBackfill(client, id, backfillId(id, request), body);
      return told(client, temporal, workflowId, controlQueue(id));
    });
  },
});

/** @throws SpymasterError BadArgument for an unknown product or contract, or an end before the start */
function requestOf(lake: Lake, asked: z.output<typeof planQuery>): BackfillRequest {
  const { symbol, contract, start, end } = asked;
  named('symbol', () => lake.products.productOf(symbol));
  checkRange(lake, { contract, start, end });
  return parseBackfill(asked);
}

/** What is said of a backfill that somebody was told something: where it is seen, and whether anybody hears it. */
async function told(client: Client, temporal: TemporalSettings, workflowId: string, taskQueue: string) {
  const ui = temporalUi(temporal);
  return {
    workflowId,
    ui: ui && workflowPage(ui, client.options.namespace, workflowId),
    note: (await isServed(client, taskQueue)) ? null : await noWorkerOf(client, taskQueue),
  };
}

const list = route({
  path: '/backfills',
  operationId: 'backfills',
  summary: 'Backfills of the lake and how they go: those that run, then the latest',
  answer: backfillsAnswer,
  reads: null,
  async answerTo({ lake }) {
    const id = await lakeId(lake.store);
    return withClient(async (client, temporal) => {
      const { namespace } = client.options;
      const ui = temporalUi(temporal);
      const { address = configuredPlace(temporal).address } = connectConfig(temporal).connectionOptions;
      const backfills = await listBackfills(client, id);
      return {
        server: { address, namespace, ui },
        backfills: backfills.map(({ workflowId, runId, status, counts, started, ended = null }) => ({
          workflowId,
          runId,
          status,
          counts,
          started,
          ended,
          ui: ui && workflowPage(ui, namespace, workflowId, runId),
        })),
      };
    });
  },
});

const one = route({
  path: '/backfills/:id',
  operationId: 'backfill',
  summary: 'How a backfill goes, or went: what it builds, what failed, what it did not touch',
  params: backfillPath,
  answer: backfillAnswer,
  reads: null,
  answerTo: (_, { params: { id } }) =>
    withClient(async (client) => {
      const progress = await progressOf(client, client.workflow.getHandle(id)).catch((error: unknown) => {
        throw error instanceof WorkflowFailedError ? rootCause(id, error.cause) : error;
      });
      return { workflowId: id, ...progress };
    }),
});

/** What each says to a backfill that runs. `retry` is answered by its worker; the others the server keeps for it. */
const STEERED: Readonly<
  Record<(typeof STEERS)[number], (client: Client, handle: WorkflowHandle) => Promise<unknown>>
> = {
  pause: (_, handle) => handle.signal(pauseSignal),
  resume: (_, handle) => handle.signal(resumeSignal),
  cancel: (_, handle) => handle.cancel(),
  retry: (client, handle) => ask(client, handle, () => handle.executeUpdate(retryFailedUpdate)),
};

const steer = route({
  method: 'POST',
  path: '/backfills/:id/:action',
  operationId: 'steerBackfill',
  summary: 'Pauses a backfill that runs, lets it go on, builds again what failed, or cancels it',
  params: steerPath,
  answer: startedAnswer,
  reads: null,
  answerTo: (_, { params: { id, action } }) =>
    withClient(async (client, temporal) => {
      const handle = client.workflow.getHandle(id);
      const { taskQueue } = await requireRunning(handle);
      await STEERED[action](client, handle);
      return told(client, temporal, id, taskQueue);
    }),
});

export const BACKFILL_ROUTES: readonly ApiRoute[] = [plan, start, list, one, steer];
