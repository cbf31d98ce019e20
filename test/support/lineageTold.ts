import type { RunEvent } from '../../graph/lineage/runEvent';
import { listen } from '../../lake/told';

/** What is told as lineage in this thread while work is done; and what could not be. */
export async function lineageTold(
  work: () => Promise<unknown>,
): Promise<{ events: RunEvent[]; lost: string[] }> {
  const told = { events: [] as RunEvent[], lost: [] as string[] };
  const end = listen(({ kind, event }) => {
    if (kind !== 'lineage') return;
    if ('lost' in event) told.lost.push(event.lost);
    else told.events.push(event.event);
  });
  try {
    await work();
  } finally {
    end();
  }
  return told;
}
