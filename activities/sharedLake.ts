/** The lake of the declared datasets, as stages, plans and reports use it. */
import { TABLES } from '../graph/datasets/declaration';
import { Lake } from '../lake/lake';

const opened = new Map<string, Promise<Lake>>();

/**
 * The lake in a folder, opened once a thread. All its users share what has been read of its logs, and every one of them
 * sees what other processes have written by then.
 */
export function sharedLake(location: string): Promise<Lake> {
  let lake = opened.get(location);
  if (!lake) opened.set(location, (lake = Lake.open(location, TABLES)));
  return lake;
}
