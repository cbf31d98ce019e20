/** How far partitions have been taken, as blobs that Azure's own event processors and scalers read. */
import { ContainerClient, StorageSharedKeyCredential } from '@azure/storage-blob';
import { BlobCheckpointStore } from '@azure/eventhubs-checkpointstore-blob';
import { startAzurite, type Azurite } from '../../../infra/storage/azurite';
import { Checkpoints, type CheckpointPlace } from '../../../workers/live/checkpoints';

const ACCOUNT = 'checkpoints';
const KEY = Buffer.from('a key of nobody but the tests of this file').toString('base64');
const OF = { namespace: 'desk.servicebus.windows.net', hub: 'mbo_raw', group: 'live' };

let azurite: Azurite;
let container: ContainerClient;
beforeAll(async () => {
  azurite = await startAzurite({ account: ACCOUNT, key: KEY });
  const address = `http://127.0.0.1:${azurite.port}/${ACCOUNT}/live`;
  container = new ContainerClient(address, new StorageSharedKeyCredential(ACCOUNT, KEY));
  await container.create();
});
afterAll(() => azurite.stop());

const at = (sequence: number): CheckpointPlace => ({ sequence, offset: String(sequence * 100) });
const faults: unknown[] = [];
const checkpoints = () => new Checkpoints(new BlobCheckpointStore(container), (error) => faults.push(error));

/** As a scaler reads it: a blob for each partition, with two figures. */
async function read(partition: string, group = 'live') {
  const blob = container.getBlobClient(`${OF.namespace}/${OF.hub}/${group}/checkpoint/${partition}`);
  if (!(await blob.exists())) return undefined;
  const { metadata } = await blob.getProperties();
  return [Number(metadata!.sequencenumber), metadata!.offset];
}

test('a partition is told as far as all its sessions have come', async () => {
  const told = checkpoints();
  const [es, nq] = [0, 1].map(() => told.follow(() => ({ ...OF, partition: '1' })));
  es.kept(at(10));
  await es.settled();
  expect(await read('1')).toBeUndefined();
  nq.kept(at(7));
  await nq.settled();
  expect(await read('1')).toEqual([7, '700']);
  es.kept(at(20));
  nq.kept(at(15));
  nq.kept(at(18));
  await nq.settled();
  expect(await read('1')).toEqual([18, '1800']);
  await nq.end();
  es.kept(at(30));
  await es.end();
  expect(await read('1')).toEqual([30, '3000']);
  expect(faults).toEqual([]);
});

test("workers tell of their own partitions, in the group they read with; the SDK's processor goes on from there", async () => {
  const [first, second] = [checkpoints(), checkpoints()];
  const one = first.follow(() => ({ ...OF, partition: '2' }));
  let group = 'live';
  const other = second.follow(() => ({ ...OF, group, partition: '3' }));
  one.kept(at(5));
  other.kept(at(6));
  await Promise.all([one.settled(), other.settled()]);
  group = 'live_shared';
  other.kept(at(8));
  await other.settled();
  expect(await read('2')).toEqual([5, '500']);
  expect([await read('3'), await read('3', 'live_shared')]).toEqual([
    [6, '600'],
    [8, '800'],
  ]);
  const listed = await new BlobCheckpointStore(container).listCheckpoints(OF.namespace, OF.hub, OF.group);
  expect(listed.filter(({ partitionId }) => partitionId === '2')).toMatchObject([
    { sequenceNumber: 5, offset: '500' },
  ]);
});

test('what cannot be written is told, and written with the next', async () => {
  const store = new BlobCheckpointStore(container);
  let fails = true;
  const failed: unknown[] = [];
  const told = new Checkpoints(
    {
      updateCheckpoint: (checkpoint) =>
        fails ? Promise.reject(new Error('away')) : store.updateCheckpoint(checkpoint),
    },
    (error) => failed.push(error),
  );
  const session = told.follow(() => ({ ...OF, partition: '0' }));
  session.kept(at(1));
  await session.settled();
  expect([failed, await read('0')]).toEqual([[new Error('away')], undefined]);
  fails = false;
  session.kept(at(2));
  await session.settled();
  expect(await read('0')).toEqual([2, '200']);
});
