/**
 * Raw files that were dropped: nothing is built from them any more, but their bytes stay, and their entries lie aside, so that they can be
 * taken back. A file is in use if it has an entry, whether or not one lies aside: whatever dies on the way, it is one or the other.
 */
import { SpymasterError } from '../../graph/errors';
import type { Store } from '../store/store';
import { parseJson } from './json';
import { dataKey, droppedKey, entryKey, entryOf, ROOT } from './keys';
import { rawFileSchema, type RawFile } from './registry';

export class DroppedFiles {
  constructor(private readonly store: Store) {}

  /** In order of their digests; those whose entry is damaged are left out. */
  async list(): Promise<RawFile[]> {
    const { used, dropped } = await this.digests();
    const files: RawFile[] = [];
    for (const digest of dropped) {
      if (used.has(digest)) continue;
      const bytes = await this.store.read(droppedKey(digest));
      const parsed = bytes && rawFileSchema.safeParse(parseJson(bytes));
      if (parsed?.success) files.push(parsed.data);
    }
    return files;
  }

  /** Digests of the files in use, damaged entries included, and of those that lie aside. */
  async digests(): Promise<{ used: Set<string>; dropped: Set<string> }> {
    const keys = (await this.store.list(ROOT)).map(({ key }) => key);
    const of = (kind: 'json' | 'dropped') =>
      new Set(keys.map((key) => entryOf(key, kind)).filter((digest) => digest !== undefined));
    return { used: of('json'), dropped: of('dropped') };
  }

  /** @throws SpymasterError NoInput if the file is not in use */
  async drop(digest: string): Promise<void> {
    const entry = await this.store.read(entryKey(digest));
    if (!entry) throw new SpymasterError('NoInput', `raw file ${digest} is not in use`);
    await this.store.put(droppedKey(digest), entry);
    await this.store.remove(entryKey(digest));
  }

  /** @throws SpymasterError NoInput if it was not dropped, or its bytes are gone */
  async restore(digest: string): Promise<void> {
    const bytes = await this.store.read(droppedKey(digest));
    const parsed = bytes && rawFileSchema.safeParse(parseJson(bytes));
    if (!bytes || !parsed?.success)
      throw new SpymasterError('NoInput', `raw file ${digest} was not dropped, or its entry is damaged`, {
        expected: 'a file of `./spymaster raw list --dropped`, or the file again: `./spymaster import FILE`',
      });
    const { name, extension } = parsed.data;
    if (!(await this.store.read(dataKey(digest, extension), { offset: 0, length: 1 })))
      throw new SpymasterError('NoInput', `the bytes of ${name} are no longer in the lake`, {
        file: `${this.store.location}/${dataKey(digest, extension)}`,
        expected: 'the file again: `./spymaster import FILE`',
      });
    await this.store.putIfAbsent(entryKey(digest), bytes);
    await this.store.remove(droppedKey(digest));
  }
}
