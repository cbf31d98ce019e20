import { TABLES } from '../../../graph/catalog/declaration';
import { compact } from '../../../lake/delta/compact';
import type { Action, Protocol } from '../../../lake/delta/actions';
import { fieldsOf, encodeSchema } from '../../../lake/delta/schema';
import { Lake } from '../../../lake/lake';
import { commitOptions, numbers, numbersBatch, temporaryFolder } from '../../support/lake';

/** A table with two rows, then changed as another engine would. */
async function changed(change: {
  protocol?: Protocol;
  configuration?: Record<string, string>;
  invariant?: boolean;
}) {
  const folder = temporaryFolder();
  const first = (await Lake.open(folder, TABLES)).table(numbers);
  await first.append({ contract: 'A' }, [numbersBatch(1)], commitOptions());
  await first.append({ contract: 'A' }, [numbersBatch(2)], commitOptions());
  const { version, metadata } = await first.snapshot();
  const fields = fieldsOf(numbers).map((field) =>
    change.invariant && field.name === 'n'
      ? { ...field, metadata: { 'delta.invariants': '{"expression":{"expression":"n > 0"}}' } }
      : field,
  );
  const actions: Action[] = [
    { commitInfo: { timestamp: Date.now(), operation: 'SET TBLPROPERTIES' } },
    ...(change.protocol ? [{ protocol: change.protocol }] : []),
    {
      metaData: {
        ...metadata!,
        schemaString: encodeSchema(fields),
        configuration: change.configuration ?? {},
      },
    },
  ];
  expect(await first.log.tryCommit(version + 1, actions)).toBe(true);
  return (await Lake.open(folder, TABLES)).table(numbers);
}

type Table = Awaited<ReturnType<typeof changed>>;
const read = async (table: Table) => (await table.readRows()).map(({ n }) => Number(n));
const append = (table: Table) => table.append({ contract: 'A' }, [numbersBatch(3)], commitOptions());

describe('a table whose writers need features', () => {
  const listed = (...writerFeatures: string[]): Protocol => ({
    minReaderVersion: 1,
    minWriterVersion: 7,
    writerFeatures,
  });

  it.each([
    ['check constraints', { minReaderVersion: 1, minWriterVersion: 3 }, 'writer version 3'],
    ['change data feed', { minReaderVersion: 1, minWriterVersion: 4 }, 'writer version 4'],
    ['identity columns', { minReaderVersion: 1, minWriterVersion: 6 }, 'writer version 6'],
    ['column mapping that is off', { minReaderVersion: 2, minWriterVersion: 5 }, 'writer version 5'],
    ['listed features', listed('appendOnly', 'changeDataFeed', 'rowTracking'), 'changeDataFeed, rowTracking'],
    ['a later protocol', { minReaderVersion: 1, minWriterVersion: 8 }, 'writer version 8'],
  ])('is read and not written to: %s', async (_, protocol, named) => {
    const table = await changed({ protocol });
    expect(await read(table)).toEqual([1, 2]);
    const refused = { code: 'ContractViolation', message: expect.stringContaining(named) as string };
    await expect(append(table)).rejects.toMatchObject(refused);
    await expect(
      table.overwritePartition({ contract: 'B' }, [numbersBatch(3)], commitOptions()),
    ).rejects.toMatchObject(refused);
    await expect(compact(table)).rejects.toMatchObject(refused);
    expect((await table.snapshot()).version).toBe(2);
    expect(await table.store.list('.staging')).toEqual([]);
  });

  it.each([
    ['none', listed()],
    ['append-only and invariants that are not used', listed('appendOnly', 'invariants')],
    ['none, of readers too', { ...listed(), minReaderVersion: 3, readerFeatures: [] }],
  ])('is written to where it needs %s', async (_, protocol) => {
    const table = await changed({ protocol });
    // Beyond a checkpoint, which has to say the same of the protocol.
    for (let n = 3; n < 15; n++) await table.append({ contract: 'A' }, [numbersBatch(n)], commitOptions());
    for (let version = 0; version < 10; version++) await table.store.remove(table.log.commitKey(version));
    const again = (await Lake.open(table.store.location, TABLES)).table(numbers);
    expect((await again.snapshot()).protocol).toMatchObject(protocol);
    expect(await read(again)).toHaveLength(14);
  });

  it('is not written to where a column has an invariant', async () => {
    const table = await changed({ invariant: true });
    expect(await read(table)).toEqual([1, 2]);
    await expect(append(table)).rejects.toMatchObject({
      code: 'ContractViolation',
      message: expect.stringContaining('an invariant of column n') as string,
    });
  });
});

describe('a table whose readers need features', () => {
  it.each([
    [
      { minReaderVersion: 3, minWriterVersion: 7, readerFeatures: ['deletionVectors'] },
      {},
      'deletionVectors',
    ],
    [{ minReaderVersion: 2, minWriterVersion: 5 }, { 'delta.columnMapping.mode': 'name' }, 'columnMapping'],
    [{ minReaderVersion: 4, minWriterVersion: 7 }, {}, 'reader version 4'],
  ])('is not read: %j', async (protocol, configuration, named) => {
    const table = await changed({ protocol, configuration: configuration as Record<string, string> });
    await expect(read(table)).rejects.toMatchObject({
      code: 'CorruptTable',
      message: expect.stringContaining(named) as string,
    });
  });
});

describe('an append-only table', () => {
  it('takes new rows and compaction, and keeps those it has', async () => {
    const table = await changed({ configuration: { 'delta.appendOnly': 'true' } });
    await append(table);
    await expect(
      table.overwritePartition({ contract: 'A' }, [numbersBatch(9)], commitOptions()),
    ).rejects.toMatchObject({ code: 'ContractViolation', details: { field: 'delta.appendOnly' } });
    await table.overwritePartition({ contract: 'B' }, [numbersBatch(4)], commitOptions());
    expect(await compact(table)).toMatchObject({ filesBefore: 3, filesAfter: 1 });
    expect(new Set(await read(table))).toEqual(new Set([1, 2, 3, 4]));
  });

  it('is append-only also for a writer that finds out too late', async () => {
    const table = await changed({});
    const base = await table.snapshot();
    const { metadata } = base;
    const write = table.overwritePartition(
      { contract: 'A' },
      async (writer) => {
        await writer.write(numbersBatch(9));
        const actions = [{ metaData: { ...metadata!, configuration: { 'delta.appendOnly': 'true' } } }];
        expect(await table.log.tryCommit(base.version + 1, actions)).toBe(true);
      },
      commitOptions(),
    );
    await expect(write).rejects.toMatchObject({ code: 'ContractViolation' });
    expect(await read(table)).toEqual([1, 2]);
    const stored = (await table.store.list('test/numbers')).filter(({ key }) => key.endsWith('.parquet'));
    expect(stored).toHaveLength(2);
  });
});
