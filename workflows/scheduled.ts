/** What a run knows of the schedule that started it. */
import { workflowInfo } from '@temporalio/workflow';

/** When the schedule meant this run to start, ISO UTC; null for a run by hand. */
export function scheduledTime(): string | null {
  const time = workflowInfo().searchAttributes.TemporalScheduledStartTime?.[0];
  return time instanceof Date ? time.toISOString() : null;
}
