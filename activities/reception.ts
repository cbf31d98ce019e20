/** What workers of every lake do for workflows that were started on the queue that is no lake's: find the lake. */
import { isLake } from '../lake/identity';
import { SpymasterError } from '../graph/errors';

/** A lake that workers serve: its id, and its folder where they run. */
export interface ServedLake {
  id: string;
  folder: string;
}

export type ReceptionActivities = ReturnType<typeof createReceptionActivities>;

/** @param servedLakes asks the server which lakes have workers now */
export function createReceptionActivities(servedLakes: () => Promise<ServedLake[]>) {
  return {
    /**
     * The id of the lake that has workers and is named so; the only one without a name.
     * @throws SpymasterError BadArgument where several are meant; StoreUnavailable where none has workers
     */
    async chooseLake(named?: string): Promise<string> {
      // As users type it.
      if (named !== undefined && typeof named !== 'string')
        throw new SpymasterError(
          'BadArgument',
          `lake: must be the name of a lake, not ${JSON.stringify(named)}`,
        );
      const served = await servedLakes();
      const meant = served.filter(({ id }) => named === undefined || isLake(id, named));
      if (meant.length === 1) return meant[0].id;
      const there = served.map(({ id, folder }) => `${id} (${folder})`).join(', ') || 'none';
      if (meant.length === 0) {
        const message = `No worker of the lake ${named} runs; those with workers: ${there}`;
        throw new SpymasterError('StoreUnavailable', message, { field: 'lake' });
      }
      const message = `Workers of several lakes run: say in the input which is meant, "lake": ${there}`;
      throw new SpymasterError('BadArgument', message, { field: 'lake' });
    },
  };
}
