/** `$management`: what a client asks of a hub and of its partitions. */
import rhea = require('rhea');
import { badArgument, notFound } from './amqpError';
import type { Claims } from './cbsNode';
import { ALL_RIGHTS } from './entraToken';
import type { Hub } from './hub';
import type { Answer } from './requestNode';

export const MANAGEMENT = '$management';

const HUB = 'com.microsoft:eventhub';
const PARTITION = 'com.microsoft:partition';

/**
 * @param hubOf the hub of a name
 * @param since when the hubs were made, ms since 1970
 * @throws AmqpRefusal when it is not known what is asked for, or no token was shown for it
 */
export function read(
  request: rhea.Message,
  claims: Claims,
  hubOf: (name: string) => Hub,
  since: number,
): Answer {
  const { operation, name, type, partition } = (request.application_properties ?? {}) as Record<
    string,
    unknown
  >;
  if (operation !== 'READ' || (type !== HUB && type !== PARTITION))
    throw badArgument(
      `$management answers READ of a hub or a partition, not ${String(operation)} ${String(type)}.`,
    );
  if (typeof name !== 'string') throw notFound('');
  const hub = hubOf(name);
  claims.require(`${hub.name}/${MANAGEMENT}`, ...ALL_RIGHTS);
  const body = type === HUB ? describeHub(hub, since) : describePartition(hub, String(partition));
  return { statusCode: 200, statusDescription: 'OK', body };
}

const describeHub = (hub: Hub, since: number) => ({
  name: hub.name,
  type: HUB,
  created_at: rhea.types.wrap_timestamp(since),
  partition_count: rhea.types.wrap_int(hub.partitionIds.length),
  partition_ids: rhea.types.wrap_array(hub.partitionIds, 0xa1, undefined),
  georeplication_factor: rhea.types.wrap_int(1),
});

function describePartition(hub: Hub, id: string) {
  const partition = hub.partition(id);
  const last = partition.lastEnqueued;
  return {
    name: hub.name,
    type: PARTITION,
    partition: id,
    begin_sequence_number: rhea.types.wrap_long(partition.firstSequenceNumber),
    last_enqueued_sequence_number: rhea.types.wrap_long(last?.sequenceNumber ?? -1),
    last_enqueued_offset: String(last?.offset ?? -1),
    last_enqueued_time_utc: rhea.types.wrap_timestamp(last?.enqueuedTime ?? 0),
    is_partition_empty: partition.isEmpty,
  };
}
