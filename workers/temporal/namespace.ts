/** The namespace that work is done in. */
import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { isGrpcServiceError, type Client } from '@temporalio/client';
import { SpymasterError } from '../../graph/errors';

const REFUSALS: readonly status[] = [status.PERMISSION_DENIED, status.UNIMPLEMENTED, status.UNAUTHENTICATED];
const DAY_SECONDS = 86_400;

/** Whether a server does not have something. */
export const isMissing = (error: unknown): boolean =>
  isGrpcServiceError(error) && error.code === status.NOT_FOUND;
/** Whether it does not let that be done from here, as Temporal Cloud does not. */
export const isRefused = (error: unknown): boolean =>
  isGrpcServiceError(error) && REFUSALS.includes(error.code);

/**
 * What is missing in a namespace is missing only where there is one.
 * @throws the server's failure where it does not have the client's namespace; whoever may not look is told nothing
 */
export async function requireNamespace({ options, workflowService }: Client): Promise<void> {
  await workflowService.describeNamespace({ namespace: options.namespace }).catch((error: unknown) => {
    if (isMissing(error)) throw error;
  });
}

/** Each part of a server learns of a new namespace by itself, within seconds. */
const KNOWN_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 500;

/**
 * Registers the client's namespace where it is missing, and waits until it can be used.
 * @param retentionDays how long workflows that have ended are kept
 * @returns whether it was missing
 * @throws SpymasterError AccessDenied where it may not be registered from here
 */
export async function ensureNamespace(client: Client, retentionDays: number): Promise<boolean> {
  const { namespace } = client.options;
  const { workflowService } = client;
  try {
    await workflowService.describeNamespace({ namespace });
    return false;
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  await workflowService
    .registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: { seconds: retentionDays * DAY_SECONDS } as never,
    })
    .catch((error: unknown) => {
      if (!isRefused(error)) throw error;
      throw new SpymasterError(
        'AccessDenied',
        `There is no namespace ${namespace}, and the server lets none be registered`,
        {
          field: 'namespace',
          expected: 'one that is there: Temporal Cloud makes them at https://cloud.temporal.io',
        },
        { cause: error },
      );
    });
  const until = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    try {
      // By the part that work goes through.
      await workflowService.countWorkflowExecutions({ namespace });
      return true;
    } catch (error) {
      if (!isMissing(error) || performance.now() > until) throw error;
      await sleep(LOOK_EVERY_MS);
    }
  }
}
