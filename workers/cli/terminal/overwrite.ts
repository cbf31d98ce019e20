/** Files in the way of what a command writes: they are a user's, and overwritten only when the user says so. */
import { statSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { SpymasterError } from '../../../graph/errors';
import { visible } from '../../visible';
import { ask, terminal, type Terminal } from './ask';

/**
 * Settles once files may be overwritten: there are none, `--force` was given, or the person at the terminal has agreed.
 * @param files those that will be; ones that do not exist are in nobody's way
 * @throws SpymasterError BadArgument naming what is there, where nobody can be asked or the answer is no, and, whatever is agreed
 * to, for what is no file; Cancelled on Ctrl-C
 */
export async function mayOverwrite(
  files: readonly string[],
  force = false,
  asked: Terminal | undefined = terminal(),
): Promise<void> {
  const there = files.filter((file) => {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found && !found.isFile()) throw new SpymasterError('BadArgument', `${file} is no file`, { file });
    return found;
  });
  if (there.length === 0 || force) return;
  const one = there.length === 1;
  const what = one ? there[0] : `${namesOf(there)} in ${dirname(there[0])}`;
  if (asked && (await ask(`${visible(what)} ${one ? 'is' : 'are'} there already. Overwrite? [y/N] `, asked)))
    return;
  throw new SpymasterError(
    'BadArgument',
    `${what} ${one ? 'is' : 'are'} there already; nothing was written`,
    {
      expected: '--force to overwrite, or another place',
    },
  );
}

/** @throws SpymasterError BadArgument where the folder that a file is to be written in is not there: said before the work, not after it */
export function requireFolderOf(file: string): void {
  const folder = dirname(resolve(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  throw new SpymasterError('BadArgument', `${file} cannot be written: there is no folder ${folder}`, {
    file,
    expected: 'a folder that is there',
  });
}

/** Files named in a message. */
const MAX_NAMES = 3;

function namesOf(files: readonly string[]): string {
  const names = files.slice(0, MAX_NAMES).map((file) => basename(file));
  if (files.length > MAX_NAMES) names.push(`${files.length - MAX_NAMES} more`);
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
