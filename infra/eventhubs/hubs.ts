/** The event hubs of the product and who reads them: the same in Azure and on one machine. */

export interface HubDefinition {
  name: string;
  /** They are numbered from 0. */
  partitions: number;
  /** Besides `$Default`. */
  consumerGroups: readonly string[];
}

export const DEFAULT_GROUP = '$Default';
/** Live workers, each alone with the partition of its contracts. */
export const LIVE_GROUP = 'live';
/** The same workers, for what several of them need: five at most read a partition at a time. */
export const SHARED_GROUP = 'live_shared';

/** Order messages as the feed packs them; features and inferences as the live worker publishes them. */
export const HUBS: readonly HubDefinition[] = [
  {
    name: 'mbo_raw',
    partitions: 4,
    consumerGroups: [LIVE_GROUP, SHARED_GROUP, 'fabric_stream', 'analytics'],
  },
  { name: 'features_gold', partitions: 4, consumerGroups: ['fabric_stream', 'analytics'] },
  { name: 'inference_results', partitions: 4, consumerGroups: ['dashboard', 'fabric_stream', 'analytics'] },
];
