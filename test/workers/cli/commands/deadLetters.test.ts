import { TABLES } from '../../../../graph/catalog/declaration';
import { ES } from '../../../support/products';
import { encodeRecord } from '../../../../graph/dbn';
import { windowOf } from '../../../../graph/market/calendar';
import { bronzeDeadLetters } from '../../../../graph/records/deadLettersTable';
import { bronzeMbo } from '../../../../graph/records/mboTable';
import { Lake } from '../../../../lake/lake';
import { someMbo } from '../../../support/dbnFiles';
import { commitOptions, syntheticMbo, temporaryFolder } from '../../../support/lake';
import { documentOf, onLake } from '../../../support/spymaster';
import { TableBuilder } from '../../../support/tables';

it('lists letters with their reasons and puts back those that pass', async () => {
  const folder = temporaryFolder();
  const spymaster = onLake(folder);
  const lake = await Lake.open(folder, TABLES);
  const partition = { contract: 'ESH4', trade_date: '2023-12-26' };
  const [record] = someMbo(1);
  const batch = syntheticMbo(0);
  await lake
    .table(bronzeMbo)
    .overwritePartition(partition, (writer) => writer.writeMbo(batch), commitOptions());
  const rows = new TableBuilder(bronzeDeadLetters);
  const { start } = windowOf('2023-12-26', ES);
  for (const [i, size] of [1, 0].entries()) {
    const tsRecv = start + BigInt(1 + i);
    rows.push({
      reason: 'price_off_tick',
      field: 'price',
      expected: 'a multiple of 0.25',
      detail: null,
      source: 'f'.repeat(64),
      byte_offset: BigInt(i),
      record_type: 'mbo',
      position: 0n,
      ts_recv: record.tsRecv,
      instrument_id: 17_077n,
      bytes: encodeRecord({ ...record, size, tsRecv, tsEvent: tsRecv }),
      found_at: BigInt(Date.parse('2024-03-06')) * 1_000_000n,
    });
  }
  await lake.table(bronzeDeadLetters).overwritePartition(partition, [rows.build()], commitOptions());

  const listed = documentOf<{ letters: object[] }>(await spymaster('dead-letters', 'list', '--json'));
  expect(listed).toMatchObject({ count: 2, byReason: { price_off_tick: 2 } });
  expect(listed.letters[0]).toMatchObject({
    bytes: expect.stringMatching(/^0ea00100/) as string,
    byte_offset: '0',
  });
  const planned = await spymaster('dead-letters', 'replay', '--dry-run', '--json');
  expect(documentOf(planned)).toMatchObject({ replayed: 1 });
  const only = ['--contract', 'ESH4', '--date', '2023-12-26'];
  const replayed = await spymaster('dead-letters', 'replay', ...only, '--json');
  expect(documentOf(replayed)).toEqual({
    dryRun: false,
    replayed: 1,
    contractDates: [{ contract: 'ESH4', tradeDate: '2023-12-26', letters: 2, replayed: 1 }],
  });
  const left = await spymaster('dead-letters', 'list', '--reason', 'size_nonpositive');
  expect(left.stdout).toContain('ESH4');
  expect((await spymaster('dead-letters', 'list', '--reason', 'nonsense')).code).not.toBe(0);
  const counted = await spymaster('query', 'SELECT count(*) AS n FROM bronze.mbo', '--json');
  expect(documentOf(counted)).toEqual([{ n: '1' }]);
});

it('has nothing to list or replay in an empty lake', async () => {
  const spymaster = onLake(temporaryFolder());
  expect(documentOf(await spymaster('dead-letters', 'list', '--json'))).toEqual({
    count: 0,
    byReason: {},
    letters: [],
  });
  expect((await spymaster('dead-letters', 'replay')).code).toBe(0);
});
