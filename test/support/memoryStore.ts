/** A store in memory, and its files on this machine: what an object store would be to a lake. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SpymasterError } from '../../graph/errors';
import type { FileSpace } from '../../lake/store/fileSpace';
import type { ByteRange, Store, StoreEntry } from '../../lake/store/store';

interface StoredFile {
  bytes: Uint8Array;
  modified: number;
}

export class MemoryStore implements Store {
  readonly location = 'memory';

  /** @param files by key; shared by every client of one store */
  constructor(private readonly files = new Map<string, StoredFile>()) {}

  async list(folder: string, after = ''): Promise<StoreEntry[]> {
    await Promise.resolve();
    const below = `${checked(folder)}/`;
    return [...this.files]
      .filter(([key]) => key.startsWith(below) && key > after)
      .map(([key, { bytes, modified }]) => ({ key, size: bytes.length, modified }))
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async holdsAny(): Promise<boolean> {
    await Promise.resolve();
    return this.files.size > 0;
  }

  async read(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    await Promise.resolve();
    const file = this.files.get(checked(key));
    return file && (range ? file.bytes.slice(range.offset, range.offset + range.length) : file.bytes.slice());
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    await Promise.resolve();
    this.files.set(checked(key), { bytes: bytes.slice(), modified: Date.now() });
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    await Promise.resolve();
    if (this.files.has(checked(key))) return false;
    this.files.set(key, { bytes: bytes.slice(), modified: Date.now() });
    return true;
  }

  async remove(key: string): Promise<void> {
    await Promise.resolve();
    this.files.delete(checked(key));
  }
}

function checked(key: string): string {
  if (!key.startsWith('/') && !key.split('/').includes('..')) return key;
  throw new SpymasterError('BadArgument', `"${key}" leads out of the store`);
}

/** Files of any store, downloaded to be read and uploaded when written. */
export class CopyingFileSpace implements FileSpace {
  readonly fetches: boolean = true;

  constructor(
    private readonly store: Store,
    readonly folder: string,
  ) {}

  async pathOf(key: string): Promise<string> {
    const bytes = await this.store.read(key);
    if (!bytes) throw new SpymasterError('StoreUnavailable', `there is no ${key}`);
    const path = join(this.folder, 'downloaded', key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bytes);
    return path;
  }

  async stage(name: string): Promise<string> {
    const path = join(this.folder, 'staged', name);
    await mkdir(dirname(path), { recursive: true });
    return path;
  }

  async put(staged: string, key: string): Promise<void> {
    await this.store.put(key, await readFile(staged));
    await rm(staged);
  }

  async discard(staged: string): Promise<void> {
    await rm(staged, { force: true });
  }
}
