/** Tables in a store that is no folder: only Parquet files need paths, and these may be copies. */
import type { AddFile } from '../../../lake/delta/actions';
import { commit, type Change } from '../../../lake/delta/commit';
import { compact } from '../../../lake/delta/compact';
import { schemaActions } from '../../../lake/delta/evolution';
import { DeltaLog } from '../../../lake/delta/log';
import { DeltaTable } from '../../../lake/delta/table';
import { vacuum } from '../../../lake/delta/vacuum';
import type { FileSpace } from '../../../lake/store/fileSpace';
import { commitOptions, numbers, numbersBatch, temporaryFolder } from '../../support/lake';
import { CopyingFileSpace, MemoryStore } from '../../support/memoryStore';

const A = { contract: 'A' };
const B = { contract: 'B' };

describe('a log', () => {
  /** Where no file can be read or written. */
  const refuse = () => Promise.reject(new Error('no files here'));
  const nowhere: FileSpace = {
    folder: '/nowhere',
    fetches: true,
    pathOf: refuse,
    stage: refuse,
    put: refuse,
    discard: refuse,
  };
  const setUp = () => {
    const store = new MemoryStore();
    const open = () => new DeltaLog(store, nowhere, 'test/numbers', 'test.numbers');
    return { store, log: open(), other: open() };
  };
  const file = (path: string, partitionValues = A): AddFile => ({
    path,
    partitionValues,
    size: 1,
    modificationTime: 1,
    dataChange: true,
  });
  const change = (path: string, more: Partial<Change> & { of?: typeof A } = {}): Change => ({
    ...more,
    actions: (now, timestamp) => [
      { commitInfo: { timestamp, operation: 'test' } },
      ...schemaActions(numbers, now),
      ...(more.txn ? [{ txn: more.txn }] : []),
      { add: file(path, more.of) },
    ],
  });
  const paths = async (log: DeltaLog) => [...(await log.load()).files.keys()];

  it('is written, and read by others, without a file of this machine', async () => {
    const { log, other } = setUp();
    expect((await log.load()).exists).toBe(false);
    const first = await commit(log, await log.load(), change('1'));
    const seen = await other.load();
    expect(seen).toEqual(first);
    const second = await commit(log, first, change('2'));
    expect(await other.catchUp(seen)).toEqual(second);
    expect(await paths(other)).toEqual(['1', '2']);
    expect((await other.load(0)).files.size).toBe(1);
    expect((await other.history()).map(({ version }) => version)).toEqual([0, 1]);
    expect(await other.versionAt(second.timestamp)).toBe(1);
  });

  it('takes every one of many commits at once, one after the other', async () => {
    const { log, other } = setUp();
    const base = await log.load();
    const names = Array.from({ length: 9 }, (_, i) => `${i}`);
    await Promise.all(names.map((name, i) => commit(i % 2 === 0 ? log : other, base, change(name))));
    expect((await paths(log)).sort()).toEqual(names);
    expect((await log.load()).version).toBe(8);
  });

  it('tells writers of one partition that they are in conflict, and fences', async () => {
    const { log, other } = setUp();
    const base = await commit(log, await log.load(), change('0'));
    await commit(log, base, change('1', { overwrites: A }));
    await expect(commit(other, base, change('2', { overwrites: A }))).rejects.toMatchObject({
      code: 'CommitConflict',
    });
    await commit(other, base, change('3', { overwrites: B, of: B, txn: { appId: 'b', version: 2 } }));
    await expect(
      commit(log, base, change('4', { overwrites: B, of: B, txn: { appId: 'b', version: 1 } })),
    ).rejects.toMatchObject({ code: 'Fenced' });
    expect(await paths(log)).toEqual(['0', '1', '3']);
  });
});

describe('a table', () => {
  const setUp = () => {
    const store = new MemoryStore();
    const open = () => new DeltaTable(store, new CopyingFileSpace(store, temporaryFolder()), numbers);
    return { store, open };
  };
  const values = async (table: DeltaTable, partition = {}) =>
    (await table.readRows({ partition })).map(({ n }) => Number(n));

  it('is written, read, summed up in checkpoints, compacted and vacuumed', async () => {
    const { store, open } = setUp();
    const table = open();
    for (let n = 0; n < 12; n++) await table.append(A, [numbersBatch(n)], commitOptions());
    const keys = (await store.list('test/numbers/_delta_log')).map(({ key }) => key.split('/').at(-1));
    expect(keys).toContain('00000000000000000010.checkpoint.parquet');
    for (let version = 0; version < 10; version++) await store.remove(table.log.commitKey(version));
    const all = Array.from({ length: 12 }, (_, n) => n);
    expect(await values(open())).toEqual(all);
    await open().overwritePartition(B, [numbersBatch(99)], commitOptions());
    expect(await compact(open())).toMatchObject({ filesBefore: 12, filesAfter: 1 });
    expect((await vacuum(open(), { retentionHours: 0 })).files).toHaveLength(12);
    expect([await values(table, A), await values(table, B)]).toEqual([all, [99]]);
  });

  it('leaves nothing of a write that lost', async () => {
    const { store, open } = setUp();
    await open().append(A, [numbersBatch(0)], commitOptions());
    const lost = open().overwritePartition(
      A,
      async (writer) => {
        await open().overwritePartition(A, [numbersBatch(1)], commitOptions());
        await writer.write(numbersBatch(2));
      },
      commitOptions(),
    );
    await expect(lost).rejects.toMatchObject({ code: 'CommitConflict' });
    expect(await values(open())).toEqual([1]);
    expect(await store.list('test/numbers/contract=A')).toHaveLength(2);
  });
});
