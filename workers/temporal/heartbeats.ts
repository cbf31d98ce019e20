/** What activities say of themselves while they run. */
import type { WorkflowClient } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import { decodeFromPayloadsAtIndex } from '@temporalio/common/lib/internal-non-workflow';

/** A pending activity as the server describes it. */
interface Pending {
  readonly heartbeatDetails?: { readonly payloads?: Payload[] | null } | null;
}

/** What the last heartbeat of an activity said, decrypted if need be; undefined where there was none. */
export async function heartbeatOf<Said>(
  { options }: { readonly options: Pick<WorkflowClient['options'], 'loadedDataConverter'> },
  activity: Pending | undefined,
): Promise<Said | undefined> {
  const payloads = activity?.heartbeatDetails?.payloads;
  if (!payloads || payloads.length === 0) return undefined;
  return decodeFromPayloadsAtIndex<Said>(options.loadedDataConverter, 0, payloads);
}
