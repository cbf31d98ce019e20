/** Raw files below folders. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SpymasterError } from '../../graph/errors';

const RAW_FILE = /\.(dbn|dbz)(\.zst|\.zstd)?$/i;

/**
 * The files a path names: a file itself, whatever its name; of a folder the DBN files below it, in order of their names.
 * @throws SpymasterError NoInput if there is no such path
 */
export async function findRawFiles(path: string): Promise<string[]> {
  const info = await stat(path).catch((cause: unknown) => {
    throw new SpymasterError('NoInput', `there is no file or folder ${path}`, { file: path }, { cause });
  });
  if (!info.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && RAW_FILE.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => (a < b ? -1 : 1));
}
