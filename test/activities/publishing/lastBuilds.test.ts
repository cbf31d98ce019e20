import { LastBuilds } from '../../../activities/publishing/lastBuilds';
import { buildRow, opsPartitions, type BuildStatus } from '../../../graph/catalog/partitionsTable';
import { contractDate, keyText, type Partition } from '../../../graph/datasets/units';
import { Lake } from '../../../lake/lake';
import { commitOptions, temporaryFolder } from '../../support/lake';

/** So many that they are read together. */
const DATES = Array.from({ length: 17 }, (_, k) => contractDate('ESH4', `2024-02-${10 + k}`));

async function record(lake: Lake, partition: Partition, status: BuildStatus): Promise<void> {
  const place = { layer: 'gold', partition: keyText(partition) };
  const row = buildRow({
    layer: 'gold',
    partition,
    product: 'ES',
    status,
    digest: 'abc',
    provenance: { code: {}, settings: {}, inputs: {} },
    codeVersion: '1',
    rows: 0,
    seconds: 0,
    fence: 0,
    workflowId: 'test',
    runId: 'run',
    reason: null,
    finishedAt: 1_700_000_000_000_000_000n,
  });
  await lake.table(opsPartitions).overwritePartition(place, [row], commitOptions());
}

test('all builds are read once while the table is as it is, and anew when another process has built', async () => {
  const folder = temporaryFolder();
  const [lake, other] = [await Lake.open(folder, [opsPartitions]), await Lake.open(folder, [opsPartitions])];
  for (const date of DATES) await record(other, date, 'building');
  const reads = jest.spyOn(lake.table(opsPartitions), 'readRows');
  const statuses = async () => (await LastBuilds.read(lake)).all('gold').map(({ status }) => status);
  expect(await statuses()).toEqual(DATES.map(() => 'building'));
  expect((await LastBuilds.read(lake, (_, key) => key !== keyText(DATES[0]))).all()).toHaveLength(16);
  expect(await statuses()).toHaveLength(DATES.length);
  // Those named were few enough to be read one by one.
  expect(reads.mock.calls.filter(([where]) => where?.partition === undefined)).toHaveLength(1);
  await record(other, DATES[3], 'published');
  expect((await statuses()).filter((status) => status === 'published')).toHaveLength(1);
});

test('a reading that failed is not kept', async () => {
  const lake = await Lake.open(temporaryFolder(), [opsPartitions]);
  for (const date of DATES) await record(lake, date, 'published');
  jest.spyOn(lake.table(opsPartitions), 'readRows').mockRejectedValueOnce(new Error('gone'));
  await expect(LastBuilds.read(lake)).rejects.toThrow('gone');
  expect((await LastBuilds.read(lake)).all()).toHaveLength(DATES.length);
});
