/** Files a command writes at a user's wish. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { SpymasterError } from '../../../graph/errors';

/**
 * Has a file written beside its place, and puts it there when it is complete.
 * @param write is given the path to write to
 * @throws SpymasterError BadArgument if there is such a file already, unless `force`
 */
export async function withNewFile<T>(
  file: string,
  force: boolean,
  write: (part: string) => Promise<T>,
): Promise<T> {
  if (!force && existsSync(file))
    throw new SpymasterError('BadArgument', `${file} is there already`, {
      file,
      expected: 'another name, or --force to overwrite it',
    });
  const part = join(dirname(file), `.${basename(file)}.${randomUUID()}.part`);
  try {
    const result = await write(part);
    await rename(part, file);
    return result;
  } finally {
    await rm(part, { force: true });
  }
}
