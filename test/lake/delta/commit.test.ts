import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import type { PartitionWriter } from '../../../lake/parquet/partitionWriter';
import { compact } from '../../../lake/delta/compact';
import { commitOptions, numbers, numbersBatch, temporaryFolder } from '../../support/lake';

const A = { contract: 'A' };
const B = { contract: 'B' };

/** Two writers of one table, as two processes have them: nothing shared but the folder. */
async function twoWriters() {
  const folder = temporaryFolder();
  const open = async () => (await Lake.open(folder, TABLES)).table(numbers);
  return { first: await open(), second: await open(), reader: await open() };
}

/** Rows that are written only after something else has happened. */
const after = (event: () => Promise<unknown>, n: number) => async (writer: PartitionWriter) => {
  await event();
  await writer.write(numbersBatch(n));
};

const values = async (table: Awaited<ReturnType<typeof twoWriters>>['reader'], partition = {}) =>
  (await table.readRows({ partition })).map(({ n }) => Number(n));

describe('concurrent writers', () => {
  it.each([
    ['of a table that exists', true],
    ['of a table both create', false],
  ])('%s come one after the other when their partitions differ', async (_, exists) => {
    const { first, second, reader } = await twoWriters();
    if (exists) await reader.append(B, [numbersBatch(0)], commitOptions());
    const other = () => second.overwritePartition(B, [numbersBatch(2)], commitOptions());
    const result = await first.overwritePartition(A, after(other, 1), commitOptions());
    expect(result.version).toBe(exists ? 2 : 1);
    expect(await values(reader, A)).toEqual([1]);
    expect(await values(reader, B)).toEqual([2]);
  });

  it('of the same partition: the second fails with CommitConflict and leaves nothing behind', async () => {
    const { first, second, reader } = await twoWriters();
    await reader.append(A, [numbersBatch(0)], commitOptions());
    const other = () => second.overwritePartition(A, [numbersBatch(2)], commitOptions());
    await expect(first.overwritePartition(A, after(other, 1), commitOptions())).rejects.toMatchObject({
      code: 'CommitConflict',
      details: { field: 'contract=A' },
    });
    expect(await values(reader)).toEqual([2]);
    const files = (await reader.store.list('test/numbers/contract=A')).map(({ key }) => key);
    // The replaced file and the winner's, not the loser's.
    expect(files).toHaveLength(2);
    expect(await reader.store.list('.staging')).toEqual([]);
  });

  it('of the same partition of a table both create: the second fails', async () => {
    const { first, second, reader } = await twoWriters();
    const other = () => second.overwritePartition(A, [numbersBatch(2)], commitOptions());
    await expect(first.overwritePartition(A, after(other, 1), commitOptions())).rejects.toMatchObject({
      code: 'CommitConflict',
    });
    expect(await values(reader)).toEqual([2]);
  });

  it('who append to the same partition both get through', async () => {
    const { first, second, reader } = await twoWriters();
    const other = () => second.append(A, [numbersBatch(2)], commitOptions());
    await first.append(A, after(other, 1), commitOptions());
    expect(await values(reader)).toEqual([2, 1]);
  });

  it('who append while another replaces: the append counts as later, the replacement fails', async () => {
    const { first, second, reader } = await twoWriters();
    await reader.append(A, [numbersBatch(0)], commitOptions());
    const append = () => second.append(A, [numbersBatch(2)], commitOptions());
    await expect(first.overwritePartition(A, after(append, 1), commitOptions())).rejects.toMatchObject({
      code: 'CommitConflict',
    });
    const replace = () => second.overwritePartition(A, [numbersBatch(3)], commitOptions());
    await first.append(A, after(replace, 4), commitOptions());
    expect(await values(reader)).toEqual([3, 4]);
  });

  it('see a conflict although the rows they would replace were compacted in between', async () => {
    const { first, second, reader } = await twoWriters();
    await reader.append(A, [numbersBatch(0)], commitOptions());
    const others = async () => {
      await second.append(A, [numbersBatch(2)], commitOptions());
      await compact(second);
    };
    await expect(first.overwritePartition(A, after(others, 1), commitOptions())).rejects.toMatchObject({
      code: 'CommitConflict',
    });
    expect(await values(reader)).toEqual([0, 2]);
  });

  it('are not disturbed by compaction alone, whose result they replace', async () => {
    const { first, second, reader } = await twoWriters();
    for (const n of [1, 2]) await reader.append(A, [numbersBatch(n)], commitOptions());
    await first.overwritePartition(
      A,
      after(() => compact(second), 3),
      commitOptions(),
    );
    expect(await values(reader)).toEqual([3]);
  });

  it('fail when the table is not as it was when their rows were computed from it', async () => {
    const { first, second, reader } = await twoWriters();
    await reader.append(A, [numbersBatch(0)], commitOptions());
    const basedOn = await first.snapshot();
    await second.overwritePartition(A, [numbersBatch(2)], commitOptions());
    await expect(
      first.overwritePartition(A, [numbersBatch(1)], commitOptions({ basedOn })),
    ).rejects.toMatchObject({ code: 'CommitConflict' });
  });
});

describe('a fence', () => {
  const attempt = (version: number) => commitOptions({ txn: { appId: 'build-A', version } });

  it('keeps an earlier attempt from writing after a later one', async () => {
    const { first, second, reader } = await twoWriters();
    await first.overwritePartition(A, [numbersBatch(2)], attempt(2));
    await expect(second.overwritePartition(A, [numbersBatch(1)], attempt(1))).rejects.toMatchObject({
      code: 'Fenced',
    });
    expect(await values(reader)).toEqual([2]);
    await second.overwritePartition(A, [numbersBatch(3)], attempt(2));
    expect(await values(reader)).toEqual([3]);
  });

  it('lets the later of two attempts at the same time win, whichever commits first', async () => {
    const { first, second, reader } = await twoWriters();
    await reader.overwritePartition(A, [numbersBatch(0)], attempt(1));
    const zombie = () => second.overwritePartition(A, [numbersBatch(2)], attempt(2));
    await first.overwritePartition(A, after(zombie, 3), attempt(3));
    expect(await values(reader)).toEqual([3]);

    const later = () => second.overwritePartition(A, [numbersBatch(5)], attempt(5));
    await expect(first.overwritePartition(A, after(later, 4), attempt(4))).rejects.toMatchObject({
      code: 'Fenced',
    });
    expect(await values(reader)).toEqual([5]);
  });

  it('does not let an attempt replace what somebody else wrote meanwhile', async () => {
    const { first, second } = await twoWriters();
    await first.overwritePartition(A, [numbersBatch(0)], attempt(1));
    const stranger = () => second.overwritePartition(A, [numbersBatch(9)], commitOptions());
    await expect(first.overwritePartition(A, after(stranger, 2), attempt(2))).rejects.toMatchObject({
      code: 'CommitConflict',
    });
  });

  it('survives a checkpoint', async () => {
    const { first, second } = await twoWriters();
    for (let version = 1; version <= 11; version++)
      await first.overwritePartition(A, [numbersBatch(version)], attempt(version));
    for (let version = 0; version < 10; version++) await first.store.remove(first.log.commitKey(version));
    await expect(second.overwritePartition(A, [numbersBatch(1)], attempt(10))).rejects.toMatchObject({
      code: 'Fenced',
    });
  });
});

describe('a writer that fails', () => {
  it('leaves the table and the folder as they were', async () => {
    const { first, reader } = await twoWriters();
    await first.overwritePartition(A, [numbersBatch(1)], commitOptions());
    const failing = async (writer: PartitionWriter) => {
      await writer.write(numbersBatch(2));
      throw new Error('the stage failed');
    };
    await expect(first.overwritePartition(A, failing, commitOptions())).rejects.toThrow('the stage failed');
    expect(await values(reader)).toEqual([1]);
    expect((await reader.snapshot()).version).toBe(0);
    expect(await reader.store.list('.staging')).toEqual([]);
  });

  it('stops when it is cancelled', async () => {
    const { first, reader } = await twoWriters();
    const controller = new AbortController();
    const cancelled = async (writer: PartitionWriter) => {
      await writer.write(numbersBatch(2));
      controller.abort();
    };
    await expect(
      first.overwritePartition(A, cancelled, commitOptions({ signal: controller.signal })),
    ).rejects.toMatchObject({ code: 'Cancelled' });
    expect((await reader.snapshot()).exists).toBe(false);
  });
});

describe('a stream', () => {
  const part = (version: number) => commitOptions({ stream: { appId: 'live-A', version } });

  it('is written part by part, each once', async () => {
    const { first, second, reader } = await twoWriters();
    await first.append(A, [numbersBatch(1)], part(1));
    await second.append(A, [numbersBatch(2)], part(2));
    for (const written of [1, 2])
      await expect(first.append(A, [numbersBatch(9)], part(written))).rejects.toMatchObject({
        code: 'Fenced',
      });
    await first.append(A, [numbersBatch(3)], part(4));
    expect(await values(reader)).toEqual([1, 2, 3]);
  });

  it('has a part from one of two writers that write it at the same time', async () => {
    const { first, second, reader } = await twoWriters();
    await reader.append(A, [numbersBatch(0)], part(1));
    const other = () => second.append(A, [numbersBatch(1)], part(2));
    await expect(first.append(A, after(other, 1), part(2))).rejects.toMatchObject({ code: 'Fenced' });
    expect(await values(reader)).toEqual([0, 1]);
  });

  it('ends when a build has taken the partition over', async () => {
    const { first, second, reader } = await twoWriters();
    const build = (version: number) => ({ txn: { appId: 'build-A', version } });
    await first.append(A, [numbersBatch(1)], { ...part(1), ...build(1) });
    await second.overwritePartition(A, [numbersBatch(7)], commitOptions(build(2)));
    await expect(first.append(A, [numbersBatch(2)], { ...part(2), ...build(1) })).rejects.toMatchObject({
      code: 'Fenced',
    });
    expect(await values(reader)).toEqual([7]);
  });
});
