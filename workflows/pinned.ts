/** Which workflows end on the build that began them, where workers are deployed as versions. */
import { setWorkflowOptions, workflowInfo } from '@temporalio/workflow';

/**
 * Pins a short workflow: workers of its build are there until it has ended. Only where its worker has a version, for the server takes
 * no such wish from others.
 */
export function pin(workflow: (...args: never[]) => Promise<unknown>): void {
  setWorkflowOptions(
    () => (workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {}),
    workflow as () => Promise<unknown>,
  );
}
