/** A secret that is drawn once, in a file for this user alone. */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from '../lake/store/makeFolders';

/** The secret of a file, in base64; drawn now where there is none. */
export function secretIn(file: string, bytes: number): string {
  makeFolders(dirname(file), 0o700);
  // Whole before it has its name: half a key would be one for good.
  const made = `${file}.${process.pid}`;
  try {
    writeFileSync(made, randomBytes(bytes).toString('base64'), { mode: 0o600 });
    linkSync(made, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(made, { force: true });
  }
  return readFileSync(file, 'utf8').trim();
}
