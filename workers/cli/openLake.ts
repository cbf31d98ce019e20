import { readdirSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { sharedLake } from '../../activities/stages/sharedLake';
import { TABLES } from '../../graph/catalog/declaration';
import { SpymasterError } from '../../graph/errors';
import { LAKE_FILE, lakeId } from '../../lake/identity';
import type { Lake } from '../../lake/lake';
import { isRemote } from '../../lake/store/open';
import { demoConfig, loadConfig, type Config } from '../config';

/** The lake of the configuration, with its products; for commands that write, it need not be there yet. */
export const openLake = (config = loadConfig()): Promise<Lake> => sharedLake(config);

/**
 * The lake of the configuration, for commands that only read: one that is not there is no empty one.
 * @throws SpymasterError NoInput naming the place where there is none
 */
export async function openExistingLake(config = loadConfig()): Promise<Lake> {
  const opened = await openLake(config);
  if (!(await opened.store.holdsAny()) || isOther(config.lake)) throw missing(config);
  return opened;
}

function missing(config: Config): SpymasterError {
  const { lake, lakeNamedBy } = config;
  const demo = demoConfig(config).lake;
  const orDemo =
    demo !== lake && isFolder(demo)
      ? `; that of \`npm start\` is asked with SPYMASTER_LAKE=${shortPath(demo)}`
      : '';
  return new SpymasterError('NoInput', `there is no lake at ${lake} (${lakeNamedBy})`, {
    field: 'lake',
    expected: `${isRemote(lake) ? 'the address' : 'the folder'} of a lake; \`./spymaster import FILE\` makes one${orDemo}`,
  });
}

/** A folder of other things, such as the one that lakes lie in. A lake may be empty, and have what it is not made of beside it. */
function isOther(lake: string): boolean {
  if (isRemote(lake)) return false;
  const inside = readdirSync(lake, { withFileTypes: true });
  return inside.some((one) => one.isDirectory()) && !inside.some(({ name }) => PARTS.has(name));
}

/** What lies in a lake's folder, as far as it is named after what is in it. */
const PARTS: ReadonlySet<string> = new Set([
  LAKE_FILE,
  'raw',
  ...TABLES.map(({ name }) => name.slice(0, name.indexOf('.'))),
]);

const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** A path as one types it here: relative where that is shorter. */
export function shortPath(path: string): string {
  if (isRemote(path)) return path;
  const here = relative(process.cwd(), path) || '.';
  return here.length < path.length ? here : path;
}

/** The id of the lake of the configuration. */
export const openLakeId = async (config = loadConfig()): Promise<string> =>
  lakeId((await openLake(config)).store);
