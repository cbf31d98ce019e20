import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { partitionOfKey } from '../../../infra/eventhubs/partitionKey';

/** The SDK's own, which it does not export. */
const sdk = require(
  join(dirname(require.resolve('@azure/event-hubs')), 'impl', 'partitionKeyToIdMapper.js'),
) as { mapPartitionKeyToId(key: string, partitions: number): number };

test('a key lies where the SDK and the service have it', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.integer({ min: 1, max: 2000 }),
      (key, partitions) => {
        expect(partitionOfKey(key, partitions)).toBe(sdk.mapPartitionKeyToId(key, partitions));
      },
    ),
    { numRuns: 2000 },
  );
});
