/** Raw files below folders. */
import { readdir, realpath, stat } from 'node:fs/promises';
import type { Dirent, Stats } from 'node:fs';
import { join } from 'node:path';
import { SpymasterError } from '../../graph/errors';
import { LAKE_FILE } from '../identity';
import { STAGING_FOLDER } from '../store/store';

const RAW_FILE = /\.(dbn|dbz)(\.zst|\.zstd)?$/i;
/** What a lake's folder has and others have not. */
const OF_A_LAKE: readonly string[] = [LAKE_FILE, STAGING_FOLDER];

/** What a search passes over: what is in it is nothing a user keeps raw files in. */
export interface Skipped {
  path: string;
  /** Its name begins with a dot, or it is the folder of a lake. */
  why: 'hidden' | 'lake';
}

interface SearchOptions {
  /** Told of a path that cannot be looked into; what is found elsewhere goes on. Without it the first is thrown. */
  refuse?(path: string, error: SpymasterError): void;
  skip?(skipped: Skipped): void;
}

/**
 * The files a path names: a file itself, whatever its name; of a folder the DBN files below it, in order of their paths. Links
 * are followed, to each folder once. Below the folder whatever is hidden, and lakes, are passed over.
 * @throws SpymasterError NoInput, or it is given to `refuse`, if there is no such path, if one below it cannot be read (links
 * that lead nowhere among them), and if a folder has no DBN files
 */
export async function findRawFiles(path: string, options: SearchOptions = {}): Promise<string[]> {
  const search = new Search(options);
  const info = await search.look(path);
  if (!info?.isDirectory()) return info ? [path] : [];
  await search.folder(path, await realpath(path));
  if (search.found.length === 0 && search.refused === 0) search.refuse(path, nothingIn(path));
  return search.found.sort((a, b) => (a < b ? -1 : 1));
}

const nothingIn = (folder: string) =>
  new SpymasterError('NoInput', `there are no DBN files (.dbn, .dbn.zst, .dbz) below ${folder}`, {
    file: folder,
  });

class Search {
  readonly found: string[] = [];
  refused = 0;
  /** Real paths of folders: a link may lead to one above it. */
  private readonly visited = new Set<string>();

  constructor(private readonly options: SearchOptions) {}

  refuse(path: string, error: SpymasterError): void {
    if (!this.options.refuse) throw error;
    this.refused++;
    this.options.refuse(path, error);
  }

  /** Searches a folder; unless it is the one the search began with, not where it is a lake's. */
  async folder(path: string, start: string): Promise<void> {
    try {
      const real = await realpath(path);
      if (this.visited.has(real)) return;
      this.visited.add(real);
      const entries = await readdir(path, { withFileTypes: true });
      if (real !== start && entries.some(({ name }) => OF_A_LAKE.includes(name)))
        return this.options.skip?.({ path, why: 'lake' });
      for (const entry of entries) await this.entry(join(path, entry.name), entry, start);
    } catch (error) {
      this.refuse(path, unreadable(path, error));
    }
  }

  private async entry(path: string, entry: Dirent, start: string): Promise<void> {
    const { name } = entry;
    if (name.startsWith('.')) {
      if (!entry.isFile() || RAW_FILE.test(name)) this.options.skip?.({ path, why: 'hidden' });
    } else if (entry.isDirectory()) await this.folder(path, start);
    else if (entry.isSymbolicLink()) await this.link(path, start);
    else if (RAW_FILE.test(name)) this.found.push(path);
  }

  private async link(path: string, start: string): Promise<void> {
    const info = await this.look(path);
    if (info?.isDirectory()) await this.folder(path, start);
    else if (info && (RAW_FILE.test(path) || RAW_FILE.test(await realpath(path)))) this.found.push(path);
  }

  look(path: string): Promise<Stats | undefined> {
    return stat(path).catch((error: unknown) => {
      this.refuse(path, unreadable(path, error));
      return undefined;
    });
  }
}

function unreadable(path: string, cause: unknown): SpymasterError {
  if (cause instanceof SpymasterError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const what =
    code === 'ENOENT' ? `there is no file or folder ${path}` : `cannot look into ${path} (${message})`;
  return new SpymasterError('NoInput', what, { file: path }, { cause });
}
