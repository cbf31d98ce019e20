import { z } from 'zod';
import { PRODUCER, RUN_EVENT_SCHEMA, type Facets, type RunEvent } from '../../graph/lineage/runEvent';
import { tell, type LakeEvent } from '../../lake/told';
import { noteFailure } from '../failures';
import { errorMessage } from './toldRun';

const openRun = z.object({
  runId: z.string(),
  job: z.object({ namespace: z.string(), name: z.string() }),
});
/** A run that has begun and not ended: all that it takes to say so. */
export type OpenRun = z.infer<typeof openRun>;

/** Runs that a thread has begun and not ended, as it has told of them: where it dies, somebody else has to say so. */
export class OpenRuns {
  private readonly open = new Map<string, RunEvent>();

  /** @returns whether others are open than before */
  note({ kind, event: told }: LakeEvent): boolean {
    if (kind !== 'lineage' || 'lost' in told) return false;
    const { event } = told;
    if (event.eventType === 'START') this.open.set(event.run.runId, event);
    else if (event.eventType !== 'RUNNING') this.open.delete(event.run.runId);
    return event.eventType !== 'RUNNING';
  }

  list(): OpenRun[] {
    return [...this.open.values()].map(({ run: { runId }, job: { namespace, name } }) => ({
      runId,
      job: { namespace, name },
    }));
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

/** Says of runs that whoever began them is gone. @param left by what is done again now, as it was noted; anything else is of no run */
export function abandon(left: unknown): void {
  const { data = [] } = z.array(openRun).safeParse(left);
  for (const { runId, job } of data) {
    const facets = {
      errorMessage: errorMessage('The process that did it is gone, and another does it again'),
    };
    tell('lineage', {
      event: {
        eventType: 'ABORT',
        eventTime: new Date().toISOString(),
        producer: PRODUCER,
        schemaURL: RUN_EVENT_SCHEMA,
        run: { runId, facets },
        job: { ...job, facets: {} },
        inputs: [],
        outputs: [],
      },
    });
  }
}
