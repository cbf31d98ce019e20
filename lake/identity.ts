/**
 * Which lake this is: a name that is drawn once and goes wherever the folder is moved. Task queues, schedules and ids of workflows carry
 * it, so that several lakes share a Temporal server and none gets another's work.
 */
import { randomBytes } from 'node:crypto';
import { basename } from 'node:path';
import { SpymasterError } from '../graph/errors';
import type { Store } from './store/store';

/** The file that says it, in the lake's folder. */
export const LAKE_FILE = 'lake.json';
const ID = /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/;
const MAX_NAME = 24;

/**
 * The lake's id, such as `holiday-3f9a2c`; drawn now where it has none.
 * @throws SpymasterError BadConfig when its file says none
 */
export async function lakeId(store: Store): Promise<string> {
  const known = await knownLakeId(store);
  if (known !== undefined) return known;
  const drawn = `${nameOf(store.location)}-${randomBytes(3).toString('hex')}`;
  const written = await store.putIfAbsent(LAKE_FILE, Buffer.from(`${JSON.stringify({ id: drawn })}\n`));
  // Another process may have been first.
  return written ? drawn : lakeId(store);
}

/**
 * The lake's id; undefined of a lake that has none yet. Writes nothing.
 * @throws SpymasterError BadConfig when its file says none
 */
export async function knownLakeId(store: Store): Promise<string | undefined> {
  const bytes = await store.read(LAKE_FILE);
  return bytes && parse(Buffer.from(bytes).toString('utf8'), `${store.location}/${LAKE_FILE}`);
}

function parse(text: string, file: string): string {
  const wrong = () =>
    new SpymasterError('BadConfig', `${file} does not say which lake this is`, {
      file,
      field: 'id',
      expected: `an id such as holiday-3f9a2c; without the file the lake gets a new one`,
    });
  try {
    const { id } = JSON.parse(text) as { id?: unknown };
    if (typeof id === 'string' && ID.test(id)) return id;
  } catch {
    throw wrong();
  }
  throw wrong();
}

/** The folder's name, as far as it can be part of an id. */
function nameOf(folder: string): string {
  const plain = basename(folder)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_NAME)
    .replaceAll(/^-+|-+$/g, '');
  return plain || 'lake';
}

/** Whether a user who writes `holiday`, or the whole id, means this lake. */
export const isLake = (id: string, named: string): boolean =>
  id === named || id.replace(/-[0-9a-f]{6}$/, '') === named;
