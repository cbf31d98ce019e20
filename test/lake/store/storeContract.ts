/** What the lake relies on, whatever store it lives in. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { FileSpace } from '../../../lake/store/fileSpace';
import { STAGING_FOLDER, type Store } from '../../../lake/store/store';

export const bytes = (text: string) => new TextEncoder().encode(text);
export const text = (found: Uint8Array | undefined) => found && new TextDecoder().decode(found);

/** @param open an empty store, as two processes have it open */
export function describeStore(name: string, open: () => [Store, Store] | Promise<[Store, Store]>): void {
  describe(name, () => {
    it('reads what was put, whole or in part, and nothing where nothing is', async () => {
      const [store, other] = await open();
      await store.put('a/b/file', bytes('hello world'));
      expect(text(await store.read('a/b/file'))).toBe('hello world');
      expect(text(await other.read('a/b/file', { offset: 6, length: 3 }))).toBe('wor');
      expect(text(await store.read('a/b/file', { offset: 6, length: 100 }))).toBe('world');
      expect(text(await store.read('a/b/file', { offset: 100, length: 1 }))).toBe('');
      expect(await store.read('a/b/none')).toBeUndefined();
      expect(await store.read('none', { offset: 0, length: 1 })).toBeUndefined();
      await store.put('a/b/file', bytes('new'));
      expect(text(await other.read('a/b/file'))).toBe('new');
      await store.put('empty', new Uint8Array(0));
      expect(text(await store.read('empty'))).toBe('');
    });

    it('keeps bytes of its own', async () => {
      const [store] = await open();
      const given = bytes('rows');
      await store.put('file', given);
      await store.putIfAbsent('file2', given);
      given.fill(0);
      (await store.read('file'))!.fill(0);
      expect([text(await store.read('file')), text(await store.read('file2'))]).toEqual(['rows', 'rows']);
    });

    it('lists files below a folder by key, from a key on', async () => {
      const [store, other] = await open();
      const before = Date.now();
      for (const key of ['t/b', 't/a/2', 't/a/1', 't/c', 'u/x', 'tt/x', 't.x'])
        await store.put(key, bytes(key));
      const keys = async (...args: [string, string?]) => (await other.list(...args)).map(({ key }) => key);
      expect(await keys('t')).toEqual(['t/a/1', 't/a/2', 't/b', 't/c']);
      expect(await keys('t', 't/a/2')).toEqual(['t/b', 't/c']);
      expect(await keys('t', 't/a/15')).toEqual(['t/a/2', 't/b', 't/c']);
      expect(await keys('t/a')).toEqual(['t/a/1', 't/a/2']);
      expect(await keys('nowhere')).toEqual([]);
      const [entry] = await store.list('u');
      const after = Date.now();
      expect(entry).toMatchObject({ key: 'u/x', size: 3 });
      // A file system's clock may be coarser.
      expect(entry.modified).toBeGreaterThan(before - 2000);
      expect(entry.modified).toBeLessThan(after + 2000);
    });

    it('lets exactly one of many create a file, and never shows half of one', async () => {
      const [store, other] = await open();
      const texts = Array.from({ length: 40 }, (_, i) => `${i}`.repeat(1000));
      const won = await Promise.all(
        texts.map((content, i) => (i % 2 === 0 ? store : other).putIfAbsent('log/1', bytes(content))),
      );
      expect(won.filter((one) => one)).toHaveLength(1);
      expect(text(await store.read('log/1'))).toBe(texts[won.indexOf(true)]);
      await store.remove('log/1');
      expect(await other.putIfAbsent('log/1', bytes('again'))).toBe(true);
      expect(await store.list(STAGING_FOLDER)).toEqual([]);
    });

    it('replaces a file at once: whoever reads meanwhile finds all of one', async () => {
      const [store, other] = await open();
      const versions = Array.from({ length: 30 }, (_, i) => `${i % 10}`.repeat(5000 + i));
      await store.put('hint', bytes(versions[0]));
      const writing = Promise.all(versions.map((version) => store.put('hint', bytes(version))));
      const found: (string | undefined)[] = [];
      for (let i = 0; i < 60; i++) found.push(text(await other.read('hint')));
      await writing;
      for (const one of found) expect(versions).toContain(one);
    });

    it('tells whether it is there', async () => {
      const [store, other] = await open();
      expect(await store.holdsAny()).toBe(false);
      await store.put('a/file', bytes('x'));
      expect(await other.holdsAny()).toBe(true);
    });

    it('removes, and minds no file that is gone', async () => {
      const [store, other] = await open();
      await store.put('new/b', bytes('1'));
      await other.remove('new/b');
      await store.remove('new/b');
      expect(await store.read('new/b')).toBeUndefined();
      expect(await store.list('new')).toEqual([]);
    });

    it('refuses keys that lead out of it', async () => {
      const [store] = await open();
      const refused = { code: 'BadArgument' };
      await expect(store.put('../outside', bytes('x'))).rejects.toMatchObject(refused);
      await expect(store.putIfAbsent('a/../../x', bytes('x'))).rejects.toMatchObject(refused);
      await expect(store.read('/etc/passwd')).rejects.toMatchObject(refused);
      await expect(store.remove('../outside')).rejects.toMatchObject(refused);
      await expect(store.list('..')).rejects.toMatchObject(refused);
    });
  });
}

interface Opened {
  store: Store;
  space: FileSpace;
}

/** @param open a file space, and the store whose files it gives */
export function describeFileSpace(name: string, open: () => Opened | Promise<Opened>): void {
  describe(name, () => {
    it('gives a path to the bytes under a key, which the path ends with', async () => {
      const { store, space } = await open();
      await store.put('table/x=1/part.parquet', bytes('rows'));
      const path = await space.pathOf('table/x=1/part.parquet');
      expect(readFileSync(path, 'utf8')).toBe('rows');
      expect(path.endsWith('/table/x=1/part.parquet')).toBe(true);
    });

    it('puts a file that was written aside under its key, replacing what was there', async () => {
      const { store, space } = await open();
      for (const content of ['rows', 'other rows']) {
        const staged = await space.stage('part.parquet');
        writeFileSync(staged, content);
        await space.put(staged, 'table/x=1/part.parquet');
        expect(text(await store.read('table/x=1/part.parquet'))).toBe(content);
        await space.discard(staged); // Which changes nothing any more.
      }
      expect((await store.list('table')).map(({ key }) => key)).toEqual(['table/x=1/part.parquet']);
      expect(await store.list(STAGING_FOLDER)).toEqual([]);
    });

    it('discards a staged file, written or not', async () => {
      const { store, space } = await open();
      const staged = await space.stage('part.parquet');
      await space.discard(staged);
      writeFileSync(staged, 'half a file');
      await space.discard(staged);
      await expect(space.put(staged, 'table/part.parquet')).rejects.toThrow();
      expect(await store.list('table')).toEqual([]);
    });
  });
}
