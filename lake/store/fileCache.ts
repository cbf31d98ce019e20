/**
 * Files of object stores on a disk of this machine, as many as fit: what was used longest ago goes first. Processes and threads share the
 * folder and need not know of each other: a file gets its name when it is whole, its time says when it was last asked for, and what
 * somebody may be reading is left alone.
 */
import { readdir, rename, rm, rmdir, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { flushFile, Folder } from './folder';
import { makeFolders } from './makeFolders';
import { STAGING_FOLDER } from './store';

export interface CacheSettings {
  /** Absolute. */
  folder: string;
  /** Bytes it holds at most, but for what is in use. */
  bytes: number;
}

/**
 * A piece of work that asked for a file may open it as much later: what was asked for since is left alone while it is not far too much
 * (`FAR`, in parts of the limit), and then what was within minutes. A disk that is full would fail everything.
 */
const IN_USE_MS = 3_600_000;
const SURELY_IN_USE_MS = 300_000;
const FAR = 5 / 4;
/** What others have added is counted again after as much of the limit has been added here. */
const COUNT_AFTER = 1 / 20;
/** Also where all is in use. */
const COUNT_NOT_BEFORE = 1 / 100;
/** Down to which part of the limit is removed, so that not every file has others removed. */
const LEFT = 9 / 10;

interface Held {
  path: string;
  size: number;
  used: number;
}

export class FileCache {
  private readonly folder: Folder;
  /** Bytes added by this one since all were counted, and how many there may be before they are counted again. */
  private added = 0;
  private allowed = 0;
  private clearing: Promise<void> | undefined;

  constructor(private readonly settings: CacheSettings) {
    this.folder = new Folder(settings.folder);
  }

  get root(): string {
    return this.folder.root;
  }

  pathOf(name: string): string {
    return this.folder.pathOf(name);
  }

  /** Whether a file is here; then it is in use from now on. */
  async use(name: string): Promise<boolean> {
    const now = new Date();
    return utimes(this.pathOf(name), now, now).then(
      () => true,
      () => false,
    );
  }

  /** A path for a file that is being written. */
  stage(name: string): Promise<string> {
    return this.folder.stage(name);
  }

  /** Gives a staged file its name, in place of what had it. */
  async take(staged: string, name: string): Promise<void> {
    const path = this.pathOf(name);
    try {
      await flushFile(staged);
      const { size } = await stat(staged);
      await place(staged, path);
      this.added += size;
    } catch (error) {
      throw this.folder.unavailable('keep', path, error);
    }
    if (this.added >= this.allowed) await (this.clearing ??= this.clear());
  }

  /** Counts what is here, and removes what was used longest ago as far as that is too much. */
  private async clear(): Promise<void> {
    const { bytes: limit } = this.settings;
    try {
      const held = (await this.list()).sort((a, b) => a.used - b.used);
      let bytes = held.reduce((sum, { size }) => sum + size, 0);
      if (bytes > limit) bytes -= await this.removeUnused(held, bytes - limit * LEFT, IN_USE_MS);
      if (bytes > limit * FAR) bytes -= await this.removeUnused(held, bytes - limit, SURELY_IN_USE_MS);
      this.added = 0;
      this.allowed = Math.min(Math.max(limit - bytes, limit * COUNT_NOT_BEFORE), limit * COUNT_AFTER);
    } finally {
      this.clearing = undefined;
    }
  }

  /**
   * Removes files nobody has asked for in a while, the first ones first.
   * @returns bytes removed: those wanted, as far as there are
   */
  private async removeUnused(held: readonly Held[], wanted: number, whileMs: number): Promise<number> {
    let removed = 0;
    for (const { path, size } of held) {
      if (removed >= wanted) break;
      // Looked at again: another process may have asked for it, or removed it, since they were counted.
      const info = await stat(path).catch(() => undefined);
      if (!info || info.mtimeMs > Date.now() - whileMs) continue;
      await this.removeAt(path);
      removed += size;
    }
    return removed;
  }

  private async removeAt(path: string): Promise<void> {
    await rm(path, { force: true });
    // The folders on the way go when they are empty.
    const isGone = (folder: string) =>
      rmdir(folder).then(
        () => true,
        () => false,
      );
    for (let at = dirname(path); at !== this.root && (await isGone(at));) at = dirname(at);
  }

  private async list(): Promise<Held[]> {
    const entries = await readdir(this.root, { recursive: true, withFileTypes: true });
    const staging = join(this.root, STAGING_FOLDER);
    const held: Held[] = [];
    for (const entry of entries) {
      if (!entry.isFile() || entry.parentPath === staging) continue;
      const path = join(entry.parentPath, entry.name);
      const info = await stat(path).catch(() => undefined);
      if (info) held.push({ path, size: info.size, used: info.mtimeMs });
    }
    return held;
  }
}

const PLACE_TRIES = 5;

async function place(staged: string, path: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    makeFolders(dirname(path));
    try {
      return await rename(staged, path);
    } catch (error) {
      // Another process may have taken the folder for an empty one.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries === PLACE_TRIES) throw error;
    }
  }
}
