import type { Facets, RunEvent } from '../../graph/lineage/runEvent';
import { tell, type LakeEvent } from '../../lake/told';
import { noteFailure } from '../failures';
import { errorMessage } from './toldRun';

/** Runs that a thread has begun and not ended, as it has told of them: where it dies, somebody else has to say so. */
export class OpenRuns {
  private readonly open = new Map<string, RunEvent>();

  note({ kind, event: told }: LakeEvent): void {
    if (kind !== 'lineage' || 'lost' in told) return;
    const { event } = told;
    if (event.eventType === 'START') this.open.set(event.run.runId, event);
    else if (event.eventType !== 'RUNNING') this.open.delete(event.run.runId);
  }

  /** The thread is gone. @param cancelled whether that was wanted */
  end(error: Error, cancelled: boolean): void {
    const { type, message } = noteFailure(error);
    const more: Facets = cancelled ? {} : { errorMessage: errorMessage(`${type}: ${message}`) };
    for (const { run, ...event } of this.open.values())
      tell('lineage', {
        event: {
          ...event,
          eventType: cancelled ? 'ABORT' : 'FAIL',
          eventTime: new Date().toISOString(),
          run: { ...run, facets: { ...run.facets, ...more } },
        },
      });
    this.open.clear();
  }
}
