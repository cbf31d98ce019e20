import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TABLES } from '../../../graph/catalog/declaration';
import { Lake } from '../../../lake/lake';
import { vacuum } from '../../../lake/delta/vacuum';
import { commitOptions, numbers, numbersBatch, temporaryFolder } from '../../support/lake';

const LOG = 'test/numbers/_delta_log';
const pad = (version: number) => String(version).padStart(20, '0');

/** A table of versions 0 to 24 with a row each, and so with checkpoints of versions 10 and 20. */
async function filled() {
  const folder = temporaryFolder();
  const { store } = await Lake.open(folder, TABLES);
  const table = () => Lake.open(folder, TABLES).then((lake) => lake.table(numbers));
  const first = await table();
  for (let n = 0; n < 25; n++) await first.append({ contract: 'A' }, [numbersBatch(n)], commitOptions());
  const pathOf = (name: string) => join(folder, LOG, name);
  return {
    table,
    pathOf,
    checkpoint: (version: number) => pathOf(`${pad(version)}.checkpoint.parquet`),
    removeCommits: async (from: number, to: number) => {
      for (let n = from; n <= to; n++) await store.remove(`${LOG}/${pad(n)}.json`);
    },
    remove: (name: string) => store.remove(`${LOG}/${name}`),
    rows: async () => (await (await table()).readRows()).map(({ n }) => Number(n)),
  };
}

const ALL = Array.from({ length: 25 }, (_, n) => n);

describe('a checkpoint that is broken', () => {
  const BREAK: [string, (path: string) => void][] = [
    ['without a byte', (path) => truncateSync(path)],
    ['cut off', (path) => truncateSync(path, 200)],
    ['of something else', (path) => writeFileSync(path, 'PAR1 and nothing else that makes sense PAR1')],
  ];

  it.each(BREAK)('%s is passed over for an older one and the log', async (_, spoil) => {
    const { checkpoint, rows, removeCommits } = await filled();
    spoil(checkpoint(20));
    await removeCommits(0, 10);
    expect(await rows()).toEqual(ALL);
  });

  it('does not matter while the whole log is there', async () => {
    const { checkpoint, rows, table } = await filled();
    for (const version of [10, 20]) truncateSync(checkpoint(version));
    expect(await rows()).toEqual(ALL);
    expect((await (await table()).snapshot(15)).files.size).toBe(16);
  });

  it('is named where it stood for commits that are gone', async () => {
    const { checkpoint, rows, removeCommits } = await filled();
    truncateSync(checkpoint(20));
    await removeCommits(0, 19);
    await expect(rows()).rejects.toMatchObject({
      code: 'CorruptTable',
      details: { file: checkpoint(20) },
    });
  });

  it('is never the reason to show an older table', async () => {
    const { checkpoint, rows, removeCommits } = await filled();
    truncateSync(checkpoint(20));
    await removeCommits(15, 24);
    await expect(rows()).rejects.toMatchObject({ code: 'CorruptTable', details: { file: checkpoint(20) } });
  });

  it('keeps the log before it from being vacuumed', async () => {
    const { checkpoint, table } = await filled();
    truncateSync(checkpoint(20));
    const real = Date.now;
    try {
      Date.now = () => real() + 60 * 24 * 3_600_000;
      const { logFiles } = await vacuum(await table());
      expect(logFiles).toEqual(ALL.slice(0, 10).map((n) => `${LOG}/${pad(n)}.json`));
    } finally {
      Date.now = real;
    }
  });
});

describe('a log of which a part is lost', () => {
  it('is no shorter log', async () => {
    const { rows, remove, removeCommits, pathOf } = await filled();
    await remove(`${pad(20)}.checkpoint.parquet`);
    await removeCommits(15, 24);
    // The hint knows of version 20.
    await expect(rows()).rejects.toMatchObject({
      code: 'CorruptTable',
      details: { file: pathOf(`${pad(15)}.json`) },
    });
  });

  it.each([0, 13, 24])('and a commit %d without a byte is damage, no empty change', async (version) => {
    const { rows, pathOf, remove } = await filled();
    for (const n of [10, 20]) await remove(`${pad(n)}.checkpoint.parquet`);
    await remove('_last_checkpoint');
    const path = pathOf(`${pad(version)}.json`);
    truncateSync(path);
    await expect(rows()).rejects.toMatchObject({ code: 'CorruptTable', details: { file: path, offset: 0 } });
  });

  it('also where there is nothing but a first commit without a byte', async () => {
    const { table, pathOf, rows, remove, removeCommits } = await filled();
    for (const n of [10, 20]) await remove(`${pad(n)}.checkpoint.parquet`);
    await remove('_last_checkpoint');
    await removeCommits(1, 24);
    truncateSync(pathOf(`${pad(0)}.json`));
    await expect(rows()).rejects.toMatchObject({ code: 'CorruptTable' });
    await expect(
      (await table()).append({ contract: 'A' }, [numbersBatch(1)], commitOptions()),
    ).rejects.toMatchObject({ code: 'CorruptTable' });
  });
});
