/** What lineage is told of a followed session: from which hub to which. */
import { parseEventHubConnectionString } from '@azure/event-hubs';
import { ToldFollowing, type Hub } from '../../activities/lineage/toldFollowing';
import { DATASET_GRAPH } from '../../graph/catalog/declaration';
import type { HubsConnection } from '../eventHubs/clients';
import { FEATURES_HUB, RESULTS_HUB } from './announcements';
import type { FollowOptions } from './following';
import { RAW_HUB } from './hubLetters';

export function followedLineage({
  lake,
  contract,
  tradeDate,
  run,
  connection,
  lineage,
}: FollowOptions): ToldFollowing {
  const namespace = `sb://${hostOf(connection)}`;
  const hub = (name: string, description: string): Hub => ({ namespace, name, description });
  return new ToldFollowing(lineage, {
    lake,
    graph: DATASET_GRAPH,
    contract,
    tradeDate,
    run,
    from: hub(RAW_HUB, 'Order messages as the feed packs them'),
    to: [
      hub(FEATURES_HUB, 'The vector of each approach and touch'),
      hub(RESULTS_HUB, 'What model and precedents say of each approach and touch'),
    ],
  });
}

/** With its port, where that is not AMQP's own. */
const hostOf = (connection: HubsConnection): string =>
  typeof connection === 'string'
    ? parseEventHubConnectionString(connection).fullyQualifiedNamespace
    : connection.namespace;
