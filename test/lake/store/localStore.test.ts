import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LocalStore } from '../../../lake/store/localStore';
import { temporaryFolder } from '../../support/lake';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (found: Uint8Array | undefined) => found && new TextDecoder().decode(found);

function openStore() {
  const folder = temporaryFolder();
  return { folder, store: new LocalStore(join(folder, 'lake')) };
}

describe('a local store', () => {
  it('reads what was put, whole or in part, and nothing where nothing is', async () => {
    const { store } = openStore();
    await store.put('a/b/file', bytes('hello world'));
    expect(text(await store.read('a/b/file'))).toBe('hello world');
    expect(text(await store.read('a/b/file', { offset: 6, length: 3 }))).toBe('wor');
    expect(text(await store.read('a/b/file', { offset: 6, length: 100 }))).toBe('world');
    expect(await store.read('a/b/none')).toBeUndefined();
    expect(await store.read('none', { offset: 0, length: 1 })).toBeUndefined();
    await store.put('a/b/file', bytes('new'));
    expect(text(await store.read('a/b/file'))).toBe('new');
  });

  it('lists files below a folder by key, from a key on', async () => {
    const { store } = openStore();
    for (const key of ['t/b', 't/a/2', 't/a/1', 't/c', 'u/x']) await store.put(key, bytes(key));
    const keys = async (...args: [string, string?]) => (await store.list(...args)).map(({ key }) => key);
    expect(await keys('t')).toEqual(['t/a/1', 't/a/2', 't/b', 't/c']);
    expect(await keys('t', 't/a/2')).toEqual(['t/b', 't/c']);
    expect(await keys('nowhere')).toEqual([]);
    const [entry] = await store.list('u');
    expect(entry).toMatchObject({ key: 'u/x', size: 3 });
    expect(Math.abs(entry.modified - Date.now())).toBeLessThan(60_000);
  });

  it('lets exactly one of many create a file, and never shows half of one', async () => {
    const { store } = openStore();
    const other = new LocalStore(store.location);
    const texts = Array.from({ length: 40 }, (_, i) => `${i}`.repeat(1000));
    const won = await Promise.all(
      texts.map((content, i) => (i % 2 === 0 ? store : other).putIfAbsent('log/1', bytes(content))),
    );
    expect(won.filter((one) => one)).toHaveLength(1);
    expect(text(await store.read('log/1'))).toBe(texts[won.indexOf(true)]);
    expect(await store.list('.staging')).toEqual([]);
  });

  it('moves and removes', async () => {
    const { store } = openStore();
    await store.put('a', bytes('1'));
    await store.put('b', bytes('2'));
    await store.rename('a', 'new/b');
    await store.rename('b', 'new/b');
    expect(text(await store.read('new/b'))).toBe('2');
    expect(await store.read('a')).toBeUndefined();
    await store.remove('new/b');
    await store.remove('new/b');
    expect(await store.list('new')).toEqual([]);
  });

  it('takes in files that were written aside', async () => {
    const { store } = openStore();
    const path = await store.stagingPath('part.parquet');
    writeFileSync(path, 'rows');
    await store.adopt(path, 'table/x=1/part.parquet');
    expect(readFileSync(await store.localPath('table/x=1/part.parquet'), 'utf8')).toBe('rows');
    expect(await store.list('.staging')).toEqual([]);
  });

  it('refuses keys that lead out of it, and names the file it could not write', async () => {
    const { store, folder } = openStore();
    await expect(store.put('../outside', bytes('x'))).rejects.toMatchObject({ code: 'BadArgument' });
    await expect(store.read('/etc/passwd')).rejects.toMatchObject({ code: 'BadArgument' });
    mkdirSync(join(folder, 'lake', 'taken'), { recursive: true });
    writeFileSync(join(folder, 'lake', 'taken', 'file'), '');
    await expect(store.put('taken/file/below', bytes('x'))).rejects.toMatchObject({
      code: 'StoreUnavailable',
      details: { file: join(folder, 'lake', 'taken', 'file', 'below') },
    });
  });
});
