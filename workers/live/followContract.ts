/** The live worker: contract-dates from the hub `mbo_raw` to the lake, and to `features_gold` and `inference_results`. */
import { FollowedContract } from './followedContract';
import type { Followed, FollowOptions } from './following';
import { HubReader } from './hubReader';

export type { FeedPlace, Followed, FollowListener, FollowOptions } from './following';

/**
 * Follows a contract-date until its session is over, or the signal is aborted.
 * @throws SpymasterError Fenced when another worker follows the contract; NoInput; StoreUnavailable, AccessDenied, CorruptState
 */
export async function followContract(options: FollowOptions): Promise<Followed> {
  const [ended] = await followContracts([options]);
  if (ended.status === 'rejected') throw ended.reason;
  return ended.value;
}

/**
 * The same for several, which share what is read of the hub: a partition is read once. What keeps one from being followed does not keep
 * the others.
 * @param several of one namespace
 * @returns how each ended, in their order
 */
export async function followContracts(
  several: readonly FollowOptions[],
): Promise<PromiseSettledResult<Followed>[]> {
  const hub = await HubReader.open(several[0].connection);
  try {
    // All lanes have to be there before anything is read.
    const opened = await Promise.allSettled(several.map((options) => FollowedContract.open(options, hub)));
    hub.start();
    return await Promise.allSettled(
      opened.map((followed) => {
        if (followed.status === 'rejected') throw followed.reason;
        return followed.value.follow();
      }),
    );
  } finally {
    await hub.close();
  }
}
