import { TABLES } from '../../../../graph/catalog/declaration';
import { buildRow, opsPartitions } from '../../../../graph/catalog/partitionsTable';
import { contractDate, keyText } from '../../../../graph/datasets/units';
import { Lake } from '../../../../lake/lake';
import { requireBuilt } from '../../../../workers/gateway/api/named';
import { commitOptions, temporaryFolder } from '../../../support/lake';

let lake: Lake;

beforeAll(async () => {
  lake = await Lake.open(temporaryFolder(), TABLES);
  await build('2024-03-04', null);
  await build('2024-03-05', 'its session is followed');
});

async function build(date: string, reason: string | null): Promise<void> {
  const partition = contractDate('ESH4', date);
  const row = buildRow({
    layer: 'gold',
    partition,
    product: 'ES',
    status: reason === null ? 'published' : 'building',
    digest: keyText(partition),
    provenance: { code: {}, settings: {}, inputs: {} },
    codeVersion: '1',
    rows: 0,
    seconds: 0,
    fence: 1,
    workflowId: 'w',
    runId: 'r',
    reason,
    finishedAt: 1_709_600_000_000_000_000n,
  });
  const place = { layer: 'gold', partition: keyText(partition) };
  await lake.table(opsPartitions).overwritePartition(place, [row], commitOptions());
}

test('a date that is published is there, also among others that are not', async () => {
  await requireBuilt(lake, { start: '2024-03-04', end: '2024-03-04' });
  await requireBuilt(lake, { contract: 'ESH4' });
});

test('of a date that is being built it is said why it is not there', async () => {
  await expect(requireBuilt(lake, { start: '2024-03-05' })).rejects.toMatchObject({
    code: 'NoInput',
    message: 'ESH4 2024-03-05 is not built: its session is followed',
  });
});

test('of others it is said what is built', async () => {
  await expect(requireBuilt(lake, { start: '2024-03-06' })).rejects.toMatchObject({
    message: 'no contract-date as asked for is built',
    details: { expected: 'of 1 built: ESH4 2024-03-04 to ESH4 2024-03-04' },
  });
  await expect(requireBuilt(lake, { contract: 'NQH4', start: '2024-03-05' })).rejects.toMatchObject({
    message: 'no contract-date as asked for is built',
  });
});
