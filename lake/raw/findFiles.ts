/** Raw files below folders. */
import { readdir, realpath, stat } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { SpymasterError } from '../../graph/errors';

const RAW_FILE = /\.(dbn|dbz)(\.zst|\.zstd)?$/i;

/** Told of a path that cannot be looked into; what is found elsewhere goes on. */
type Refuse = (path: string, error: SpymasterError) => void;

/**
 * The files a path names: a file itself, whatever its name; of a folder the DBN files below it, in order of their paths. Links
 * are followed, to each folder once.
 * @param refuse is given each path that cannot be read, links that lead nowhere among them; without it the first is thrown
 * @throws SpymasterError NoInput if there is no such path
 */
export async function findRawFiles(
  path: string,
  refuse: Refuse = (_, error) => {
    throw error;
  },
): Promise<string[]> {
  const info = await look(path, refuse);
  if (!info?.isDirectory()) return info ? [path] : [];
  const search: Search = { refuse, found: [], visited: new Set() };
  await searchFolder(path, search);
  return search.found.sort((a, b) => (a < b ? -1 : 1));
}

interface Search {
  refuse: Refuse;
  found: string[];
  /** Real paths of folders: a link may lead to one above it. */
  visited: Set<string>;
}

async function searchFolder(folder: string, search: Search): Promise<void> {
  try {
    const real = await realpath(folder);
    if (search.visited.has(real)) return;
    search.visited.add(real);
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await searchFolder(path, search);
      else if (entry.isSymbolicLink()) await followLink(path, search);
      else if (RAW_FILE.test(entry.name)) search.found.push(path);
    }
  } catch (error) {
    search.refuse(folder, unreadable(folder, error));
  }
}

async function followLink(link: string, search: Search): Promise<void> {
  const info = await look(link, search.refuse);
  if (info?.isDirectory()) await searchFolder(link, search);
  else if (info && (RAW_FILE.test(link) || RAW_FILE.test(await realpath(link)))) search.found.push(link);
}

const look = (path: string, refuse: Refuse): Promise<Stats | undefined> =>
  stat(path).catch((error: unknown) => {
    refuse(path, unreadable(path, error));
    return undefined;
  });

function unreadable(path: string, cause: unknown): SpymasterError {
  if (cause instanceof SpymasterError) return cause;
  const { code, message } = cause as NodeJS.ErrnoException;
  const what =
    code === 'ENOENT' ? `there is no file or folder ${path}` : `cannot look into ${path} (${message})`;
  return new SpymasterError('NoInput', what, { file: path }, { cause });
}
