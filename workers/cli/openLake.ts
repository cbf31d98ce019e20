import { statSync } from 'node:fs';
import { sharedLake } from '../../activities/stages/sharedLake';
import { SpymasterError } from '../../graph/errors';
import { lakeId } from '../../lake/identity';
import type { Lake } from '../../lake/lake';
import { loadConfig, type Config } from '../config';

/** The lake of the configuration, with its products; for commands that write, it need not be there yet. */
export const openLake = (config = loadConfig()): Promise<Lake> => sharedLake(config);

/**
 * The lake of the configuration, for commands that only read: one that is not there is no empty one.
 * @throws SpymasterError NoInput naming the folder that is missing
 */
export async function openExistingLake(config = loadConfig()): Promise<Lake> {
  requireLake(config);
  return openLake(config);
}

/** @throws SpymasterError NoInput naming the folder that is missing */
export function requireLake({ lake, file }: Config): void {
  if (statSync(lake, { throwIfNoEntry: false })?.isDirectory()) return;
  const setting = process.env.SPYMASTER_LAKE
    ? 'SPYMASTER_LAKE'
    : file
      ? `\`lake\` in ${file}`
      : 'the default';
  throw new SpymasterError('NoInput', `there is no lake at ${lake} (${setting})`, {
    field: 'lake',
    expected: 'the folder of a lake; `./spymaster import FILE` makes one',
  });
}

/** The id of the lake of the configuration. */
export const openLakeId = async (config = loadConfig()): Promise<string> =>
  lakeId((await openLake(config)).store);
