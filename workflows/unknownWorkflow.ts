/** What runs for a name that is no workflow's. Without it the server would offer the workflow to workers again and again. */
import { ApplicationFailure, workflowInfo } from '@temporalio/workflow';

/** @throws ApplicationFailure BadArgument naming the workflows there are for users to start */
export default function unknownWorkflow(): Promise<never> {
  const { workflowType } = workflowInfo();
  const message =
    `There is no workflow ${workflowType}: those to start are backfill, marketSession, nightlyBuild and retrain. ` +
    'If it is of newer code, `./spymaster status` names the workers to start again';
  throw ApplicationFailure.nonRetryable(message, 'BadArgument');
}
