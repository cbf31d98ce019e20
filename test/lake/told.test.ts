import { Lake } from '../../lake/lake';
import { listen, type LakeEvent } from '../../lake/told';
import { commitOptions, numbers, numbersBatch, temporaryFolder } from '../support/lake';

test('commits are told with the rows and bytes they added, queries with their time, until nobody listens', async () => {
  const lake = await Lake.open(temporaryFolder(), [numbers]);
  const table = lake.table(numbers);
  const told: LakeEvent[] = [];
  const end = listen((event) => told.push(event));
  const { bytes } = await table.append({ contract: 'A' }, [numbersBatch(1, 2, 3)], commitOptions());
  await lake.query('SELECT count(*) FROM test.numbers');
  end();
  await table.append({ contract: 'A' }, [numbersBatch(4)], commitOptions());
  expect(told).toEqual([
    { kind: 'committed', event: { table: 'test.numbers', rows: 3, bytes } },
    { kind: 'queried', event: { seconds: expect.any(Number) } },
  ]);
  expect(bytes).toBe((await table.snapshot()).filesOf({ contract: 'A' })[0].size);
});

test('a commit that was refused is not told', async () => {
  const table = (await Lake.open(temporaryFolder(), [numbers])).table(numbers);
  const fence = (version: number) => ({ ...commitOptions(), txn: { appId: 'build', version } });
  await table.overwritePartition({ contract: 'A' }, [numbersBatch(1)], fence(2));
  const told: LakeEvent[] = [];
  const end = listen((event) => told.push(event));
  await expect(
    table.overwritePartition({ contract: 'A' }, [numbersBatch(2)], fence(1)),
  ).rejects.toMatchObject({ code: 'Fenced' });
  end();
  expect(told).toEqual([]);
});
