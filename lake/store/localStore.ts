/**
 * A store in a local folder, safe against crashes and against other processes: a complete file gets its name by `link`,
 * which fails if the name is taken, or by `rename`, which replaces.
 */
import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { SpymasterError } from '../../graph/errors';
import { flushFolder, Folder, makeFolder } from './folder';
import type { ByteRange, Store, StoreEntry } from './store';

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

export class LocalStore implements Store {
  private readonly folder: Folder;

  constructor(path: string) {
    this.folder = new Folder(path);
  }

  get location(): string {
    return this.folder.root;
  }

  async list(folder: string, after = ''): Promise<StoreEntry[]> {
    const root = this.folder.pathOf(folder);
    let names: string[];
    try {
      const entries = await readdir(root, { recursive: true, withFileTypes: true });
      names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    } catch (error) {
      if (isMissing(error)) return [];
      throw this.unavailable('list', folder, error);
    }
    const listed: StoreEntry[] = [];
    for (const name of names) {
      const key = relative(this.location, name).split(sep).join('/');
      if (key <= after) continue;
      // A file may be renamed or removed between the listing and the look at it; then it is not there.
      const info = await stat(name).catch((error: unknown) => {
        if (!isMissing(error)) throw this.unavailable('list', folder, error);
      });
      if (info) listed.push({ key, size: info.size, modified: info.mtimeMs });
    }
    return listed.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async holdsAny(): Promise<boolean> {
    try {
      return (await stat(this.location)).isDirectory();
    } catch (error) {
      if (isMissing(error)) return false;
      throw this.unavailable('look at', '', error);
    }
  }

  async read(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const path = this.folder.pathOf(key);
    try {
      if (!range) return await readFile(path);
      const file = await open(path, 'r');
      try {
        const bytes = new Uint8Array(range.length);
        const { bytesRead } = await file.read(bytes, 0, range.length, range.offset);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw this.unavailable('read', key, error);
    }
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    const target = this.folder.pathOf(key);
    const temporary = await this.writeTemporary(target, bytes);
    try {
      await rename(temporary, target);
      await flushFolder(dirname(target));
    } catch (error) {
      await rm(temporary, { force: true });
      throw this.unavailable('replace', key, error);
    }
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    const target = this.folder.pathOf(key);
    const temporary = await this.writeTemporary(target, bytes);
    try {
      await link(temporary, target);
      await flushFolder(dirname(target));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw this.unavailable('create', key, error);
    } finally {
      await rm(temporary, { force: true });
    }
  }

  async remove(key: string): Promise<void> {
    const path = this.folder.pathOf(key);
    try {
      await rm(path, { force: true });
    } catch (error) {
      throw this.unavailable('remove', key, error);
    }
  }

  private async writeTemporary(target: string, bytes: Uint8Array): Promise<string> {
    const temporary = await this.folder.stage(randomUUID());
    try {
      await makeFolder(dirname(target));
      const file = await open(temporary, 'wx');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      return temporary;
    } catch (error) {
      await rm(temporary, { force: true });
      throw this.unavailable('write', relative(this.location, target), error);
    }
  }

  private unavailable(verb: string, key: string, cause: unknown): SpymasterError {
    return this.folder.unavailable(verb, join(this.location, key), cause);
  }
}
