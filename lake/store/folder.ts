/**
 * A local folder that holds a lake, and what keeps it whole when a process or the machine dies: a file is written under
 * a temporary name, flushed to disk, and only then given its own; and the folders on the way are flushed too, since a
 * file whose name was lost with the power is lost with it.
 */
import { lstat, open, readdir, rm } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { SpymasterError } from '../../graph/errors';
import { isDiskFull, MORE_ROOM } from './diskFull';
import { makeFolders } from './makeFolders';
import { STAGING_FOLDER } from './store';

/** Nothing is written for a whole day: an older file in the staging folder belongs to a process that died. */
const LEFT_AFTER_MS = 24 * 3_600_000;

export class Folder {
  /** Absolute. */
  readonly root: string;
  /** When the staging folder was last cleared of what killed writers have left, ms since the Unix epoch. */
  private cleared = 0;

  constructor(path: string) {
    this.root = resolve(path);
  }

  /** @throws SpymasterError BadArgument for a key that leads out of the folder */
  pathOf(key: string): string {
    const path = resolve(this.root, key);
    if (path !== this.root && !path.startsWith(this.root + sep))
      throw new SpymasterError('BadArgument', `"${key}" leads out of the lake`, { file: this.root });
    return path;
  }

  /** A path for a file being written. Inside the lake: files are linked and renamed within one file system only. */
  async stage(name: string): Promise<string> {
    const path = this.pathOf(`${STAGING_FOLDER}/${name}`);
    try {
      makeFolders(dirname(path));
      if (Date.now() - this.cleared > LEFT_AFTER_MS) {
        this.cleared = Date.now();
        await removeLeft(this.pathOf(STAGING_FOLDER), this.cleared - LEFT_AFTER_MS);
      }
    } catch (error) {
      throw this.unavailable('make room for', path, error);
    }
    return path;
  }

  /** What could not be done to a file of the folder. */
  unavailable(verb: string, path: string, cause: unknown): SpymasterError {
    if (cause instanceof SpymasterError) return cause;
    if (isDiskFull(cause))
      return new SpymasterError(
        'StoreUnavailable',
        `the disk is full: could not ${verb} ${path}`,
        { file: path, expected: MORE_ROOM },
        { cause },
      );
    const reason = cause instanceof Error ? cause.message : String(cause);
    return new SpymasterError(
      'StoreUnavailable',
      `could not ${verb} a file of the lake: ${reason}`,
      { file: path },
      { cause },
    );
  }
}

/** Removes files of a staging folder that nobody has written to since `before`. */
async function removeLeft(folder: string, before: number): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    // Another writer may have moved or removed it by now.
    const info = entry.isFile() ? await lstat(path).catch(() => undefined) : undefined;
    if (info && info.mtimeMs < before) await rm(path, { force: true });
  }
}

/** Makes a folder and those above it durable: each new name is flushed with the folder that holds it. */
export async function makeFolder(folder: string): Promise<void> {
  const first = makeFolders(folder);
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) await flushFolder(dirname(made));
}

export async function flushFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function flushFolder(path: string): Promise<void> {
  // Windows has no handles on folders; its file system journals names.
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
