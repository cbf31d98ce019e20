/**
 * A store in a local folder.
 *
 * What makes it safe against crashes and against other processes: a file is written under a temporary name, flushed to
 * disk, and only then given its name (by `link`, which fails if the name is taken, or by `rename`, which replaces);
 * and the folders on the way are flushed too, since a file whose name was lost with the power is lost with it. The
 * staging folder lies inside the lake, for a file can be linked and renamed within one file system only.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { SpymasterError } from '../../graph/errors';
import { STAGING_FOLDER, type ByteRange, type Store, type StoreEntry } from './store';

const isMissing = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT';

export class LocalStore implements Store {
  readonly location: string;

  constructor(folder: string) {
    this.location = resolve(folder);
  }

  async list(folder: string, after = ''): Promise<StoreEntry[]> {
    const root = this.path(folder);
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
      const info = await stat(name).catch(() => undefined);
      if (info) listed.push({ key, size: info.size, modified: info.mtimeMs });
    }
    return listed.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async read(key: string, range?: ByteRange): Promise<Uint8Array | undefined> {
    const path = this.path(key);
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
    const target = this.path(key);
    const temporary = await this.writeTemporary(target, bytes);
    await rename(temporary, target);
    await flushFolder(dirname(target));
  }

  async putIfAbsent(key: string, bytes: Uint8Array): Promise<boolean> {
    const target = this.path(key);
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

  async rename(from: string, to: string): Promise<void> {
    const target = this.path(to);
    await makeFolder(dirname(target));
    await rename(this.path(from), target);
    await flushFolder(dirname(target));
  }

  async remove(key: string): Promise<void> {
    await rm(this.path(key), { force: true });
  }

  async stagingPath(name: string): Promise<string> {
    const path = this.path(`${STAGING_FOLDER}/${name}`);
    await mkdir(dirname(path), { recursive: true });
    return path;
  }

  async adopt(localPath: string, key: string): Promise<void> {
    const target = this.path(key);
    await flushFile(localPath);
    await makeFolder(dirname(target));
    await rename(localPath, target);
    await flushFolder(dirname(target));
  }

  localPath(key: string): Promise<string> {
    return Promise.resolve(this.path(key));
  }

  private path(key: string): string {
    const path = resolve(this.location, key);
    if (path !== this.location && !path.startsWith(this.location + sep))
      throw new SpymasterError('BadArgument', `"${key}" leads out of the lake`, { file: this.location });
    return path;
  }

  private async writeTemporary(target: string, bytes: Uint8Array): Promise<string> {
    const temporary = await this.stagingPath(randomUUID());
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
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new SpymasterError(
      'StoreUnavailable',
      `could not ${verb} a file of the lake: ${reason}`,
      { file: join(this.location, key) },
      { cause },
    );
  }
}

/** Makes a folder and those above it durable: each new name is flushed with the folder that holds it. */
async function makeFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await flushFolder(dirname(made));
}

async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

async function flushFolder(path: string): Promise<void> {
  // Windows knows no handle on a folder; there the file system journals names by itself.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
